#include "api/days.h"

#include <charconv>
#include <utility>

#include "base/time.h"

namespace rucola::api {
namespace {

using catalog::Day;
using std::chrono::days;

/// What an answer has an entry for.
constexpr days most_days{3660};

/// The number that `text` begins with, which is cut off; nothing where there is none, or another number of
/// digits.
std::optional<unsigned> take_number(std::string_view& text, std::size_t least, std::size_t most) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || digits < least || digits > most) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

bool take_hyphen(std::string_view& text) {
  if (!text.starts_with('-')) return false;
  text.remove_prefix(1);
  return true;
}

/// npm's client writes `?from&to` where it was given none.
bool is_day_or_nothing(std::string_view text) {
  return text.empty() || parse_day(text);
}

/// Nothing where none is named.
std::optional<Day> named_day(const std::optional<std::string>& text) {
  return text ? parse_day(*text) : std::nullopt;
}

}  // namespace

std::optional<Day> parse_day(std::string_view text) {
  const auto year = take_number(text, 4, 4);
  if (!year || !take_hyphen(text)) return std::nullopt;
  const auto month = take_number(text, 1, 2);
  if (!month || !take_hyphen(text)) return std::nullopt;
  const auto day = take_number(text, 1, 2);
  if (!day || !text.empty()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{*month}, std::chrono::day{*day}};
  return date.ok() ? std::optional<Day>(date) : std::nullopt;
}

Schema day_of_calendar() {
  return {.pattern = "^([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})?$",
          .accepts = is_day_or_nothing,
          .allowed = "a day of the calendar, as in 2016-12-01"};
}

std::vector<Input<AskedDays>> of_days(std::string help_for_from) {
  return {organization_path<AskedDays>(),
          query("from", &AskedDays::from, day_of_calendar(), std::move(help_for_from)),
          query("to", &AskedDays::to, day_of_calendar(), "The last day (UTC); otherwise today.")};
}

Day today() {
  return std::chrono::floor<days>(now());
}

Result<catalog::Days> days_of(const AskedDays& asked, days first_before) {
  const Day last = named_day(asked.to).value_or(today());
  const Day first = named_day(asked.from).value_or(last - first_before);
  if (first > last) return fail(ErrorCode::bad_request, "\"from\" must not lie after \"to\".");
  if (last - first >= most_days) {
    return fail(ErrorCode::bad_request, "From \"from\" to \"to\" there may be " +
                                            std::to_string(most_days.count()) +
                                            " days at most; ask for them in parts.");
  }
  return catalog::Days{first, last};
}

}  // namespace rucola::api
