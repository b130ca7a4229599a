#include "message/request.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <stdexcept>

#include "base/text.h"

namespace rucola::message {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, method_count> method_names{
    {{Method::get, "GET"},
     {Method::head, "HEAD"},
     {Method::post, "POST"},
     {Method::put, "PUT"},
     {Method::patch, "PATCH"},
     {Method::delete_, "DELETE"},
     {Method::options, "OPTIONS"},
     {Method::copy, "COPY"}}};

/// The next name and value of a query, as written.
std::pair<std::string_view, std::string_view> take_field(std::string_view& rest) {
  const std::string_view pair = rest.substr(0, rest.find('&'));
  rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
  const std::size_t equals = std::min(pair.find('='), pair.size());
  return {pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size()))};
}

}  // namespace

std::string_view name_of(Method method) {
  for (const auto& [value, name] : method_names) {
    if (value == method) return name;
  }
  throw std::logic_error("a method without a name");
}

std::optional<Method> parse_method(std::string_view name) {
  for (const auto& [value, known] : method_names) {
    if (known == name) return value;
  }
  return std::nullopt;
}

const std::string& method_list() {
  static const std::string list = joined(method_names | std::views::values);
  return list;
}

const std::string& Request::path_value(std::string_view name) const {
  const auto found = path_values.find(name);
  if (found == path_values.end()) throw std::logic_error("the route has no {" + std::string(name) + "}");
  return found->second;
}

std::optional<std::string> Request::query_value(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const auto [written_name, value] = take_field(rest);
    if (form_decode(written_name) == name) return form_decode(value);
  }
  return std::nullopt;
}

std::optional<std::vector<std::pair<std::string, std::string>>> Request::query_fields() const {
  std::vector<std::pair<std::string, std::string>> fields;
  std::string_view rest = query;
  while (!rest.empty()) {
    const auto [written_name, written_value] = take_field(rest);
    if (written_name.empty() && written_value.empty()) continue;
    auto name = form_decode(written_name);
    auto value = form_decode(written_value);
    if (!name || !value) return std::nullopt;
    fields.emplace_back(std::move(*name), std::move(*value));
  }
  return fields;
}

}  // namespace rucola::message
