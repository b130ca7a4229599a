#include "message/field_lines.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "message/response.h"

namespace rucola::message {
namespace {

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

/// What only http/ says. Compares lengths first: this runs for every header of every answer.
bool is_of_http(std::string_view name) {
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

void append_validators(std::string& out, const Response& response) {
  const std::string_view etag =
      response.etag.empty() ? response.headers.get("ETag") : std::string_view(response.etag);
  if (!etag.empty()) append_field(out, "ETag", etag);
  if (response.last_modified) {
    append_field(out, "Last-Modified", format_http_date(*response.last_modified));
  } else if (const std::string_view date = response.headers.get("Last-Modified"); !date.empty()) {
    append_field(out, "Last-Modified", date);
  }
}

void append_headers(std::string& out, const Response& response, bool of_the_body) {
  for (const auto& [name, value] : response.headers) {
    if (!is_of_http(name) && is_of_the_body(name) == of_the_body) append_field(out, name, value);
  }
}

}  // namespace

void append_fields(std::string& out, const Response& response, Fields which) {
  if (const FieldLines* written = response.field_lines.get()) {
    const std::string_view lines = written->text;
    out.append(which == Fields::all ? lines : lines.substr(written->bytes_of_body));
    return;
  }
  if (which == Fields::all) append_headers(out, response, true);
  append_headers(out, response, false);
  append_validators(out, response);
}

void write_fields(Response& response) {
  FieldLines lines;
  append_headers(lines.text, response, true);
  lines.bytes_of_body = lines.text.size();
  append_headers(lines.text, response, false);
  append_validators(lines.text, response);
  response.field_lines = std::make_shared<const FieldLines>(std::move(lines));
}

}  // namespace rucola::message
