// One kept-alive connection to an S3 server: a signed request, and its answer.
//
// Threads: one at a time; cancel() from any. Errors of send(): overloaded where there was no connection, or
// no whole answer on it; as the spool where the answer could not be written; internal.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <curl/curl.h>

#include "base/c_handle.h"
#include "base/curl_transfer.h"
#include "base/error.h"
#include "base/spool.h"
#include "storage/s3/credentials.h"
#include "storage/s3/settings.h"

namespace rucola::storage {

struct S3Request {
  std::string method = "GET";
  std::string url{};  ///< its query encoded, with names in alphabetical order: so it is signed
  std::vector<std::string> headers{};  ///< `name: value`
  const SpooledFile* body = nullptr;
  const Spool* keeps = nullptr;  ///< a good answer's body becomes a file there
};

struct S3Answer {
  long status = 0;
  std::map<std::string, std::string, std::less<>> headers{};  ///< names in lower case
  std::string text{};
  std::optional<SpooledFile> file{};

  [[nodiscard]] bool is_good() const { return status >= 200 && status < 300; }
  /// Empty where there is none of that name.
  [[nodiscard]] std::string_view header(std::string_view name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view() : found->second;
  }
};

/// Where the server doesn't answer.
std::unexpected<Error> s3_silence(std::string detail);

class S3Connection {
 public:
  S3Connection() = default;
  S3Connection(const S3Connection&) = delete;
  S3Connection& operator=(const S3Connection&) = delete;
  ~S3Connection() = default;

  Result<S3Answer> send(const S3Request& request, const S3Credentials& credentials,
                        const S3Settings& settings);
  /// What is under way, and all that comes later, is no answer.
  void cancel() { transfer_.cancel(); }

 private:
  CurlTransfer transfer_;
  const CHandle<CURL, curl_easy_cleanup> curl_{curl_easy_init()};
  std::array<char, CURL_ERROR_SIZE> reason_{};
};

}  // namespace rucola::storage
