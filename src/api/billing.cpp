// GET /billing/{org}: what an organization and its parts have used, by month. What it costs is not known
// here.
#include <algorithm>
#include <cmath>
#include <ranges>
#include <utility>

#include <boost/json/object.hpp>

#include "api/days.h"
#include "api/resources.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using catalog::Day;
using catalog::Days;
using message::Access;
using message::Request;
using message::Response;
using Month = std::chrono::year_month;

Month month_of(Day day) {
  const std::chrono::year_month_day date{day};
  return date.year() / date.month();
}

Days days_of_month(Month month) {
  return {Day{month / 1}, Day{month / std::chrono::last}};
}

/// "2026-11"
std::string name_of(Month month) {
  return format_rfc3339(Day{month / 1}).substr(0, 7);
}

/// Of a month, as far as it is known; nothing where nothing is.
struct Used {
  std::optional<double> stored_bytes{};  ///< on the average of its days
  std::optional<std::int64_t> sent_bytes{};

  void add(const Used& more) {
    if (more.stored_bytes) stored_bytes = stored_bytes.value_or(0) + *more.stored_bytes;
    if (more.sent_bytes) sent_bytes = sent_bytes.value_or(0) + *more.sent_bytes;
  }
};

/// Those of `days` that lie in the month; they are in order.
template <class OfDay>
auto days_in(Month month, const std::vector<OfDay>& days) {
  const auto [first, last] = days_of_month(month);
  return std::ranges::subrange(std::ranges::lower_bound(days, first, {}, &OfDay::day),
                               std::ranges::upper_bound(days, last, {}, &OfDay::day));
}

Used used_in(Month month, const catalog::UsageByDay& usage) {
  Used used;
  const auto stored = days_in(month, usage.storage);
  if (!stored.empty()) {
    std::int64_t bytes = 0;
    for (const catalog::StorageOfDay& of_day : stored)
      bytes += of_day.bytes;
    used.stored_bytes = static_cast<double>(bytes) / static_cast<double>(stored.size());
    used.sent_bytes = 0;
  }
  for (const catalog::TrafficOfDay& of_day : days_in(month, usage.traffic))
    used.sent_bytes = used.sent_bytes.value_or(0) + of_day.bytes;
  return used;
}

/// As clients read an account: in total, since there are no tiers; without a price.
json::object position(double bytes) {
  constexpr double gigabyte = 1e9;
  return {{"total", json::object{{"units_consumed", bytes / gigabyte},
                                 {"unit", "GB"},
                                 {"price_in_chf", nullptr},
                                 {"bytes", std::llround(bytes)}}}};
}

json::object used_json(const Used& used) {
  json::object shown;
  if (used.stored_bytes) shown["storage"] = position(*used.stored_bytes);
  if (used.sent_bytes) shown["traffic"] = position(static_cast<double>(*used.sent_bytes));
  shown["total"] = json::object{{"price_in_chf", nullptr}};
  return shown;
}

/// Who was let into one may not be into its parts.
Result<std::vector<std::string>> visible_parts(const Services& services, const std::string& organization,
                                               const message::Caller& caller) {
  const auto parts = services.organizations.parts_of(organization);
  if (!parts) return std::unexpected(parts.error());
  std::vector<std::string> names{organization};
  for (const std::string& part : *parts) {
    if (caller.may(Access::billing, part)) names.push_back(part);
  }
  return names;
}

json::object month_json(Month month,
                        const std::vector<std::pair<std::string, catalog::UsageByDay>>& of_organizations) {
  json::object organizations;
  Used combined;
  for (const auto& [organization, usage] : of_organizations) {
    const Used used = used_in(month, usage);
    combined.add(used);
    organizations[organization] = used_json(used);
  }
  return {{"organizations", std::move(organizations)}, {"combined", used_json(combined)}};
}

/// Whole months, up to this one.
Result<Days> months_of(const AskedDays& asked) {
  const auto days = days_of(asked, std::chrono::days{0});
  if (!days) return days;
  const Day last = std::min(days->last, today());
  return Days{days_of_month(month_of(days->first)).first, days_of_month(month_of(last)).last};
}

Result<Response> billing(const Services& services, const AskedDays& asked, const Request& request) {
  const auto days = months_of(asked);
  if (!days) return std::unexpected(days.error());
  const auto names = visible_parts(services, asked.org, request.caller);
  if (!names) return std::unexpected(names.error());
  std::vector<std::pair<std::string, catalog::UsageByDay>> used;
  used.reserve(names->size());
  for (const std::string& name : *names) {
    auto usage = services.usage.by_day(name, *days);
    if (!usage) return std::unexpected(std::move(usage.error()));
    used.emplace_back(name, *std::move(usage));
  }
  json::object months;
  for (Month month = month_of(days->first); month <= month_of(days->last); month += std::chrono::months{1})
    months[name_of(month)] = month_json(month, used);
  return message::json_response(200, json::object{{asked.org, std::move(months)}});
}

}  // namespace

void add_billing(Endpoints& table) {
  table.push_back(endpoint<AskedDays>(
      {.method = message::Method::get,
       .pattern = "/billing/{org}",
       .access = Access::billing,
       .summary = "Read what an organization and its parts have used, by month",
       .takes = of_days("A day of the first month (UTC); otherwise of that of \"to\"."),
       .answers =
           {{200,
             "By organization and month (\"2026-11\"): \"organizations\", the organization and those of its "
             "parts whose bills the caller may read too, and \"combined\". In each \"storage\", what the "
             "files took on the average of the days, and \"traffic\", as \"total\": \"units_consumed\" in "
             "\"unit\", \"bytes\", and \"price_in_chf\", which is null: prices are not known here. What is "
             "not known of a month is left out.",
             object()}},
       .handle = billing}));
}

}  // namespace rucola::api
