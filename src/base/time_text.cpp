#include "base/time_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>

namespace rucola {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Reads a text from its beginning; what has been read is gone from it.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] std::string_view rest() const { return rest_; }

  bool skip(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// From `least` to `most` digits.
  std::optional<std::int64_t> digits(std::size_t least, std::size_t most) {
    const std::string_view head = rest_.substr(0, most);
    const auto end = std::ranges::find_if(head, [](char c) { return c < '0' || c > '9'; });
    const auto count = static_cast<std::size_t>(end - head.begin());
    if (count < least) return std::nullopt;
    std::int64_t number = 0;
    std::from_chars(head.data(), head.data() + count, number);
    rest_.remove_prefix(count);
    return number;
  }

  std::string_view word(std::size_t length) {
    const std::string_view word = rest_.substr(0, length);
    rest_.remove_prefix(word.size());
    return word;
  }

 private:
  std::string_view rest_;
};

std::optional<Time> day_of(std::int64_t year, std::int64_t month, std::int64_t day) {
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return Time{std::chrono::sys_days{date}};
}

/// Of a fraction only the milliseconds count.
std::optional<milliseconds> read_fraction(Reader& reader) {
  const std::size_t before = reader.rest().size();
  auto number = reader.digits(1, 9);
  if (!number) return std::nullopt;
  for (std::size_t digits = before - reader.rest().size(); digits < 9; ++digits)
    *number *= 10;
  return milliseconds{*number / 1'000'000};
}

/// 07:05, 07:05:00 or 07:05:00.000
std::optional<milliseconds> read_time_of_day(Reader& reader) {
  const auto hour = reader.digits(2, 2);
  if (!hour || *hour > 23 || !reader.skip(':')) return std::nullopt;
  const auto minute = reader.digits(2, 2);
  if (!minute || *minute > 59) return std::nullopt;
  const milliseconds time = hours{*hour} + minutes{*minute};
  if (!reader.skip(':')) return time;
  const auto second = reader.digits(2, 2);
  if (!second || *second > 60) return std::nullopt;
  if (!reader.skip('.')) return time + seconds{*second};
  const auto fraction = read_fraction(reader);
  if (!fraction) return std::nullopt;
  return time + seconds{*second} + *fraction;
}

/// Z, GMT, UTC, +01:00, +0100, +01 or nothing; what is to be subtracted to get UTC.
std::optional<minutes> read_offset(Reader& reader) {
  constexpr std::array<std::string_view, 5> utc{"", "Z", "z", "GMT", "UTC"};
  if (std::ranges::find(utc, reader.rest()) != utc.end()) {
    reader.word(3);
    return minutes{0};
  }
  const bool behind = reader.skip('-');
  if (!behind && !reader.skip('+') && !reader.skip(' ')) return std::nullopt;
  const auto hour = reader.digits(2, 2);
  if (!hour || *hour > 23) return std::nullopt;
  std::int64_t minute = 0;
  if (reader.skip(':') || !reader.at_end()) {
    const auto read = reader.digits(2, 2);
    if (!read || *read > 59) return std::nullopt;
    minute = *read;
  }
  const minutes offset = hours{*hour} + minutes{minute};
  return behind ? -offset : offset;
}

std::optional<Time> to_the_end(Reader& reader, Time day, milliseconds time_of_day) {
  const auto offset = read_offset(reader);
  if (!offset || !reader.at_end()) return std::nullopt;
  return day + time_of_day - *offset;
}

std::optional<Time> parse_iso(std::string_view text) {
  Reader reader(text);
  const auto year = reader.digits(4, 4);
  if (!year || !reader.skip('-')) return std::nullopt;
  const auto month = reader.digits(2, 2);
  if (!month || !reader.skip('-')) return std::nullopt;
  const auto day_number = reader.digits(2, 2);
  if (!day_number) return std::nullopt;
  const auto day = day_of(*year, *month, *day_number);
  if (!day || reader.at_end()) return day;
  if (!reader.skip('T') && !reader.skip('t') && !reader.skip(' ')) return std::nullopt;
  const auto time_of_day = read_time_of_day(reader);
  if (!time_of_day) return std::nullopt;
  return to_the_end(reader, *day, *time_of_day);
}

/// The day of the week, where it is given, is not compared with the date.
std::optional<Time> parse_rfc2822(std::string_view text) {
  const std::size_t comma = text.find(", ");
  Reader reader(comma == 3 ? text.substr(comma + 2) : text);
  const auto day_number = reader.digits(1, 2);
  if (!day_number || !reader.skip(' ')) return std::nullopt;
  const auto month = std::ranges::find(months, reader.word(3));
  if (month == months.end() || !reader.skip(' ')) return std::nullopt;
  const auto year = reader.digits(4, 4);
  if (!year || !reader.skip(' ')) return std::nullopt;
  const auto day = day_of(*year, month - months.begin() + 1, *day_number);
  const auto time_of_day = read_time_of_day(reader);
  if (!day || !time_of_day) return std::nullopt;
  if (!reader.at_end() && !reader.skip(' ')) return std::nullopt;
  return to_the_end(reader, *day, *time_of_day);
}

std::optional<Time> parse_unix(std::string_view text) {
  Reader reader(text);
  if (!reader.skip('@')) return std::nullopt;
  const auto number = reader.digits(1, 12);
  if (!number || !reader.at_end()) return std::nullopt;
  return Time{seconds{*number}};
}

std::optional<Time> parse_any(std::string_view text) {
  if (const auto time = parse_iso(text)) return time;
  if (const auto time = parse_rfc2822(text)) return time;
  return parse_unix(text);
}

}  // namespace

std::optional<Time> parse_time(std::string_view text) {
  const auto time = parse_any(text);
  return time && has_year_of_four_digits(*time) ? time : std::nullopt;
}

bool has_year_of_four_digits(Time time) {
  using std::chrono::year;
  constexpr Time first = std::chrono::sys_days{year{1000} / 1 / 1};
  constexpr Time behind_last = std::chrono::sys_days{year{10000} / 1 / 1};
  return time >= first && time < behind_last;
}

}  // namespace rucola
