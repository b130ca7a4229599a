// Points in time as people and other programs write them, for where more than one spelling is taken.
//
// Pure, thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace rucola {

/// ISO 8601 (`2050-02-08T07:05:00.000Z`, `2050-02-08 07:05+01:00`, `2050-02-08`), RFC 2822
/// (`Tue, 08 Feb 2050 07:05:00 +0100`) or `@` and the seconds since 1970. Without an offset it is UTC.
/// A blank in place of the offset's plus sign is taken too: that is what a form makes of a plus.
/// Nothing where it is no such text, no day of the calendar, or not in the years 1000 to 9999: another could
/// not be written in a form that is read again.
std::optional<Time> parse_time(std::string_view text);

/// Is it in the years 1000 to 9999?
bool has_year_of_four_digits(Time time);

}  // namespace rucola
