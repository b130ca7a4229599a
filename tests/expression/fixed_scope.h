// A scope of fixed values, and short ways to evaluate in it.
#pragma once

#include <map>
#include <string>

#include "expression/expression.h"
#include "result_matchers.h"

namespace rucola::test {

class FixedScope : public expression::Scope {
 public:
  std::map<std::string, expression::Value, std::less<>> variables;
  std::map<std::string, expression::Value, std::less<>> roots;

  [[nodiscard]] std::optional<expression::Value> variable(std::string_view name) const override {
    return find(variables, name);
  }
  [[nodiscard]] std::optional<expression::Value> root(std::string_view name) const override {
    return find(roots, name);
  }
  [[nodiscard]] std::vector<std::string> variable_names() const override { return names(variables); }
  [[nodiscard]] std::vector<std::string> root_names() const override { return names(roots); }

 private:
  using Values = std::map<std::string, expression::Value, std::less<>>;

  static std::optional<expression::Value> find(const Values& values, std::string_view name) {
    const auto found = values.find(name);
    return found != values.end() ? std::optional(found->second) : std::nullopt;
  }

  static std::vector<std::string> names(const Values& values) {
    std::vector<std::string> names;
    for (const auto& [name, value] : values)
      names.push_back(name);
    return names;
  }
};

inline Result<expression::Value> evaluated(std::string_view text, const FixedScope& scope = {},
                                           const expression::Limits& limits = {}) {
  const Result<expression::Expression> parsed = expression::parse(text, limits);
  if (!parsed) return std::unexpected(parsed.error());
  auto value = expression::evaluate(*parsed, scope, limits);
  if (!value) return fail(ErrorCode::bad_request, std::move(value).error().text);
  return *std::move(value);
}

}  // namespace rucola::test
