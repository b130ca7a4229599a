// Wall-clock times as the API and HTTP write them. Functions are pure and thread-safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace rucola {

/// Wall-clock time in UTC; milliseconds are what the catalog stores.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

Time now();

/// `2019-12-10T11:13:24+00:00`, as the rokka API writes times.
std::string format_rfc3339(Time time);

/// `Tue, 10 Dec 2019 11:13:24 GMT` (RFC 9110, section 5.6.7).
std::string format_http_date(Time time);

/// Reads all three forms that HTTP dates have had (RFC 9110, section 5.6.7).
std::optional<Time> parse_http_date(std::string_view text);

}  // namespace rucola
