#include "http/request_parser.h"

#include <limits>

#include <boost/beast/http/basic_parser.hpp>

#include "http/authority.h"

namespace rucola::http {
namespace {

namespace beast = boost::beast;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

/// Hands what Beast recognises to the request directly: no basic_fields in between, which would allocate a
/// node for each field.
class HeadParser final : public beast::http::basic_parser<true> {
 public:
  explicit HeadParser(message::Request& request) : request_(request) {
    header_limit(std::numeric_limits<std::uint32_t>::max());  // the connection has counted already
    body_limit(boost::none);
  }

 private:
  void on_request_impl(beast::http::verb /*verb*/, beast::string_view method, beast::string_view target,
                       int /*version*/, beast::error_code& error) override {
    const auto known = message::parse_method(view(method));
    if (!known) {
      error = beast::http::make_error_code(beast::http::error::bad_method);
      return;
    }
    request_.method = *known;
    request_.target = view(target);
  }

  void on_field_impl(beast::http::field /*known*/, beast::string_view name, beast::string_view value,
                     beast::error_code& /*error*/) override {
    request_.headers.add(std::string(view(name)), std::string(view(value)));
  }

  void on_response_impl(int /*status*/, beast::string_view /*reason*/, int /*version*/,
                        beast::error_code& /*error*/) override {}
  void on_header_impl(beast::error_code& /*error*/) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const& /*length*/,
                         beast::error_code& /*error*/) override {}
  std::size_t on_body_impl(beast::string_view body, beast::error_code& /*error*/) override {
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t /*size*/, beast::string_view /*extensions*/,
                            beast::error_code& /*error*/) override {}
  std::size_t on_chunk_body_impl(std::uint64_t /*remaining*/, beast::string_view body,
                                 beast::error_code& /*error*/) override {
    return body.size();
  }
  void on_finish_impl(beast::error_code& /*error*/) override {}

  message::Request& request_;
};

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
  HeadParser parser(request);
  beast::error_code error;
  const std::size_t taken = parser.put(boost::asio::const_buffer(head.data(), head.size()), error);
  if (error || taken != head.size() || !parser.is_header_done()) {
    return fail(ErrorCode::bad_request, "The request is malformed: " + error.message() + ".");
  }
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
