// Which objects of which bucket, and under which URLs.
//
// Values; pure functions; thread-safe. Errors: bad_request, in words for whoever wrote the configuration.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "storage/s3/settings.h"

namespace rucola::storage {

struct S3Location {
  std::string bucket;
  std::string prefix;  ///< of all keys: empty, or ends with a slash
  std::string base;    ///< of all URLs, without a slash at its end; a key follows behind one
};

Result<S3Location> s3_location(const S3Settings& settings);

}  // namespace rucola::storage
