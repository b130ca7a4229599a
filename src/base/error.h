// Errors as values. One closed list of kinds for the whole program; message/ maps it to HTTP in one switch.
//
// What a person may read and what only the log may say are different types, so that neither can be put
// in the other's place by accident.
//
// Threads: values, no shared state. Ownership: plain strings.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <utility>

namespace rucola {

enum class ErrorCode {
  bad_request,
  unauthenticated,
  forbidden,
  not_found,
  method_not_allowed,
  request_timed_out,
  conflict,
  length_required,
  precondition_failed,
  payload_too_large,
  unsupported_media_type,
  range_not_satisfiable,
  expectation_failed,
  unprocessable,
  too_many_requests,
  headers_too_large,
  internal,
  not_implemented,
  overloaded,
  timed_out,
  http_version_not_supported,
  storage_full,
};

/// Shown to the caller: what is wrong, what is allowed, where to read more.
struct PublicMessage {
  std::string text;
};

/// For the log only: paths, SQL, library messages.
struct PrivateDetail {
  std::string text;
};

struct Error {
  ErrorCode code;
  PublicMessage message;
  PrivateDetail detail{};
  /// The credentials themselves were the problem (clients then ask for new ones).
  bool invalid_authentication = false;
  std::optional<std::chrono::seconds> retry_after{};
};

template <class T>
using Result = std::expected<T, Error>;

/// `return fail(ErrorCode::not_found, "…");`
inline std::unexpected<Error> fail(ErrorCode code, std::string message, std::string detail = {}) {
  return std::unexpected(Error{code, PublicMessage{std::move(message)}, PrivateDetail{std::move(detail)}});
}

}  // namespace rucola
