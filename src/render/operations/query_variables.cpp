#include "render/operations/query_variables.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "base/json.h"

namespace rucola::render {
namespace {

namespace json = boost::json;

std::optional<char> percent_encoded(std::string_view digits) {
  unsigned code = 0;
  if (digits.size() != 2) return std::nullopt;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + 2, code, 16);
  if (error != std::errc{} || end != digits.data() + 2) return std::nullopt;
  return static_cast<char>(code);
}

std::optional<std::string> decoded(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      result += text[at] == '+' ? ' ' : text[at];
      continue;
    }
    const auto byte = percent_encoded(text.substr(at + 1, 2));
    if (!byte) return std::nullopt;
    result += *byte;
    at += 2;
  }
  return result;
}

std::optional<json::object> parse_query(std::string_view text) {
  json::object variables;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    if (equals == 0 || equals == std::string_view::npos) return std::nullopt;
    const auto name = decoded(pair.substr(0, equals));
    const auto value = decoded(pair.substr(equals + 1));
    if (!name || !value) return std::nullopt;
    variables[*name] = *value;
  }
  return variables;
}

bool has_single_values(const json::object& object) {
  return std::ranges::none_of(object, [](const auto& entry) { return entry.value().is_structured(); });
}

}  // namespace

std::optional<json::value> query_variables(const json::value& value) {
  if (const auto* object = value.if_object()) {
    return has_single_values(*object) ? std::optional<json::value>(*object) : std::nullopt;
  }
  if (value.is_array() && value.get_array().empty()) return json::object();  // PHP's empty object
  if (!value.is_string()) return std::nullopt;
  const std::string_view text(value.get_string());
  if (text.starts_with('{')) {
    const auto parsed = parse_json(text);
    return parsed && parsed->is_object() ? query_variables(*parsed) : std::nullopt;
  }
  auto variables = parse_query(text);
  return variables ? std::optional<json::value>(*std::move(variables)) : std::nullopt;
}

}  // namespace rucola::render
