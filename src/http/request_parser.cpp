#include "http/request_parser.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "http/authority.h"
#include "http/field_line.h"

namespace rucola::http {
namespace {

std::unexpected<Error> malformed(std::string_view what) {
  return fail(ErrorCode::bad_request, "The request is malformed: " + std::string(what) + ".");
}

/// Takes the first line off the front; gives it without its end. Nothing where no line ends.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

Result<void> read_request_line(std::string_view line, message::Request& request) {
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(' ');
  if (method_end == std::string_view::npos || method_end == target_end)
    return malformed("its first line is not a method, a target and a version");
  const auto method = message::parse_method(line.substr(0, method_end));
  if (!method) return malformed("its method is not one of " + message::method_list());
  request.method = *method;
  request.target = line.substr(method_end + 1, target_end - method_end - 1);
  return {};
}

Result<void> read_field(std::string_view line, message::Headers& headers) {
  const auto parts = split_field(line);
  if (!parts) return malformed("a header field has no colon");
  headers.add(std::string(parts->name), std::string(parts->value));
  return {};
}

Result<void> read_lines(std::string_view head, message::Request& request) {
  auto line = take_line(head);
  if (!line) return malformed("its first line does not end");
  if (auto read = read_request_line(*line, request); !read) return read;
  for (line = take_line(head); line && !line->empty(); line = take_line(head)) {
    if (auto read = read_field(*line, request.headers); !read) return read;
  }
  if (!line) return malformed("its headers do not end with a blank line");
  if (!head.empty()) return malformed("bytes follow its headers");
  return {};
}

/// Splits `http://host/path?query` and leaves the origin form as the target. The authority is empty where the
/// target has none.
std::string take_authority(std::string& target) {
  if (target.starts_with('/') || target == "*") return {};
  const std::size_t begin = target.find("://") + 3;
  const std::size_t end = std::min(target.find_first_of("/?", begin), target.size());
  std::string authority = target.substr(begin, end - begin);
  target.erase(0, end);
  if (!target.starts_with('/')) target.insert(0, "/");
  return authority;
}

}  // namespace

Result<void> parse_head(std::string_view head, message::Request& request) {
  constexpr std::size_t as_browsers_send = 16;
  request.headers.reserve(as_browsers_send);
  if (auto read = read_lines(head, request); !read) return read;
  std::string authority = take_authority(request.target);
  const std::size_t question = std::min(request.target.find('?'), request.target.size());
  request.path.assign(request.target, 0, question);
  if (question < request.target.size()) request.query.assign(request.target, question + 1);
  // RFC 9112, section 3.2.2: a received Host is replaced, so that nobody goes by it later.
  if (!authority.empty()) request.headers.set("Host", std::move(authority));
  if (auto host = parse_host(request.headers.get("Host"))) request.host = std::move(*host);
  return {};
}

}  // namespace rucola::http
