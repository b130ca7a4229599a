#include "catalog/json_fields.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/json.h"

namespace rucola::catalog {
namespace {

namespace json = boost::json;

/// True where it was another value before.
bool assign(json::object& object, std::string_view field, json::value value) {
  const json::string_view key(field.data(), field.size());
  const json::value* before = object.if_contains(key);
  if (before != nullptr && *before == value) return false;
  object.insert_or_assign(key, std::move(value));
  return true;
}

}  // namespace

Result<json::object> parse_object(std::string_view text) {
  Result<json::value> value = parse_json(text);
  if (!value) return std::unexpected(std::move(value.error()));
  if (!value->is_object()) return fail(ErrorCode::bad_request, "Metadata and options must be JSON objects.");
  return std::move(value->get_object());
}

json::value sorted_by_keys(const json::value& value) {
  if (const auto* array = value.if_array()) {
    json::array items;
    for (const json::value& item : *array)
      items.push_back(sorted_by_keys(item));
    return items;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return value;
  std::vector<std::string_view> keys;
  keys.reserve(object->size());
  for (const auto& entry : *object)
    keys.emplace_back(entry.key());
  std::ranges::sort(keys);
  json::object sorted;
  for (const std::string_view key : keys)
    sorted[key] = sorted_by_keys(object->at(key));
  return sorted;
}

Result<std::string> merge_objects(std::string_view older, std::string_view newer) {
  Result<json::object> merged = parse_object(older);
  if (!merged) return std::unexpected(std::move(merged.error()));
  Result<json::object> additions = parse_object(newer);
  if (!additions) return std::unexpected(std::move(additions.error()));
  bool changed = false;
  for (auto& [key, value] : *additions) {
    if (assign(*merged, {key.data(), key.size()}, std::move(value))) changed = true;
  }
  return changed ? json::serialize(*merged) : std::string(older);
}

Result<std::string> with_field(std::string_view object, std::string_view field, std::string_view value_json) {
  Result<json::object> fields = parse_object(object);
  if (!fields) return std::unexpected(std::move(fields.error()));
  Result<json::value> value = parse_json(value_json);
  if (!value) return std::unexpected(std::move(value.error()));
  return assign(*fields, field, std::move(*value)) ? json::serialize(*fields) : std::string(object);
}

Result<std::string> without_field(std::string_view object, std::string_view field) {
  Result<json::object> fields = parse_object(object);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const std::size_t erased = fields->erase(json::string_view(field.data(), field.size()));
  return erased != 0 ? json::serialize(*fields) : std::string(object);
}

}  // namespace rucola::catalog
