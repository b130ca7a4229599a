// The keys with which requests to an S3 server are signed: those of the configuration, else of the
// environment, else of the file that Amazon's own tools have (its format:
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html).
//
// Threads: any, as long as nobody changes the environment. Looked for anew each time, so that a file whose
// keys somebody renews is followed; reads the file. Errors: internal, saying where keys were looked for.
#pragma once

#include <string>

#include "base/error.h"
#include "storage/s3/settings.h"

namespace rucola::storage {

struct S3Credentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  ///< empty for keys that last
};

Result<S3Credentials> find_credentials(const S3Settings& settings);

}  // namespace rucola::storage
