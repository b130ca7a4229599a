#include "http/response_head.h"

#include <array>
#include <charconv>
#include <initializer_list>

#include <boost/beast/http/status.hpp>

#include "message/field_lines.h"

namespace rucola::http {
namespace {

constexpr std::string_view same_for_all =
    "Server: rucola\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Access-Control-Allow-Origin: *\r\n"
    "Access-Control-Expose-Headers: Location, X-RateLimit-Limit, X-RateLimit-Remaining, "
    "X-RateLimit-Retry-After, "
    "ETag, "
    "Retry-After, X-Request-Id, X-Rucola-Fallback\r\n";

void append(std::string& out, std::initializer_list<std::string_view> pieces) {
  for (const std::string_view piece : pieces)
    out.append(piece);
}

void append_number(std::string& out, std::int64_t number) {
  std::array<char, 20> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc{}) out.append(digits.data(), end);
}

void append_status_line(std::string& out, int status) {
  if (status == 200) {
    append(out, {"HTTP/1.1 200 OK\r\n"});
    return;
  }
  const auto reason =
      boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(static_cast<unsigned>(status)));
  out.append("HTTP/1.1 ");
  append_number(out, status);
  out.append(" ").append(reason.data(), reason.size()).append("\r\n");
}

void append_length(std::string& out, int status, const message::Response& response,
                   const Selection& selection, bool chunked) {
  if (selection.kind == Selection::Kind::part) {
    out.append("Content-Range: bytes ");
    append_number(out, selection.first);
    out.append("-");
    append_number(out, selection.first + selection.length - 1);
    out.append("/");
    append_number(out, response.body_bytes());
    out.append("\r\n");
  }
  if (status == 204 || status == 304) return;  // RFC 9110, section 8.6
  if (response.is_streamed()) {
    if (chunked) out.append("Transfer-Encoding: chunked\r\n");
    return;
  }
  append(out, {"Content-Length: "});
  append_number(out, selection.length);
  append(out, {"\r\n"});
}

}  // namespace

void append_response_head(std::string& out, const message::Response& response, const Selection& selection,
                          const HeadFrame& frame) {
  const bool not_modified = selection.kind == Selection::Kind::not_modified;
  int status = response.status;
  if (not_modified) status = 304;
  if (selection.kind == Selection::Kind::part) status = 206;
  append_status_line(out, status);
  append(out, {"Date: ", frame.date, "\r\n", same_for_all, "X-Request-Id: ", frame.request_id, "\r\n"});
  message::append_fields(out, response,
                         not_modified ? message::Fields::without_those_of_the_body : message::Fields::all);
  if (response.status == 200 && !response.etag.empty()) append(out, {"Accept-Ranges: bytes\r\n"});
  append_length(out, status, response, selection, frame.chunked);
  if (frame.connection == ConnectionField::close) append(out, {"Connection: close\r\n"});
  if (frame.connection == ConnectionField::keep_alive) append(out, {"Connection: keep-alive\r\n"});
  append(out, {"\r\n"});
}

message::Response refusal_of(const Selection& selection, const message::Response& response) {
  if (selection.kind == Selection::Kind::precondition_failed) {
    return message::error_response(
        {ErrorCode::precondition_failed,
         {"What was asked for has changed: its ETag is not one of those in If-Match."}});
  }
  message::Response refusal = message::error_response(
      {ErrorCode::range_not_satisfiable,
       {"The range begins behind the end; there are " + std::to_string(response.body_bytes()) + " bytes."}});
  refusal.headers.add("Content-Range", "bytes */" + std::to_string(response.body_bytes()));
  return refusal;
}

message::Response preflight_response(const std::string& allow) {
  message::Response response = message::empty_response(204);
  response.headers.add("Access-Control-Allow-Methods", message::method_list());
  response.headers.add("Access-Control-Allow-Headers",
                       "Api-Key, Api-Version, Authorization, Content-Type, Destination, Overwrite, If-Match, "
                       "If-None-Match, If-Modified-Since, If-Range, Range, Cache-Control, X-Requested-With, "
                       "X-Request-Id");
  response.headers.add("Access-Control-Max-Age", "86400");
  if (!allow.empty()) response.headers.add("Allow", allow);
  return response;
}

}  // namespace rucola::http
