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
  std::tm parts{};
  const char* end = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return Time{std::chrono::seconds{timegm(&parts)}};
}

}  // namespace rucola
