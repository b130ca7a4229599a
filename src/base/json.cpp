#include "base/json.h"

#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>

namespace rucola {
namespace {

namespace json = boost::json;

json::parse_options dialect(std::size_t depth_limit) {
  json::parse_options options;
  options.allow_trailing_commas = true;
  options.max_depth = depth_limit;
  return options;
}

/// Boost.JSON keeps the last of two equal keys; this handler only watches for them.
struct DuplicateKeyFinder {
  static constexpr std::size_t max_object_size = -1;
  static constexpr std::size_t max_array_size = -1;
  static constexpr std::size_t max_key_size = -1;
  static constexpr std::size_t max_string_size = -1;

  std::vector<std::set<std::string, std::less<>>> objects;
  std::string key;
  std::string duplicate;

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    objects.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, json::error_code&) {
    objects.pop_back();
    return true;
  }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t, json::error_code&) { return true; }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    key += std::string_view(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code& error) {
    key += std::string_view(part.data(), part.size());
    if (!objects.back().insert(key).second) {
      duplicate = key;
      error = json::error::syntax;
      return false;
    }
    key.clear();
    return true;
  }
  bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_string(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
  bool on_double(double number, json::string_view, json::error_code& error) {
    if (std::isfinite(number)) return true;
    error = json::error::exponent_overflow;
    return false;
  }
  bool on_bool(bool, json::error_code&) { return true; }
  bool on_null(json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }
};

}  // namespace

Result<json::value> parse_json(std::string_view text, std::size_t depth_limit) {
  json::basic_parser<DuplicateKeyFinder> watcher(dialect(depth_limit));
  json::error_code error;
  const std::size_t read = watcher.write_some(false, text.data(), text.size(), error);
  if (!watcher.handler().duplicate.empty()) {
    return fail(ErrorCode::bad_request, "The body is not valid JSON: the key \"" +
                                            watcher.handler().duplicate + "\" stands twice in one object.");
  }
  if (!error && read < text.size()) error = json::error::extra_data;
  if (error) {
    return fail(ErrorCode::bad_request,
                "The body is not valid JSON: " + error.message() + " at byte " + std::to_string(read) + ".");
  }
  json::value value =
      json::parse(json::string_view(text.data(), text.size()), error, {}, dialect(depth_limit));
  if (error) return fail(ErrorCode::bad_request, "The body is not valid JSON: " + error.message() + ".");
  return value;
}

}  // namespace rucola
