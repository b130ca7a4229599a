// One kept-alive HTTP connection to one cache.
//
// Threads: belongs to one thread at a time; send() blocks for at most the time-out. cancel() from any.
// Redirects are not followed and proxies not used: a purge, and the secret in it, goes to the configured
// address and nowhere else.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace rucola::cdn {

struct HttpRequest {
  std::string method;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct HttpAnswer {
  int status = 0;
  std::string body;                                          ///< its first 64 KiB
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case

  /// Empty where there is none of that name, which is given in lower case.
  [[nodiscard]] std::string header(std::string_view name) const;
};

class HttpClient {
 public:
  explicit HttpClient(std::chrono::seconds timeout);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  /// Any status is an answer. Errors: timed_out; internal where there was no connection or no answer on it.
  Result<HttpAnswer> send(const HttpRequest& request);
  /// What is under way, and all that comes later, is no answer.
  void cancel();

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
  std::chrono::seconds timeout_;
};

/// What every adapter makes of an answer that is not a success: overloaded for 429 and 503 with the
/// Retry-After (seconds or date), unprocessable for the rest.
Error refusal_of(const std::string& cache, const HttpAnswer& answer);

}  // namespace rucola::cdn
