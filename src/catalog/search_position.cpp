#include "catalog/search_position.h"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/base64url.h"
#include "base/json.h"

namespace rucola::catalog {
namespace {

namespace json = boost::json;

/// Characters: the head of a request, in which it comes back, has 8 KiB.
constexpr std::size_t longest_cursor = 6'000;

/// As the first item of ["created-", key, …, row].
std::string text_of(const std::vector<SearchOrder>& order) {
  std::string text;
  for (const SearchOrder& one : order)
    text.append(one.name).append(one.descending ? "-" : "+");
  return text;
}

json::value json_of(const std::optional<SearchValue>& key) {
  if (!key) return nullptr;
  return std::visit([](const auto& value) { return json::value(value); }, *key);
}

/// A double that is whole comes back as an integer.
std::optional<std::optional<SearchValue>> key_of(const json::value& value, SearchKind kind) {
  if (value.is_null()) return std::optional<SearchValue>{};
  if (kind == SearchKind::text || kind == SearchKind::place || kind == SearchKind::word) {
    const json::string* text = value.if_string();
    if (text == nullptr) return std::nullopt;
    return SearchValue(std::string(std::string_view(*text)));
  }
  if (kind == SearchKind::real && value.is_number()) return SearchValue(value.to_number<double>());
  const std::int64_t* number = value.if_int64();
  if (number == nullptr) return std::nullopt;
  return SearchValue(*number);
}

std::optional<SearchPosition> position_of(const json::array& items, const std::vector<SearchOrder>& order) {
  if (items.size() != order.size() + 2 || !items.back().is_int64()) return std::nullopt;
  SearchPosition position{.keys = {}, .row = items.back().get_int64()};
  for (std::size_t i = 0; i < order.size(); ++i) {
    auto key = key_of(items[i + 1], order[i].field.kind);
    if (!key) return std::nullopt;
    position.keys.push_back(*std::move(key));
  }
  return position;
}

std::unexpected<Error> no_cursor(std::string why) {
  return fail(ErrorCode::bad_request,
              "The query parameter \"offset\" is a number of images to leave out, or the "
              "\"cursor\" of a page of this very list; " +
                  std::move(why));
}

}  // namespace

Result<std::string> cursor_text(const std::vector<SearchOrder>& order, const SearchPosition& position) {
  json::array items{text_of(order)};
  for (const std::optional<SearchValue>& key : position.keys)
    items.push_back(json_of(key));
  items.emplace_back(position.row);
  std::string text = base64url(json::serialize(items));
  if (text.size() <= longest_cursor) return text;
  return fail(ErrorCode::bad_request,
              "What the images are to be sorted by is too long to go on behind: sort by fewer fields, or by "
              "ones with "
              "shorter values.");
}

Result<SearchPosition> parse_cursor(std::string_view text, const std::vector<SearchOrder>& order) {
  const auto bytes = parse_base64url(text);
  const auto items = bytes ? parse_json(*bytes) : Result<json::value>(json::value());
  if (!items || !items->is_array() || items->get_array().empty() || !items->get_array().front().is_string())
    return no_cursor("this is neither.");
  const json::array& list = items->get_array();
  if (std::string_view(list.front().get_string()) != text_of(order))
    return no_cursor("this one is of a list that is sorted in another way.");
  if (auto position = position_of(list, order)) return *std::move(position);
  return no_cursor("this is neither.");
}

}  // namespace rucola::catalog
