// A request's target as the log has it. The signature of a signed URL is left out: whoever reads the log
// could use it for as long as it is good.
//
// Thread-safe. Costs a look at the query; only a target with a signature is copied.
#pragma once

#include <string>
#include <string_view>

namespace rucola::http {

/// `sig=…` where the query has a signature. What is returned is a part of `target`, or of `storage`.
std::string_view logged_target(std::string_view target, std::string& storage);

}  // namespace rucola::http
