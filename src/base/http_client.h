// One kept-alive HTTP connection to one server that the configuration names.
//
// Threads: belongs to one thread at a time; send() blocks for at most the time-out. cancel() from any.
// Redirects are not followed and proxies not used: a request, and the secret in it, goes to the configured
// address and nowhere else.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace rucola {

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
  /// The Retry-After, in seconds or as a date; nothing where there is none.
  [[nodiscard]] std::optional<std::chrono::seconds> retry_after() const;
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

}  // namespace rucola
