#include "message/response.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/utf8.h"

namespace rucola::message {
namespace {

/// Whatever a clock or an average says: who is told to come back next year does not.
constexpr std::chrono::seconds longest_retry_after{3600};

}  // namespace

std::int64_t Response::body_bytes() const {
  struct Size {
    std::int64_t operator()(std::monostate /*none*/) const { return 0; }
    std::int64_t operator()(const std::string& text) const { return static_cast<std::int64_t>(text.size()); }
    std::int64_t operator()(const SharedBytes& bytes) const {
      return static_cast<std::int64_t>(bytes->size());
    }
    std::int64_t operator()(const FileBody& file) const { return file.bytes; }
    std::int64_t operator()(const StreamedBody& /*unknown*/) const { return 0; }
  };
  return std::visit(Size{}, body);
}

void count_delivery(const Response& response, int status, std::int64_t sent_bytes) {
  const Account& account = response.account;
  const bool is_its_own_body = status == response.status || status == 206;
  if (!account.meter || sent_bytes <= 0 || !is_its_own_body) return;
  const std::int64_t whole = response.body_bytes();
  std::int64_t original = account.original_bytes;
  if (response.is_streamed()) {
    original = sent_bytes;  // of what is made while it is sent nobody knows the whole
  } else if (sent_bytes != whole) {
    original = std::llround(static_cast<double>(account.original_bytes) * static_cast<double>(sent_bytes) /
                            static_cast<double>(whole));
  }
  account.meter->add({.answers = 1, .bytes = sent_bytes, .original_bytes = original});
}

Response json_response(int status, const boost::json::value& body) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  response.body = well_formed_utf8(boost::json::serialize(body));
  return response;
}

Response empty_response(int status) {
  Response response;
  response.status = status;
  return response;
}

int http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_request:
      return 400;
    case ErrorCode::unauthenticated:
      return 401;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::method_not_allowed:
      return 405;
    case ErrorCode::request_timed_out:
      return 408;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::length_required:
      return 411;
    case ErrorCode::precondition_failed:
      return 412;
    case ErrorCode::payload_too_large:
      return 413;
    case ErrorCode::unsupported_media_type:
      return 415;
    case ErrorCode::range_not_satisfiable:
      return 416;
    case ErrorCode::expectation_failed:
      return 417;
    case ErrorCode::unprocessable:
      return 422;
    case ErrorCode::too_many_requests:
      return 429;
    case ErrorCode::headers_too_large:
      return 431;
    case ErrorCode::internal:
      return 500;
    case ErrorCode::not_implemented:
      return 501;
    case ErrorCode::overloaded:
      return 503;
    case ErrorCode::timed_out:
      return 504;
    case ErrorCode::http_version_not_supported:
      return 505;
    case ErrorCode::storage_full:
      return 507;
  }
  throw std::logic_error("an error code without a status");
}

Response error_response(const Error& error) {
  const int status = http_status(error.code);
  const std::string& message = error.message.text;
  boost::json::object body{
      {"error", {{"code", status}, {"message", message}}}, {"code", status}, {"message", message}};
  if (error.invalid_authentication) body["invalid_authentication"] = true;
  Response response = json_response(status, body);
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("Content-Security-Policy", std::string(draw_only_policy));
  if (error.retry_after) {
    const auto wait = std::min(*error.retry_after, longest_retry_after);
    response.headers.add("Retry-After", std::to_string(wait.count()));
  }
  return response;
}

}  // namespace rucola::message
