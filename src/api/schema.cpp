#include "api/schema.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <boost/json/array.hpp>

#include "base/json.h"
#include "base/text.h"
#include "base/time_text.h"
#include "catalog/names.h"

namespace rucola::api {
namespace {

namespace json = boost::json;

std::optional<json::value> read_integer(const Schema& schema, std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (schema.minimum && value < *schema.minimum) return std::nullopt;
  if (schema.maximum && value > *schema.maximum) return std::nullopt;
  return value;
}

std::optional<json::value> read_string(const Schema& schema, std::string_view text) {
  const auto bytes = static_cast<std::int64_t>(text.size());
  if (bytes < schema.minimum.value_or(0) || (schema.maximum && bytes > *schema.maximum)) return std::nullopt;
  if (schema.accepts != nullptr && !schema.accepts(text)) return std::nullopt;
  if (!schema.values.empty() && std::ranges::find(schema.values, text) == schema.values.end())
    return std::nullopt;
  return json::string(text);
}

/// npm's client encodes objects in forms twice: a JSON string that contains JSON.
std::optional<json::value> read_structure(const Schema& schema, std::string_view text) {
  auto value = parse_json(text, json_input_depth_limit);
  if (value && value->is_string())
    value = parse_json(std::string_view(value->get_string()), json_input_depth_limit);
  if (!value || !has_type(schema.type, *value)) return std::nullopt;
  return std::move(*value);
}

std::optional<json::value> read(const Schema& schema, std::string_view text) {
  switch (schema.type) {
    case Type::boolean:
      if (text == "true" || text == "1") return true;
      if (text == "false" || text == "0") return false;
      return std::nullopt;
    case Type::integer:
      return read_integer(schema, text);
    case Type::text:
      return read_string(schema, text);
    case Type::time:
      return parse_time(text) ? std::optional<json::value>(json::string(text)) : std::nullopt;
    case Type::object:
    case Type::list:
    case Type::object_or_list:
    case Type::any:
      return read_structure(schema, text);
    case Type::file:
      return std::nullopt;
  }
  return std::nullopt;
}

std::unexpected<Error> refused(const Field& field) {
  return fail(ErrorCode::bad_request, "\"" + field.name + "\" must be " + allowed_text(field.schema) + ".");
}

bool has_allowed_items(const Schema& schema, const json::array& items) {
  if (schema.maximum && std::cmp_greater(items.size(), *schema.maximum)) return false;
  return schema.accepts == nullptr || std::ranges::all_of(items, [&](const json::value& item) {
           return item.is_string() && schema.accepts(std::string_view(item.get_string()));
         });
}

std::string range_text(const Schema& schema) {
  if (schema.minimum && schema.maximum)
    return " from " + std::to_string(*schema.minimum) + " to " + std::to_string(*schema.maximum);
  return {};
}

std::string list_text(const Schema& schema) {
  if (schema.pattern.empty()) return "a JSON array";
  return "a JSON array of up to " + std::to_string(schema.maximum.value_or(0)) + " texts that match " +
         std::string(schema.pattern);
}

/// A text has a longest length, a list a largest number of items, a number a largest value.
std::string_view name_of_maximum(Type type) {
  if (type == Type::text) return "maxLength";
  return type == Type::list ? "maxItems" : "maximum";
}

std::string_view json_type(Type type) {
  switch (type) {
    case Type::boolean:
      return "boolean";
    case Type::integer:
      return "integer";
    case Type::object:
      return "object";
    case Type::list:
      return "array";
    case Type::text:
    case Type::time:
    case Type::file:
      return "string";
    case Type::object_or_list:
    case Type::any:
      return {};
  }
  return {};
}

json::object reference(const Shape& shape) {
  return {{"$ref", "#/components/schemas/" + std::string(shape.name)}};
}

/// Of the schema of a list.
json::object items_of(const Schema& schema) {
  if (schema.of != nullptr) return reference(*schema.of);
  if (schema.pattern.empty()) return {};
  return {{"type", "string"}, {"pattern", schema.pattern}};
}

}  // namespace

Shape extended(const Shape& shape, std::string_view name, Field more) {
  Shape larger{.name = name, .fields = shape.fields};
  larger.fields.push_back(std::move(more));
  return larger;
}

bool has_type(Type type, const json::value& value) {
  switch (type) {
    case Type::boolean:
      return value.is_bool();
    case Type::integer:
      return value.is_int64();
    case Type::text:
    case Type::time:
      return value.is_string();
    case Type::object:
      return value.is_object();
    case Type::list:
      return value.is_array();
    case Type::object_or_list:
      return value.is_object() || value.is_array();
    case Type::any:
      return true;
    case Type::file:
      return false;
  }
  return false;
}

Schema flag() {
  return {.type = Type::boolean};
}
Schema integer(std::int64_t least, std::int64_t most) {
  return {.type = Type::integer, .minimum = least, .maximum = most};
}
Schema text(std::int64_t longest_bytes) {
  return {.maximum = longest_bytes};
}
Schema time_of_day() {
  return {.type = Type::time};
}
Schema object() {
  return {.type = Type::object};
}
Schema object(const Shape& shape) {
  return {.type = Type::object, .of = &shape};
}
Schema list() {
  return {.type = Type::list};
}
Schema list(const Shape& shape) {
  return {.type = Type::list, .of = &shape};
}
Schema list_of_hashes(std::int64_t most) {
  Schema schema = hash_or_prefix();
  schema.type = Type::list;
  schema.maximum = most;
  schema.allowed = {};
  return schema;
}
Schema object_or_list() {
  return {.type = Type::object_or_list};
}
Schema any_value() {
  return {.type = Type::any};
}
Schema or_null(Schema schema) {
  schema.or_null = true;
  return schema;
}
Schema organization_name() {
  return {.pattern = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])$", .accepts = catalog::is_organization_name};
}
Schema alias_name() {
  return {.pattern = "^[A-Za-z0-9_]{1,255}$",
          .accepts = catalog::is_alias_name,
          .allowed = "1 to 255 letters, digits and underscores"};
}
Schema hash_or_prefix() {
  return {.pattern = "^[0-9a-f]{6,40}$",
          .accepts = catalog::is_hash_or_prefix,
          .allowed = "6 to 40 lower-case hex characters"};
}
Schema full_hash() {
  return {.pattern = "^[0-9a-f]{40}$",
          .accepts = catalog::is_full_hash,
          .allowed = "40 lower-case hex characters"};
}
Schema sha1() {
  return {.pattern = "^[0-9a-f]{40}$",
          .accepts = catalog::is_full_hash,
          .allowed = "40 lower-case hex characters, the SHA-1 of a file"};
}

Result<json::value> read_text(const Field& field, std::string_view text) {
  auto value = read(field.schema, text);
  if (value) return std::move(*value);
  return refused(field);
}

Result<json::value> read_json(const Field& field, const json::value& value) {
  const Type type = field.schema.type;
  if (value.is_string()) return read_text(field, std::string_view(value.get_string()));
  if (type == Type::boolean && value.is_int64()) return read_text(field, std::to_string(value.get_int64()));
  if (!has_type(type, value)) return refused(field);
  if (type == Type::list && !has_allowed_items(field.schema, value.get_array())) return refused(field);
  if (type == Type::integer) return read_text(field, std::to_string(value.get_int64()));
  return value;
}

std::string allowed_text(const Schema& schema) {
  if (!schema.allowed.empty()) return std::string(schema.allowed);
  if (!schema.values.empty()) return "one of " + joined(schema.values);
  switch (schema.type) {
    case Type::boolean:
      return "true, false, 1 or 0";
    case Type::integer:
      return "an integer" + range_text(schema);
    case Type::text:
      if (!schema.pattern.empty()) return "a text that matches " + std::string(schema.pattern);
      return schema.maximum ? "a text of up to " + std::to_string(*schema.maximum) + " bytes" : "a text";
    case Type::time:
      return "a date in the years 1000 to 9999, best as ISO 8601: 2050-02-08T07:05:00Z";
    case Type::object:
      return "a JSON object";
    case Type::list:
      return list_text(schema);
    case Type::object_or_list:
      return "a JSON object or array";
    case Type::any:
      return "a JSON value";
    case Type::file:
      return "a file";
  }
  return {};
}

json::object openapi_schema(const Schema& schema) {
  if (schema.of != nullptr && schema.type == Type::object) return reference(*schema.of);
  json::object described;
  if (const auto type = json_type(schema.type); !type.empty()) {
    described["type"] = schema.or_null ? json::value(json::array{type, "null"}) : json::value(type);
  }
  const bool is_list = schema.type == Type::list;
  if (schema.minimum) described[schema.type == Type::text ? "minLength" : "minimum"] = *schema.minimum;
  if (schema.maximum) described[name_of_maximum(schema.type)] = *schema.maximum;
  if (!schema.pattern.empty() && !is_list) described["pattern"] = schema.pattern;
  if (!schema.values.empty()) {
    json::array values;
    for (const std::string_view value : schema.values)
      values.emplace_back(value);
    described["enum"] = std::move(values);
  }
  if (schema.type == Type::file) described["format"] = "binary";
  if (schema.type == Type::object_or_list) described["type"] = json::array{"object", "array"};
  if (is_list) described["items"] = items_of(schema);
  return described;
}

}  // namespace rucola::api
