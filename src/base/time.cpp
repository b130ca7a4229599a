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
  return format(time, "%a, %d %b %Y %H:%M:%S GMT");
}

std::optional<Time> parse_http_date(std::string_view text) {
  const std::string copy(text);
  if (auto preferred = read(copy, "%a, %d %b %Y %H:%M:%S GMT")) return time_of(*preferred);
  if (auto rfc_850 = read(copy, "%a, %d-%b-%y %H:%M:%S GMT")) return time_of(with_century(*rfc_850));
  if (auto asctime = read(copy, "%a %b %e %H:%M:%S %Y")) return time_of(*asctime);
  return std::nullopt;
}

}  // namespace rucola
