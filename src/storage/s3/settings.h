// Where originals lie, if not in the data folder: in a bucket of an S3 server.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/config.h"

namespace rucola::storage {

struct S3Settings {
  std::string url{};  ///< s3://bucket/prefix; empty: the data folder has them
  std::string endpoint{};
  std::string region = "us-east-1";
  bool path_style = true;
  std::string access_key{};
  std::string secret_key{};
  std::string session_token{};
  std::string encryption = "none";
  std::string encryption_key{};
  std::chrono::seconds timeout{30};
  std::int64_t copies_bytes = std::int64_t{10} << 30;
};

/// Section "blobs".
void describe(config::Table& table, S3Settings& settings);

}  // namespace rucola::storage
