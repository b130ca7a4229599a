// The days that somebody asks about: ?from=2016-12-01&to=2016-12-31, both inclusive. Internal to api/.
//
// Pure, thread-safe. Errors: bad_request.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/endpoint.h"
#include "api/paths.h"
#include "catalog/usage.h"

namespace rucola::api {

struct AskedDays {
  std::string org;
  std::optional<std::string> from;
  std::optional<std::string> to;
};

/// A month or a day may lack its leading zero: a client makes "2026-11-1" of a month.
std::optional<catalog::Day> parse_day(std::string_view text);
Schema day_of_calendar();

/// {org}, `from` and `to`; where they are not given, it is as `help` says.
std::vector<Input<AskedDays>> of_days(std::string help_for_from);

catalog::Day today();
/// To today, and from `first_before` days before the last, where they are not given. Errors: where there are
/// none, or too many.
Result<catalog::Days> days_of(const AskedDays& asked, std::chrono::days first_before);

}  // namespace rucola::api
