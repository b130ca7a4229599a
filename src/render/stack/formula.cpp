#include "render/stack/formula.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "expression/value_json.h"

namespace rucola::render {
namespace {

namespace json = boost::json;
using expression::Expression;

Error of(std::string_view owner, Error error) {
  error.message.text = std::string(owner) + ": " + error.message.text;
  return error;
}

bool refers_to_something(const Expression& parsed) {
  const auto is_property = [](const std::string& path) { return path.contains('.'); };
  return !expression::variables_used(parsed).empty() ||
         std::ranges::any_of(expression::paths_used(parsed), is_property) || parsed.text().contains('(');
}

/// Nothing: the text means itself. Errors only where it must be an expression.
Result<std::optional<Expression>> expression_in(std::string_view text, FormulaKind kind) {
  auto parsed = expression::parse(text);
  if (kind == FormulaKind::strict) {
    if (!parsed) return std::unexpected(parsed.error());
    return std::optional(*std::move(parsed));
  }
  if (!parsed || !refers_to_something(*parsed)) return std::optional<Expression>();
  return std::optional(*std::move(parsed));
}

using Evaluated = std::expected<expression::Value, FormulaFailure>;

Evaluated evaluate_text(std::string_view text, FormulaKind kind, const expression::Scope& scope,
                        FormulaBudget& budget) {
  budget.spent += static_cast<std::int64_t>(text.size());
  if (budget.spent > most_formula_steps) {
    const std::string why = "all expressions of the render together take more than " +
                            std::to_string(most_formula_steps) + " steps";
    return std::unexpected(FormulaFailure{{why}, {why + "."}});
  }
  const auto found = expression_in(text, kind);
  if (!found)
    return std::unexpected(FormulaFailure{{"its expression can't be read"}, {found.error().message.text}});
  if (!*found) return expression::Value(text);
  auto value = expression::evaluate(**found, scope, {}, &budget.spent);
  if (!value) {
    return std::unexpected(
        FormulaFailure{{"its expression has an error at column " + std::to_string(value.error().column)},
                       {std::move(value.error().text)}});
  }
  return *std::move(value);
}

/// Inside of a structure, texts such as an element's id may mean themselves.
Evaluated evaluate_any(const json::value& formula, FormulaKind kind, const expression::Scope& scope,
                       FormulaBudget& budget) {
  if (formula.is_string()) return evaluate_text(std::string_view(formula.get_string()), kind, scope, budget);
  if (formula.is_array()) {
    std::vector<expression::Value> values;
    for (const json::value& element : formula.get_array()) {
      auto value = evaluate_any(element, FormulaKind::lenient, scope, budget);
      if (!value) return value;
      values.push_back(*std::move(value));
    }
    return expression::Value::list(std::move(values));
  }
  if (formula.is_object()) {
    std::vector<std::pair<std::string, expression::Value>> entries;
    for (const auto& entry : formula.get_object()) {
      auto value = evaluate_any(entry.value(), FormulaKind::lenient, scope, budget);
      if (!value) return value;
      entries.emplace_back(entry.key(), *std::move(value));
    }
    return expression::Value::map(std::move(entries));
  }
  return expression::from_json(formula);
}

/// What `used_by` says of each of its expressions.
void add_names(const json::value& formula, std::vector<std::string> (*used_by)(const Expression&),
               std::vector<std::string>& names) {
  if (formula.is_string()) {
    if (const auto parsed = expression::parse(std::string_view(formula.get_string()))) {
      for (std::string& name : used_by(*parsed))
        names.push_back(std::move(name));
    }
  } else if (formula.is_array()) {
    for (const json::value& element : formula.get_array())
      add_names(element, used_by, names);
  } else if (formula.is_object()) {
    for (const auto& entry : formula.get_object())
      add_names(entry.value(), used_by, names);
  }
}

}  // namespace

Result<void> check_formula(const json::value& formula, FormulaKind kind, std::string_view owner) {
  if (!formula.is_string()) return {};
  const auto found = expression_in(std::string_view(formula.get_string()), kind);
  if (!found) return std::unexpected(of(owner, found.error()));
  return {};
}

Evaluated evaluate_formula(const json::value& formula, FormulaKind kind, const expression::Scope& scope,
                           FormulaBudget& budget) {
  return evaluate_any(formula, kind, scope, budget);
}

std::vector<std::string> paths_used(const json::value& formula) {
  std::vector<std::string> paths;
  add_names(formula, expression::paths_used, paths);
  return paths;
}

std::vector<std::string> variables_used(const json::value& formula) {
  std::vector<std::string> names;
  add_names(formula, expression::variables_used, names);
  return names;
}

}  // namespace rucola::render
