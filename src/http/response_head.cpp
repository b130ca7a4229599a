#include "http/response_head.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <boost/beast/http/status.hpp>

namespace rucola::http {
namespace {

using message::equal_ignoring_case;

constexpr std::string_view same_for_all =
    "Server: rucola\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Access-Control-Allow-Origin: *\r\n"
    "Access-Control-Expose-Headers: Location, X-RateLimit-Limit, X-RateLimit-Remaining, "
    "X-RateLimit-Retry-After, "
    "ETag, "
    "Retry-After, X-Request-Id\r\n";

void append_number(std::string& out, std::int64_t number) {
  std::array<char, 20> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc{}) out.append(digits.data(), end);
}

void append_status_line(std::string& out, int status) {
  if (status == 200) {
    out.append("HTTP/1.1 200 OK\r\n");
    return;
  }
  const auto reason =
      boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(static_cast<unsigned>(status)));
  out.append("HTTP/1.1 ");
  append_number(out, status);
  out.append(" ").append(reason.data(), reason.size()).append("\r\n");
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  const std::size_t begin = out.size();
  out.append(value);
  for (std::size_t i = begin; i < out.size(); ++i) {
    const auto byte = static_cast<unsigned char>(out[i]);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7f) out[i] = ' ';
  }
  out.append("\r\n");
}

/// Compares lengths first: this runs for every header of every answer.
bool is_ours(std::string_view name) {
  switch (name.size()) {
    case 4:
      return equal_ignoring_case(name, "Date") || equal_ignoring_case(name, "ETag");
    case 6:
      return equal_ignoring_case(name, "Server");
    case 10:
      return equal_ignoring_case(name, "Connection");
    case 12:
      return equal_ignoring_case(name, "X-Request-Id");
    case 13:
      return equal_ignoring_case(name, "Last-Modified") || equal_ignoring_case(name, "Accept-Ranges");
    case 14:
      return equal_ignoring_case(name, "Content-Length");
    case 17:
      return equal_ignoring_case(name, "Transfer-Encoding");
    case 22:
      return equal_ignoring_case(name, "X-Content-Type-Options");
    case 27:
      return equal_ignoring_case(name, "Access-Control-Allow-Origin");
    case 29:
      return equal_ignoring_case(name, "Access-Control-Expose-Headers");
    default:
      return false;
  }
}

/// Describes a body that a 304 does not have. Content-Disposition is none of these: its name may change while
/// the bytes stay, and a cache takes the new one from the 304.
bool is_of_the_body(std::string_view name) {
  static constexpr std::array<std::string_view, 4> names{"Content-Type", "Content-Encoding",
                                                         "Content-Language", "Content-Range"};
  return std::ranges::any_of(names, [&](std::string_view known) { return equal_ignoring_case(known, name); });
}

void append_validators(std::string& out, const message::Response& response) {
  const std::string_view etag =
      response.etag.empty() ? response.headers.get("ETag") : std::string_view(response.etag);
  if (!etag.empty()) append_field(out, "ETag", etag);
  if (response.last_modified) {
    append_field(out, "Last-Modified", format_http_date(*response.last_modified));
  } else if (const std::string_view date = response.headers.get("Last-Modified"); !date.empty()) {
    append_field(out, "Last-Modified", date);
  }
  if (response.status == 200 && !response.etag.empty()) out.append("Accept-Ranges: bytes\r\n");
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
  out.append("Content-Length: ");
  append_number(out, selection.length);
  out.append("\r\n");
}

}  // namespace

void append_response_head(std::string& out, const message::Response& response, const Selection& selection,
                          const HeadFrame& frame) {
  const bool not_modified = selection.kind == Selection::Kind::not_modified;
  int status = response.status;
  if (not_modified) status = 304;
  if (selection.kind == Selection::Kind::part) status = 206;
  append_status_line(out, status);
  out.append("Date: ").append(frame.date).append("\r\n").append(same_for_all);
  out.append("X-Request-Id: ").append(frame.request_id).append("\r\n");
  for (const auto& [name, value] : response.headers) {
    if (is_ours(name) || (not_modified && is_of_the_body(name))) continue;
    append_field(out, name, value);
  }
  append_validators(out, response);
  append_length(out, status, response, selection, frame.chunked);
  if (frame.connection == ConnectionField::close) out.append("Connection: close\r\n");
  if (frame.connection == ConnectionField::keep_alive) out.append("Connection: keep-alive\r\n");
  out.append("\r\n");
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
