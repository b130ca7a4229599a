#include "render/operations/option_schema.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include "base/ascii.h"
#include "base/hex.h"
#include "base/text.h"
#include "base/wording.h"

namespace rucola::render {
namespace {

namespace json = boost::json;

constexpr double longest_text_bytes = 1024;
constexpr std::size_t longest_structure_bytes = 8192;
constexpr double largest_exact_integer = 9'007'199'254'740'992;

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  text = trimmed(text, " ");  // clients send "600 "
  Number number{};
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != last) return std::nullopt;
  return number;
}

bool in_range(const OptionSchema& schema, double number) {
  return std::isfinite(number) && (!schema.minimum || number >= *schema.minimum) &&
         (!schema.maximum || number <= *schema.maximum);
}

bool comes_later(const OptionSchema& schema, std::string_view text) {
  if (schema.type == OptionType::boolean && text == "1") text = "true";
  return std::ranges::find(schema.later_values, text) != schema.later_values.end();
}

std::optional<Value> parse_boolean(std::string_view text) {
  if (text == "true" || text == "1") return Value(true);
  if (text == "false" || text == "0") return Value(false);
  return std::nullopt;
}

std::optional<Value> parse_integer(const OptionSchema& schema, std::string_view text) {
  const auto number = parse_number<std::int64_t>(text);
  if (!number || !in_range(schema, static_cast<double>(*number))) return std::nullopt;
  return Value(*number);
}

std::optional<Value> parse_real(const OptionSchema& schema, std::string_view text) {
  const auto number = parse_number<double>(text);
  if (!number || !in_range(schema, *number)) return std::nullopt;
  return Value(*number + 0.0);  // -0 becomes 0: one value, one canonical form
}

std::optional<Value> parse_color(std::string_view text) {
  const bool is_hex = std::ranges::all_of(text, [](char c) { return hex_value(c) >= 0; });
  if (text.size() != 6 || !is_hex) return std::nullopt;
  return Value(upper(text));
}

std::optional<Value> parse_text(const OptionSchema& schema, std::string_view text) {
  if (static_cast<double>(text.size()) > schema.maximum.value_or(longest_text_bytes)) return std::nullopt;
  if (schema.accepts != nullptr && !schema.accepts(text)) return std::nullopt;
  return Value(std::string(text));
}

std::optional<Value> parse_structure(const OptionSchema& schema, const json::value& value) {
  const auto canonical = schema.canonical(value);
  if (!canonical) return std::nullopt;
  std::string text = json::serialize(*canonical);
  if (text.size() > longest_structure_bytes) return std::nullopt;
  return Value(Structure{std::move(text)});
}

std::optional<Value> parse_value(const OptionSchema& schema, std::string_view text) {
  switch (schema.type) {
    case OptionType::boolean:
      return parse_boolean(text);
    case OptionType::integer:
      return parse_integer(schema, text);
    case OptionType::number:
      return parse_real(schema, text);
    case OptionType::color:
      return parse_color(text);
    case OptionType::choice:
      if (std::ranges::find(schema.values, text) == schema.values.end()) return std::nullopt;
      return Value(std::string(text));
    case OptionType::text:
      return parse_text(schema, text);
    case OptionType::structure:
      return parse_structure(schema, json::string(text));
  }
  return std::nullopt;
}

/// The text of a scalar, by which JSON and URLs share one parser; null, arrays and objects have none.
std::optional<std::string> scalar_text(const json::value& value) {
  switch (value.kind()) {
    case json::kind::bool_:
      return value.get_bool() ? "true" : "false";
    case json::kind::int64:
      return std::to_string(value.get_int64());
    case json::kind::uint64:
      return std::to_string(value.get_uint64());
    case json::kind::double_:
      return number_text(value.get_double());
    case json::kind::string:
      return std::string(value.get_string());
    default:
      return std::nullopt;
  }
}

std::string range_text(const OptionSchema& schema) {
  if (schema.minimum && schema.minimum == schema.maximum) return " that is " + number_text(*schema.minimum);
  if (schema.minimum && schema.maximum) {
    return " from " + number_text(*schema.minimum) + " to " + number_text(*schema.maximum);
  }
  if (schema.minimum) return " of at least " + number_text(*schema.minimum);
  if (schema.maximum) return " of at most " + number_text(*schema.maximum);
  return {};
}

json::array texts_json(const std::vector<std::string_view>& texts) {
  json::array result;
  for (const std::string_view text : texts)
    result.emplace_back(text);
  return result;
}

std::string_view json_type(const OptionSchema& schema) {
  switch (schema.type) {
    case OptionType::structure:
      return schema.json_type;
    case OptionType::boolean:
      return "boolean";
    case OptionType::integer:
      return "integer";
    case OptionType::number:
      return "number";
    case OptionType::text:
    case OptionType::choice:
    case OptionType::color:
      return "string";
  }
  return "string";
}

/// What the other keywords can't say of it stands here for people.
std::string description_of(const OptionSchema& schema) {
  std::string text(schema.help);
  if (!schema.allowed.empty() && schema.pattern.empty())
    text.append(" Allowed: ").append(schema.allowed).append(".");
  return text;
}

json::value number_json(double number) {
  if (number == std::trunc(number) && std::abs(number) < largest_exact_integer) {
    return static_cast<std::int64_t>(number);
  }
  return number;
}

Color parse_hex_color(std::string_view text) {
  std::uint32_t rgb = 0;
  std::from_chars(text.data(), text.data() + text.size(), rgb, 16);
  return {static_cast<std::uint8_t>(rgb >> 16), static_cast<std::uint8_t>(rgb >> 8),
          static_cast<std::uint8_t>(rgb)};
}

}  // namespace

Result<Value> parse_option(const OptionSchema& schema, std::string_view text, std::string_view owner) {
  const bool later = comes_later(schema, text);
  auto value = later ? std::nullopt : parse_value(schema, text);
  if (value) return *std::move(value);
  return fail(ErrorCode::bad_request, "Option " + in_quotes(schema.name) + " of " + std::string(owner) +
                                          " can't be " + in_quotes(text) + (later ? " in this version" : "") +
                                          ": allowed is " + allowed_text(schema) + ".");
}

Result<Value> parse_option(const OptionSchema& schema, const json::value& value, std::string_view owner) {
  if (schema.type == OptionType::structure && !value.is_string()) {
    if (auto structure = parse_structure(schema, value)) return *std::move(structure);
    return fail(ErrorCode::bad_request, "Option " + in_quotes(schema.name) + " of " + std::string(owner) +
                                            " must be " + allowed_text(schema) + ".");
  }
  if (const auto text = scalar_text(value)) return parse_option(schema, std::string_view(*text), owner);
  return fail(ErrorCode::bad_request, "Option " + in_quotes(schema.name) + " of " + std::string(owner) +
                                          " must be one value, not a list or an object: allowed is " +
                                          allowed_text(schema) + ".");
}

std::string allowed_text(const OptionSchema& schema) {
  if (!schema.allowed.empty()) return std::string(schema.allowed);
  switch (schema.type) {
    case OptionType::boolean:
      return comes_later(schema, "true") ? "false" : "true or false";
    case OptionType::integer:
      return "an integer" + range_text(schema);
    case OptionType::number:
      return "a number" + range_text(schema);
    case OptionType::color:
      return "a colour as six hex digits without #, such as 0F0F0F";
    case OptionType::choice:
      return schema.values.size() == 1 ? std::string(schema.values.front())
                                       : "one of " + joined(schema.values);
    case OptionType::structure:
      return "of the type " + std::string(schema.json_type);
    case OptionType::text:
      return schema.pattern.empty() ? "text of up to " + number_text(longest_text_bytes) + " bytes"
                                    : "text that matches " + std::string(schema.pattern);
  }
  return {};
}

const OptionSchema* find_option(std::span<const OptionSchema> schemas, std::string_view name) {
  const auto found = std::ranges::find(schemas, name, &OptionSchema::name);
  return found == schemas.end() ? nullptr : &*found;
}

std::vector<std::string_view> names_of(std::span<const OptionSchema> schemas) {
  std::vector<std::string_view> names;
  names.reserve(schemas.size());
  for (const OptionSchema& schema : schemas)
    names.push_back(schema.name);
  return names;
}

json::object to_json(const OptionSchema& schema) {
  json::object result;
  result["type"] = json_type(schema);
  if (schema.minimum) result["minimum"] = number_json(*schema.minimum);
  if (schema.type == OptionType::text)
    result["maxLength"] = number_json(schema.maximum.value_or(longest_text_bytes));
  else if (schema.maximum)
    result["maximum"] = number_json(*schema.maximum);
  if (schema.default_value) result["default"] = to_json(*schema.default_value);
  if (!schema.values.empty()) result["enum"] = result["values"] = texts_json(schema.values);
  if (schema.type == OptionType::color) result["pattern"] = "^[0-9a-fA-F]{6}$";
  if (!schema.pattern.empty()) result["pattern"] = schema.pattern;
  result["description"] = description_of(schema);
  return result;
}

json::value to_json(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) return number_json(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return json::string(*text);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* structure = std::get_if<Structure>(&value)) return json::parse(structure->json);
  return std::get<std::int64_t>(value);
}

const Value* OptionReader::find(std::string_view name) const {
  if (const auto given = given_.find(name); given != given_.end()) return &given->second;
  const OptionSchema* schema = find_option(schemas_, name);
  if (schema == nullptr) throw std::logic_error("no such option in the table: " + std::string(name));
  return schema->default_value ? &*schema->default_value : nullptr;
}

bool OptionReader::boolean(std::string_view name) const {
  return std::get<bool>(*find(name));
}
std::int64_t OptionReader::integer(std::string_view name) const {
  return std::get<std::int64_t>(*find(name));
}
std::string_view OptionReader::text(std::string_view name) const {
  return std::get<std::string>(*find(name));
}

double OptionReader::number(std::string_view name) const {
  const Value& value = *find(name);
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  return std::get<double>(value);
}

Color OptionReader::color(std::string_view name) const {
  return parse_hex_color(text(name));
}

std::optional<std::int64_t> OptionReader::optional_integer(std::string_view name) const {
  if (find(name) == nullptr) return std::nullopt;
  return integer(name);
}

std::optional<std::string_view> OptionReader::optional_text(std::string_view name) const {
  if (find(name) == nullptr) return std::nullopt;
  return text(name);
}

json::value OptionReader::structure(std::string_view name) const {
  const Value* value = find(name);
  return value == nullptr ? json::value() : json::parse(std::get<Structure>(*value).json);
}

std::optional<Color> OptionReader::optional_color(std::string_view name) const {
  if (find(name) == nullptr) return std::nullopt;
  return color(name);
}

}  // namespace rucola::render
