#include "catalog/user_metadata.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "base/wording.h"

namespace rucola::catalog {
namespace {

namespace json = boost::json;

struct TypeRow {
  UserFieldType type;
  std::string_view prefix;
  std::string_view allowed;
  std::string_view example;
};

constexpr std::array types{
    TypeRow{UserFieldType::str, "str", "a text of at most 8192 bytes without U+0000", R"("city": "Zurich")"},
    TypeRow{UserFieldType::text, "text", "a text of at most 65536 bytes without U+0000",
            R"("text:caption": "By the lake")"},
    TypeRow{UserFieldType::integer, "int", "an integer of 64 bits", R"("int:stars": 4)"},
    TypeRow{UserFieldType::real, "double", "a number", R"("double:price": 9.5)"},
    TypeRow{UserFieldType::date, "date", "a date written YYYY-MM-DDThh:mm:ssZ",
            R"("date:taken": "2017-01-29T12:34:56Z")"},
    TypeRow{UserFieldType::latlon, "latlon",
            "a text with a latitude from -90 to 90, a comma and a longitude from -180 to 180",
            R"("latlon:place": "47.38,8.52")"},
    TypeRow{UserFieldType::array, "array", "an array of at most 1000 texts of at most 8192 bytes each",
            R"("array:labels": ["lake", "mountain"])"},
    TypeRow{UserFieldType::array_text, "array_text",
            "an array of at most 1000 texts of at most 65536 bytes each",
            R"("array_text:notes": ["By the lake", "In the snow"])"}};

constexpr const TypeRow& row_of(UserFieldType type) {
  return *std::ranges::find(types, type, &TypeRow::type);
}

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::bad_request, std::move(message));
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_user_field_name &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> fixed_number_in(std::string_view text) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number + 0.0;  // -0 is 0
}

/// Whole numbers up to there are all different as doubles.
constexpr double exact = 9'007'199'254'740'992;

std::optional<std::int64_t> whole(double number) {
  if (number != std::trunc(number) || std::abs(number) > exact) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

std::optional<json::value> read_text(const json::value& value, std::size_t longest) {
  std::string text;
  if (const auto* given = value.if_string()) {
    text = std::string_view(*given);
  } else if (value.is_number()) {
    text = value.is_double() ? number_text(value.get_double()) : json::serialize(value);
  } else if (value.is_bool()) {
    text = value.get_bool() ? "true" : "false";
  } else {
    return std::nullopt;
  }
  // U+0000 ends a text for too many programs.
  if (text.size() > longest || text.contains('\0') || !is_utf8(text)) return std::nullopt;
  return json::value(text);
}

std::optional<json::value> read_integer(const json::value& value) {
  if (const auto* number = value.if_int64()) return *number;
  std::optional<std::int64_t> number;
  if (const auto* real = value.if_double()) number = whole(*real);
  if (const auto* text = value.if_string()) number = number_in<std::int64_t>(std::string_view(*text));
  if (!number) return std::nullopt;
  return *number;
}

std::optional<json::value> read_real(const json::value& value) {
  std::optional<double> number;
  if (value.is_number()) number = value.to_number<double>();
  if (const auto* text = value.if_string()) number = number_in<double>(std::string_view(*text));
  if (!number || !std::isfinite(*number)) return std::nullopt;
  if (const auto integer = whole(*number)) return *integer;
  return *number;
}

std::optional<json::value> read_date(const json::value& value) {
  constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd";
  const auto* given = value.if_string();
  if (given == nullptr) return std::nullopt;
  const std::string_view text(*given);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto fits = [&](char wanted, char c) { return wanted == 'd' ? is_digit(c) : wanted == c; };
  if (text.size() <= shape.size() || !text.ends_with('Z') ||
      !std::ranges::equal(shape, text.substr(0, shape.size()), fits)) {
    return std::nullopt;
  }
  std::string fraction(text.substr(shape.size(), text.size() - shape.size() - 1));
  const bool is_fraction = fraction.size() >= 2 && fraction.size() <= 4 && fraction.front() == '.' &&
                           std::ranges::all_of(fraction.substr(1), is_digit);
  if (!fraction.empty() && !is_fraction) return std::nullopt;
  fraction.resize(fraction.empty() ? 0 : 4, '0');
  if (fraction == ".000") fraction.clear();
  const std::string date = std::string(text.substr(0, shape.size())) + fraction + "Z";
  if (!parse_time(date)) return std::nullopt;
  return json::value(date);
}

std::optional<json::value> read_latlon(const json::value& value) {
  const auto* given = value.if_string();
  if (given == nullptr) return std::nullopt;
  const std::string_view text(*given);
  const std::size_t comma = std::min(text.find(','), text.size());
  const auto latitude = fixed_number_in(trimmed(text.substr(0, comma)));
  const auto longitude = fixed_number_in(trimmed(text.substr(std::min(comma + 1, text.size()))));
  if (!latitude || !longitude || !(std::abs(*latitude) <= 90) || !(std::abs(*longitude) <= 180))
    return std::nullopt;
  const auto written = [](double degrees) {
    // The longest is that of the smallest number: a sign, "0." and some 1,100 digits.
    std::array<char, 1200> buffer{};
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), degrees, std::chars_format::fixed).ptr;
    return std::string(buffer.data(), end);
  };
  return json::value(written(*latitude) + "," + written(*longitude));
}

std::optional<json::value> read_array(const json::value& value, std::size_t longest) {
  const auto* given = value.if_array();
  if (given == nullptr || given->size() > most_user_elements) return std::nullopt;
  json::array elements;
  for (const json::value& element : *given) {
    auto text = read_text(element, longest);
    if (!text) return std::nullopt;
    elements.push_back(*std::move(text));
  }
  return elements;
}

std::optional<json::value> read(UserFieldType type, const json::value& value) {
  switch (type) {
    case UserFieldType::str:
      return read_text(value, longest_user_str);
    case UserFieldType::text:
      return read_text(value, longest_user_text);
    case UserFieldType::integer:
      return read_integer(value);
    case UserFieldType::real:
      return read_real(value);
    case UserFieldType::date:
      return read_date(value);
    case UserFieldType::latlon:
      return read_latlon(value);
    case UserFieldType::array:
      return read_array(value, longest_user_str);
    case UserFieldType::array_text:
      return read_array(value, longest_user_text);
  }
  return std::nullopt;
}

/// What may have been meant by a value that is none of a str.
std::string other_type_for(const json::value& value) {
  return value.is_array() ? " An array has a type of its own: \"array:\" before the name." : "";
}

/// Errors: bad_request where an image may not have so much.
Result<void> check_size(const json::object& fields) {
  if (fields.size() > most_user_fields) {
    return wrong("An image may have at most " + std::to_string(most_user_fields) +
                 " fields of user metadata; these would be " + std::to_string(fields.size()) + ".");
  }
  if (json::serialize(fields).size() > most_user_metadata) {
    return wrong("The user metadata of an image may have at most " + std::to_string(most_user_metadata) +
                 " bytes, as JSON.");
  }
  return {};
}

}  // namespace

std::string_view prefix_of(UserFieldType type) {
  return row_of(type).prefix;
}

Result<UserField> parse_user_field(std::string_view written) {
  const std::size_t colon = written.find(':');
  const bool has_type = colon != std::string_view::npos;
  const std::string_view prefix = has_type ? written.substr(0, colon) : prefix_of(UserFieldType::str);
  const std::string_view name = has_type ? written.substr(colon + 1) : written;
  const auto row = std::ranges::find(types, prefix, &TypeRow::prefix);
  if (row == types.end()) {
    return wrong(in_quotes(written) + " has no type that is known; they are " +
                 joined(types, ", ", &TypeRow::prefix) + R"(, as in "int:stars".)");
  }
  if (!is_name(name)) {
    return wrong(in_quotes(written) + " is no name of a field: 1 to " +
                 std::to_string(longest_user_field_name) +
                 R"( characters of a-z, 0-9 and _, with or without a type, as in "int:stars".)");
  }
  return UserField{row->type, std::string(name)};
}

std::string key_of(const UserField& field) {
  return field.type == UserFieldType::str ? field.name
                                          : std::string(prefix_of(field.type)) + ":" + field.name;
}

Result<json::value> checked_user_value(const UserField& field, const json::value& given) {
  if (auto value = read(field.type, given)) return *std::move(value);
  const TypeRow& row = row_of(field.type);
  const bool is_text = field.type == UserFieldType::str || field.type == UserFieldType::text;
  return wrong("The field " + in_quotes(key_of(field)) + " must be " + std::string(row.allowed) + ", as in " +
               std::string(row.example) + "." + (is_text ? other_type_for(given) : ""));
}

Result<json::object> checked_user_changes(const json::object& given) {
  json::object changes;
  for (const auto& entry : given) {
    const auto field = parse_user_field(entry.key());
    if (!field) return std::unexpected(field.error());
    Result<json::value> value = nullptr;
    if (!entry.value().is_null()) value = checked_user_value(*field, entry.value());
    if (!value) return std::unexpected(std::move(value.error()));
    if (!changes.emplace(key_of(*field), *std::move(value)).second) {
      return wrong("The field " + in_quotes(key_of(*field)) + " stands there twice: " +
                   in_quotes("str:" + field->name) + " and " + in_quotes(field->name) + " are one.");
    }
  }
  return changes;
}

Result<json::object> checked_user_metadata(const json::object& given) {
  const auto changes = checked_user_changes(given);
  if (!changes) return changes;
  return changed_user_metadata({}, *changes);
}

Result<json::object> changed_user_metadata(const json::object& stored, const json::object& changes) {
  json::object result = stored;
  for (const auto& entry : changes) {
    const std::string_view key = entry.key();
    const auto field = parse_user_field(key);
    const auto before = field ? stored_key(result, *field) : std::optional(std::string(key));
    if (before && (*before != key || entry.value().is_null())) result.erase(*before);
    if (!entry.value().is_null()) result.insert_or_assign(key, entry.value());
  }
  // What is too much already may become less, a field at a time.
  if (result.size() <= stored.size() && json::serialize(result).size() <= json::serialize(stored).size())
    return result;
  if (auto fits = check_size(result); !fits) return std::unexpected(std::move(fits.error()));
  return result;
}

std::optional<std::string> stored_key(const json::object& stored, const UserField& field) {
  for (const std::string& key : {key_of(field), std::string(prefix_of(field.type)) + ":" + field.name}) {
    if (stored.contains(key)) return key;
  }
  return std::nullopt;
}

json::object with_bare_names(json::object stored) {
  json::object bare;
  for (const TypeRow& row : types) {
    for (const auto& entry : stored) {
      const auto field = parse_user_field(entry.key());
      if (field && field->type == row.type && !stored.contains(field->name))
        bare.emplace(field->name, entry.value());
    }
  }
  for (auto& entry : bare)
    stored.insert_or_assign(entry.key(), std::move(entry.value()));
  return stored;
}

std::vector<TypedUserField> typed_user_fields(const json::object& stored) {
  std::vector<TypedUserField> fields;
  for (const auto& entry : stored) {
    auto field = parse_user_field(entry.key());
    if (!field || stored_key(stored, *field) != std::string_view(entry.key())) continue;
    if (auto value = read(field->type, entry.value()))
      fields.push_back({*std::move(field), *std::move(value)});
  }
  return fields;
}

}  // namespace rucola::catalog
