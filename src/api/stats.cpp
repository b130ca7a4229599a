// GET /stats/{org} and /savings/{org}: what an organization stores and delivers, by day
#include <limits>
#include <ranges>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "api/days.h"
#include "api/resources.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using catalog::StorageOfDay;
using catalog::TrafficOfDay;
using message::Request;
using message::Response;

constexpr std::chrono::days a_month{30};
constexpr const char* first_day_help = "The first day (UTC); otherwise 30 days before the last.";

Result<catalog::UsageByDay> usage_of(const Services& services, const AskedDays& asked) {
  const auto days = days_of(asked, a_month);
  if (!days) return std::unexpected(days.error());
  return services.usage.by_day(asked.org, *days);
}

/// The newest first, as {"timestamp", "value", "unit"}.
template <class OfDay>
json::array values(const std::vector<OfDay>& all, std::int64_t OfDay::* value, const json::value& unit) {
  json::array shown;
  for (const OfDay& one : std::views::reverse(all))
    shown.push_back(
        json::object{{"timestamp", format_rfc3339(one.day)}, {"value", one.*value}, {"unit", unit}});
  return shown;
}

Result<Response> stats(const Services& services, const AskedDays& asked, const Request& /*request*/) {
  const auto usage = usage_of(services, asked);
  if (!usage) return std::unexpected(usage.error());
  return message::json_response(
      200, json::object{{"space_in_bytes", values(usage->storage, &StorageOfDay::bytes, "Bytes")},
                        {"number_of_files", values(usage->storage, &StorageOfDay::images, nullptr)},
                        {"bytes_downloaded", values(usage->traffic, &TrafficOfDay::bytes, nullptr)},
                        {"bytes_downloaded_external", json::array()},
                        {"number_of_downloads", values(usage->traffic, &TrafficOfDay::downloads, nullptr)}});
}

json::object saved_json(std::int64_t bytes, std::int64_t original_bytes) {
  return {{"bytes_downloaded", bytes},
          {"bytes_of_originals", original_bytes},
          {"bytes_saved", original_bytes - bytes}};
}

Result<Response> savings(const Services& services, const AskedDays& asked, const Request& /*request*/) {
  const auto usage = usage_of(services, asked);
  if (!usage) return std::unexpected(usage.error());
  std::int64_t bytes = 0;
  std::int64_t original_bytes = 0;
  json::array days;
  for (const TrafficOfDay& of_day : std::views::reverse(usage->traffic)) {
    bytes += of_day.bytes;
    original_bytes += of_day.original_bytes;
    json::object day = saved_json(of_day.bytes, of_day.original_bytes);
    day["timestamp"] = format_rfc3339(of_day.day);
    days.push_back(std::move(day));
  }
  json::object body = saved_json(bytes, original_bytes);
  body["days"] = std::move(days);
  return message::json_response(200, body);
}

Schema count() {
  return integer(0, std::numeric_limits<std::int64_t>::max());
}

const Shape& value_shape() {
  static const Shape shape{"ValueOfDay",
                           {{"timestamp", time_of_day(), "The day's beginning, in UTC."},
                            {"value", count(), "Of the day, or at its end."},
                            {"unit", or_null(text(8)), "Bytes, or null."}}};
  return shape;
}

const Shape& stats_shape() {
  static const Shape shape{
      "Stats",
      {{"space_in_bytes", list(value_shape()),
        "What the files of the images that are not deleted take, at each day's end or now; a file that "
        "several "
        "images have counts once."},
       {"number_of_files", list(value_shape()), "How many images there are that are not deleted."},
       {"bytes_downloaded", list(value_shape()),
        "Of bodies that were sent: renders, their documents, originals. Days without any are left out."},
       {"bytes_downloaded_external", list(value_shape()), "Nothing is counted apart; it is empty."},
       {"number_of_downloads", list(value_shape()), "How many such answers there were, 200 and 206."}}};
  return shape;
}

std::vector<Field> saved_fields() {
  constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();
  return {
      {"bytes_downloaded", count(), "Of bodies that were sent."},
      {"bytes_of_originals", count(), "That would have been, had each been the original file of its image."},
      {"bytes_saved", integer(-any, any), "The difference, below 0 where renders are larger."}};
}

const Shape& savings_of_day_shape() {
  static const Shape shape = extended({"", saved_fields()}, "SavingsOfDay",
                                      {"timestamp", time_of_day(), "The day's beginning, in UTC."});
  return shape;
}

const Shape& savings_shape() {
  static const Shape shape = extended(
      {"", saved_fields()}, "Savings",
      {"days", list(savings_of_day_shape()), "The same by day, the newest first, without empty ones."});
  return shape;
}

}  // namespace

void add_stats(Endpoints& table) {
  using message::Access, message::Method;
  table.push_back(
      endpoint<AskedDays>({.method = Method::get,
                           .pattern = "/stats/{org}",
                           .access = Access::read,
                           .summary = "Read what an organization stores and delivers, by day",
                           .takes = of_days(first_day_help),
                           .answers = {{200, "By day, the newest first; from the first on that is known.",
                                        object(stats_shape())}},
                           .handle = stats}));
  table.push_back(
      endpoint<AskedDays>({.method = Method::get,
                           .pattern = "/savings/{org}",
                           .access = Access::read,
                           .summary = "Read how much less was delivered than the originals have",
                           .takes = of_days(first_day_help),
                           .answers = {{200, "In all of these days, and by day.", object(savings_shape())}},
                           .handle = savings}));
}

}  // namespace rucola::api
