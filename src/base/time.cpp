#include "base/time.h"

#include <array>
#include <ctime>

namespace rucola {
namespace {

std::string format(Time time, const char* pattern) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), pattern, &parts);
  return {text.data(), length};
}

// strftime() takes fifteen times as long, and every cached render says when it was made.
constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void append_two_digits(std::string& text, unsigned number) {
  text.push_back(static_cast<char>('0' + number / 10));
  text.push_back(static_cast<char>('0' + number % 10));
}

std::optional<std::tm> read(const std::string& text, const char* pattern) {
  std::tm parts{};
  const char* end = strptime(text.c_str(), pattern, &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return parts;
}

Time time_of(std::tm parts) {
  return Time{std::chrono::seconds{timegm(&parts)}};
}

/// Two digits of a year that seem to be more than 50 years ahead are of the century before.
std::tm with_century(std::tm parts) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(now()).time_since_epoch().count();
  std::tm today{};
  gmtime_r(&seconds, &today);
  parts.tm_year = today.tm_year - today.tm_year % 100 + parts.tm_year % 100;
  if (parts.tm_year > today.tm_year + 50) parts.tm_year -= 100;
  return parts;
}

}  // namespace

Time now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string format_rfc3339(Time time) {
  return format(time, "%Y-%m-%dT%H:%M:%S+00:00");
}

std::string format_http_date(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  std::string text;
  text.reserve(std::string_view("Tue, 10 Dec 2019 11:13:24 GMT").size());
  text.append(weekdays.at(std::chrono::weekday(day).c_encoding())).append(", ");
  append_two_digits(text, static_cast<unsigned>(date.day()));
  text.append(" ").append(months.at(static_cast<unsigned>(date.month()) - 1)).append(" ");
  append_two_digits(text, year / 100 % 100);
  append_two_digits(text, year % 100);
  text.append(" ");
  append_two_digits(text, static_cast<unsigned>(clock.hours().count()));
  text.append(":");
  append_two_digits(text, static_cast<unsigned>(clock.minutes().count()));
  text.append(":");
  append_two_digits(text, static_cast<unsigned>(clock.seconds().count()));
  return text.append(" GMT");
}

std::optional<Time> parse_http_date(std::string_view text) {
  const std::string copy(text);
  if (auto preferred = read(copy, "%a, %d %b %Y %H:%M:%S GMT")) return time_of(*preferred);
  if (auto rfc_850 = read(copy, "%a, %d-%b-%y %H:%M:%S GMT")) return time_of(with_century(*rfc_850));
  if (auto asctime = read(copy, "%a %b %e %H:%M:%S %Y")) return time_of(*asctime);
  return std::nullopt;
}

}  // namespace rucola
