#include "http/gate.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/http_token.h"
#include "base/printable.h"
#include "base/text.h"
#include "http/authority.h"
#include "http/field_line.h"
#include "message/headers.h"
#include "message/request.h"

namespace rucola::http {
namespace {

using message::equal_ignoring_case;

bool is_value_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
}

/// Nearly all are printable ASCII, which is quickly seen.
bool is_value(std::string_view text) {
  return is_printable_ascii(text) || std::ranges::all_of(text, is_value_character);
}

/// No '#', which begins a fragment: no client may send one.
bool is_target(std::string_view text) {
  return is_printable_ascii(text) && !text.contains(' ') && !text.contains('#');
}

using Checked = Result<void>;

Checked wrong_target(std::string_view text) {
  if (text.contains(' ')) {
    return fail(ErrorCode::bad_request,
                "The first line has more than two spaces: there is one behind the method and one before "
                "HTTP/1.1, and a target writes its own as %20.");
  }
  if (text.contains('#')) {
    return fail(ErrorCode::bad_request,
                "The request's target holds a '#': a fragment is not sent, and a '#' of a path is %23.");
  }
  return fail(ErrorCode::bad_request,
              "The request's target may hold printable ASCII only: percent-encode the rest.");
}

/// Reads one head, line by line. What must not repeat is counted here.
class Reader {
 public:
  Result<Head> read(std::string_view bytes);

 private:
  Checked request_line(std::string_view line);
  Checked version(std::string_view text);
  Checked target(std::string_view text);
  Checked field(std::string_view line);
  Checked host(std::string_view value);
  Checked content_length(std::string_view value);
  Checked transfer_encoding(std::string_view value);
  Checked expect(std::string_view value);
  Checked connection(std::string_view value);
  Checked whole();

  Head head_;
  bool has_host_ = false;
  bool has_length_ = false;
  bool has_encoding_ = false;
  bool asks_close_ = false;
  bool asks_keep_alive_ = false;
};

Result<Head> Reader::read(std::string_view bytes) {
  const std::size_t first_end = bytes.find("\r\n");
  if (first_end == std::string_view::npos)
    return fail(ErrorCode::bad_request, "The request has no complete first line.");
  if (auto ok = request_line(bytes.substr(0, first_end)); !ok) return std::unexpected(ok.error());
  bytes.remove_prefix(first_end + 2);
  for (std::size_t count = 0;; ++count) {
    const std::size_t end = bytes.find("\r\n");
    if (end == std::string_view::npos)
      return fail(ErrorCode::bad_request, "The request's headers do not end with a blank line.");
    if (end == 0) break;
    if (count == header_fields_limit) {
      return fail(ErrorCode::headers_too_large, "There are too many header fields; at most " +
                                                    std::to_string(header_fields_limit) + " are read.");
    }
    if (auto ok = field(bytes.substr(0, end)); !ok) return std::unexpected(ok.error());
    bytes.remove_prefix(end + 2);
  }
  if (bytes.size() != 2)
    return fail(ErrorCode::bad_request, "Bytes follow the blank line that ends the headers.");
  if (auto ok = whole(); !ok) return std::unexpected(ok.error());
  return head_;
}

Checked Reader::request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return fail(ErrorCode::bad_request,
                "The first line must be a method, a target and HTTP/1.1, with one space between them.");
  }
  head_.method = line.substr(0, first);
  if (!is_http_token(head_.method))
    return fail(ErrorCode::bad_request, "The request's method is not a token (RFC 9110, section 5.6.2).");
  if (auto ok = version(line.substr(last + 1)); !ok) return ok;
  if (auto ok = target(line.substr(first + 1, last - first - 1)); !ok) return ok;
  if (!message::parse_method(head_.method)) {
    return fail(ErrorCode::not_implemented, "The method \"" + std::string(head_.method.substr(0, 32)) +
                                                "\" is not known here; there are " + message::method_list() +
                                                ".");
  }
  return {};
}

Checked Reader::version(std::string_view text) {
  if (text == "HTTP/1.1") return {};
  if (text == "HTTP/1.0") {
    head_.http_1_0 = true;
    return {};
  }
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool other =
      text.size() == 8 && text.starts_with("HTTP/") && digit(text[5]) && text[6] == '.' && digit(text[7]);
  if (other)
    return fail(ErrorCode::http_version_not_supported, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  return fail(ErrorCode::bad_request, "The first line must end with HTTP/1.1.");
}

Checked Reader::target(std::string_view text) {
  if (!is_target(text)) return wrong_target(text);
  head_.target = text;
  if (text.starts_with('/')) return {};
  if (text == "*") {
    if (head_.method == "OPTIONS") return {};
    return fail(ErrorCode::bad_request, "The target \"*\" goes with OPTIONS only.");
  }
  const std::size_t scheme = text.find("://");
  const std::string_view scheme_name = text.substr(0, scheme);
  if (scheme != std::string_view::npos &&
      (equal_ignoring_case(scheme_name, "http") || equal_ignoring_case(scheme_name, "https"))) {
    const std::string_view rest = text.substr(scheme + 3);
    if (is_authority(rest.substr(0, rest.find_first_of("/?")))) return {};
  }
  if (head_.method == "CONNECT") return {};  // refused as a method that is not known
  return fail(
      ErrorCode::bad_request,
      "The request's target must be a path that begins with '/', or an absolute http or https URL with a "
      "host and without a user name.");
}

Checked Reader::field(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') {
    return fail(ErrorCode::bad_request,
                "A header field continues on a second line (obs-fold), which HTTP/1.1 has abolished.");
  }
  const auto parts = split_field(line);
  if (!parts || !is_http_token(parts->name)) {
    return fail(ErrorCode::bad_request,
                "A header field must be a name, a colon right after it, and a value.");
  }
  const auto [name, value] = *parts;
  if (!is_value(value)) {
    return fail(ErrorCode::bad_request,
                "The header field \"" + std::string(name) + "\" holds a control character.");
  }
  switch (name.size()) {
    case 4:
      if (equal_ignoring_case(name, "Host")) return host(value);
      break;
    case 5:
      if (equal_ignoring_case(name, "Range")) head_.conditional = true;
      break;
    case 6:
      if (equal_ignoring_case(name, "Expect")) return expect(value);
      break;
    case 10:
      if (equal_ignoring_case(name, "Connection")) return connection(value);
      break;
    case 14:
      if (equal_ignoring_case(name, "Content-Length")) return content_length(value);
      break;
    case 17:
      if (equal_ignoring_case(name, "Transfer-Encoding")) return transfer_encoding(value);
      break;
    default:
      break;
  }
  if (name.size() > 3 && equal_ignoring_case(name.substr(0, 3), "If-")) head_.conditional = true;
  return {};
}

Checked Reader::host(std::string_view value) {
  if (has_host_) return fail(ErrorCode::bad_request, "There is more than one Host field.");
  has_host_ = true;
  if (is_authority(value)) return {};
  return fail(ErrorCode::bad_request,
              "The Host field must be a host name or address, with a port or without.");
}

Checked Reader::content_length(std::string_view value) {
  if (has_length_) return fail(ErrorCode::bad_request, "There is more than one Content-Length field.");
  has_length_ = true;
  const bool digits =
      !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return fail(ErrorCode::bad_request, "The Content-Length must be one decimal number.");
  const auto read = std::from_chars(value.data(), value.data() + value.size(), head_.content_length);
  if (read.ec != std::errc{})
    return fail(ErrorCode::bad_request, "The Content-Length is larger than any number that is read here.");
  head_.framing = BodyFraming::length;
  return {};
}

Checked Reader::transfer_encoding(std::string_view value) {
  if (has_encoding_) return fail(ErrorCode::bad_request, "There is more than one Transfer-Encoding field.");
  has_encoding_ = true;
  if (value != "chunked")
    return fail(ErrorCode::bad_request,
                "The only Transfer-Encoding that is read here is exactly \"chunked\".");
  head_.framing = BodyFraming::chunked;
  return {};
}

Checked Reader::expect(std::string_view value) {
  if (!equal_ignoring_case(value, "100-continue")) {
    return fail(ErrorCode::expectation_failed, "The only expectation that can be met is 100-continue.");
  }
  head_.expects_continue = true;
  return {};
}

Checked Reader::connection(std::string_view value) {
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    const std::string_view option = trimmed(value.substr(0, comma));
    if (!option.empty() && !is_http_token(option)) {
      return fail(
          ErrorCode::bad_request,
          "The Connection field must be a list of tokens with commas between (RFC 9110, section 7.6.1).");
    }
    if (equal_ignoring_case(option, "close")) asks_close_ = true;
    if (equal_ignoring_case(option, "keep-alive")) asks_keep_alive_ = true;
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
  return {};
}

/// What can be said only when all fields are known.
Checked Reader::whole() {
  if (!head_.http_1_0 && !has_host_)
    return fail(ErrorCode::bad_request, "An HTTP/1.1 request needs a Host field.");
  if (has_encoding_ && has_length_) {
    return fail(ErrorCode::bad_request, "A request has a Content-Length or a Transfer-Encoding, never both.");
  }
  if (has_encoding_ && head_.http_1_0)
    return fail(ErrorCode::bad_request, "HTTP/1.0 knows no Transfer-Encoding.");
  if (head_.http_1_0) head_.expects_continue = false;  // RFC 9110, section 10.1.1
  head_.keep_alive = !asks_close_ && (!head_.http_1_0 || asks_keep_alive_);
  return {};
}

}  // namespace

HeadScan scan_head(std::string_view bytes, std::size_t from) {
  if (!bytes.empty() && !is_http_token_character(bytes.front())) return {HeadScan::State::malformed, 0};
  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  // `at` always stands at the beginning of a line: lines are scanned again until they are whole.
  const char* at = begin + from;
  while (at < end) {
    const auto* feed = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    const char* const line_end = feed == nullptr ? end : feed + 1;
    const std::string_view line(at, static_cast<std::size_t>(line_end - at));
    const std::size_t carriage_return = line.find('\r');
    if (feed == nullptr) {
      const bool bare = carriage_return != std::string_view::npos && carriage_return + 1 != line.size();
      return {bare ? HeadScan::State::malformed : HeadScan::State::incomplete,
              static_cast<std::size_t>(at - begin)};
    }
    if (carriage_return == std::string_view::npos || carriage_return + 2 != line.size()) {
      return {HeadScan::State::malformed, 0};
    }
    at = line_end;
    if (line.size() == 2) return {HeadScan::State::complete, static_cast<std::size_t>(at - begin)};
  }
  return {HeadScan::State::incomplete, static_cast<std::size_t>(at - begin)};
}

Result<Head> check_head(std::string_view head) {
  return Reader().read(head);
}

}  // namespace rucola::http
