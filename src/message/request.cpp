#include "message/request.h"

#include <array>
#include <charconv>
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
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (form_decode(pair.substr(0, equals)) != name) continue;
    return form_decode(pair.substr(std::min(equals + 1, pair.size())));
  }
  return std::nullopt;
}

Result<bool> Request::query_flag(std::string_view name) const {
  const auto value = query_value(name);
  if (!value || *value == "false" || *value == "0") return false;
  if (*value == "true" || *value == "1") return true;
  return fail(ErrorCode::bad_request,
              "The query parameter \"" + std::string(name) + "\" must be true, false, 1 or 0.");
}

Result<std::int64_t> Request::query_integer(std::string_view name, std::int64_t fallback, std::int64_t least,
                                            std::int64_t most) const {
  const auto text = query_value(name);
  if (!text) return fallback;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size() || value < least || value > most) {
    return fail(ErrorCode::bad_request, "The query parameter \"" + std::string(name) +
                                            "\" must be an integer from " + std::to_string(least) + " to " +
                                            std::to_string(most) + ".");
  }
  return value;
}

}  // namespace rucola::message
