// Another reader of a request's head, Boost.Beast's: what the server makes of a head that passed its gate is
// held against what Beast does.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/beast/http/basic_parser.hpp>

namespace rucola::http {

struct ReadByBeast {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> fields;
};

class BeastReader final : public boost::beast::http::basic_parser<true> {
 public:
  BeastReader() {
    header_limit(std::numeric_limits<std::uint32_t>::max());
    body_limit(boost::none);
  }

  ReadByBeast read{};

 private:
  using View = boost::beast::string_view;
  using Code = boost::beast::error_code;

  static std::string text(View view) { return {view.data(), view.size()}; }

  void on_request_impl(boost::beast::http::verb /*verb*/, View method, View target, int /*version*/,
                       Code& /*error*/) override {
    read.method = text(method);
    read.target = text(target);
  }
  void on_field_impl(boost::beast::http::field /*known*/, View name, View value, Code& /*error*/) override {
    read.fields.emplace_back(text(name), text(value));
  }
  void on_response_impl(int /*status*/, View /*reason*/, int /*version*/, Code& /*error*/) override {}
  void on_header_impl(Code& /*error*/) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const& /*length*/, Code& /*error*/) override {}
  std::size_t on_body_impl(View body, Code& /*error*/) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t /*size*/, View /*extensions*/, Code& /*error*/) override {}
  std::size_t on_chunk_body_impl(std::uint64_t /*remaining*/, View body, Code& /*error*/) override {
    return body.size();
  }
  void on_finish_impl(Code& /*error*/) override {}
};

/// Nothing where Beast refuses it.
inline std::optional<ReadByBeast> read_by_beast(std::string_view head) {
  BeastReader reader;
  boost::beast::error_code error;
  const std::size_t taken = reader.put(boost::asio::const_buffer(head.data(), head.size()), error);
  if (error || taken != head.size() || !reader.is_header_done()) return std::nullopt;
  return reader.read;
}

}  // namespace rucola::http
