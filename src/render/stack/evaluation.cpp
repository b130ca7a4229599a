#include "render/stack/evaluation.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/string.hpp>

#include "base/wording.h"
#include "expression/value_json.h"
#include "render/operations/table.h"
#include "render/stack/expression_scope.h"
#include "render/stack/formula.h"
#include "render/stack/options.h"
#include "render/stack/url_scope.h"

namespace rucola::render {
namespace {

using Computed = expression::Value;

/// A number that may not be whole; variables of URLs are texts.
std::optional<double> fraction(const Computed& value) {
  if (value.is_double())
    return std::isfinite(value.as_double()) ? std::optional(value.as_double()) : std::nullopt;
  if (!value.is_string()) return std::nullopt;
  const std::string& text = value.as_string();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool complete = error == std::errc{} && end == text.data() + text.size() && std::isfinite(number);
  return complete ? std::optional(number) : std::nullopt;
}

/// An option's value from what an expression gave. Whole numbers are rounded to: a width of 333.3 is 333.
/// Nothing for null: the option is not given.
Result<std::optional<Value>> option_from(const Computed& value, const OptionSchema& schema,
                                         std::string_view owner) {
  if (value.is_null()) return std::optional<Value>();
  boost::json::value plain = expression::to_json(value);
  if (schema.type == OptionType::boolean && (!value.is_string() || value.as_string().empty())) {
    plain = value.truthy();
  } else if (const auto number = fraction(value); number && schema.type == OptionType::integer) {
    plain = boost::json::string(number_text(std::round(*number)));
  } else if (!value.is_array() && schema.type != OptionType::structure) {
    plain = boost::json::string(value.to_text());
  }
  auto parsed = parse_option(schema, plain, owner);
  if (!parsed) return std::unexpected(std::move(parsed).error());
  return std::optional(*std::move(parsed));
}

class Evaluation {
 public:
  Evaluation(StackDefinition stack, const EvaluationInputs& inputs)
      : stack_(std::move(stack)),
        scope_(inputs, stack_.options),
        url_scope_(scope_, stack_),
        url_reads_private_(inputs.url_reads_private),
        budget_(inputs.budget != nullptr ? *inputs.budget : own_budget_) {}

  Result<StackDefinition> run() {
    if (auto done = evaluate_variables(); !done) return std::unexpected(done.error());
    if (auto done = evaluate_options(); !done) return std::unexpected(done.error());
    for (std::size_t i = 0; i < stack_.expressions.size(); ++i) {
      if (auto done = apply_expression(stack_.expressions[i], i); !done) return std::unexpected(done.error());
    }
    auto calls = evaluate_calls();
    if (!calls) return std::unexpected(std::move(calls).error());
    StackDefinition result;
    result.operations = *std::move(calls);
    result.options = stack_.options;
    return result;
  }

  /// What went on without a number that is not known yet comes to nothing, errors included.
  [[nodiscard]] const std::optional<Stop>& stopped() const { return scope_.stopped(); }

 private:
  /// Who wrote a formula.
  enum class Author { stack, url };
  static Author author_of(bool is_of_url) { return is_of_url ? Author::url : Author::stack; }

  /// Whoever asks for a render may be told all that its formula has read and what it came to.
  [[nodiscard]] bool tells_all(Author author) const { return author == Author::url || url_reads_private_; }

  Result<expression::Value> evaluate(const boost::json::value& formula, FormulaKind kind, Author author,
                                     const std::string& owner) {
    const bool reads_private = author == Author::stack || url_reads_private_;
    if (!reads_private) {
      if (auto readable = url_scope_.check_readable(formula); !readable) {
        Error error = std::move(readable.error());
        error.message.text = owner + ": " + error.message.text;
        return std::unexpected(std::move(error));
      }
    }
    const auto& scope = reads_private ? static_cast<const expression::Scope&>(scope_) : url_scope_;
    auto value = evaluate_formula(formula, kind, scope, budget_);
    if (value) return *std::move(value);
    return std::unexpected(told(value.error(), author, owner));
  }

  [[nodiscard]] Error told(const FormulaFailure& failure, Author author, const std::string& owner) const {
    std::string whole = owner + ": " + failure.whole.text;
    if (tells_all(author)) return {ErrorCode::bad_request, {std::move(whole)}};
    return {ErrorCode::bad_request,
            {owner + " of the stack can't be computed for this image: " + failure.place.text + "."},
            {std::move(whole)}};
  }

  Result<std::optional<Value>> option_of_author(const Computed& value, const OptionSchema& schema,
                                                const std::string& title, Author author) {
    auto option = option_from(value, schema, title);
    if (option || tells_all(author)) return option;
    return fail(ErrorCode::bad_request,
                "Option " + in_quotes(schema.name) + " of " + title +
                    " can't be what the stack's expression gives for this image: allowed is " +
                    allowed_text(schema) + ".",
                std::move(option).error().message.text);
  }

  Result<void> evaluate_variables() {
    scope_.clear_variables();
    for (const Variable& variable : stack_.variables) {
      if (!variable.is_formula) {
        scope_.set_variable(variable.name, expression::from_json(variable.value));
        continue;
      }
      auto value = evaluate(variable.value, FormulaKind::lenient, author_of(variable.is_of_url),
                            "The variable " + in_quotes(variable.name));
      if (!value) return std::unexpected(std::move(value).error());
      scope_.set_variable(variable.name, *std::move(value));
    }
    return {};
  }

  /// Options that the URL computes.
  Result<void> evaluate_options() {
    for (const auto& [name, formula] : stack_.option_expressions) {
      const auto schema = stack_option(name);
      if (!schema) return std::unexpected(schema.error());
      auto value = evaluate_option(**schema, formula, std::string(stack_options_title), Author::url);
      if (!value) return std::unexpected(std::move(value).error());
      if (!*value) continue;
      stack_.options.insert_or_assign(name, **std::move(value));
      url_scope_.option_is_of_url(name);
    }
    return {};
  }

  Result<std::optional<Value>> evaluate_option(const OptionSchema& schema, const boost::json::value& formula,
                                               const std::string& title, Author author) {
    const std::string owner = "Option " + in_quotes(schema.name) + " of " + title;
    const auto value = evaluate(formula, FormulaKind::strict, author, owner);
    if (!value) return std::unexpected(value.error());
    return option_of_author(*value, schema, title, author);
  }

  Result<void> apply_expression(const StackExpression& expression, std::size_t position) {
    const boost::json::value condition = boost::json::string(expression.condition);
    const auto holds = evaluate(condition, FormulaKind::strict, Author::stack,
                                "Expression number " + std::to_string(position + 1));
    if (!holds) return std::unexpected(holds.error());
    if (!holds->truthy()) return {};
    for (const auto& [name, value] : expression.options) {
      if (name.ends_with(".quality") && stack_.options_of_url.contains(name)) continue;
      stack_.options.insert_or_assign(name, value);
      url_scope_.option_is_of_stack(name);
    }
    for (const Variable& variable : expression.variables)
      override_variable(variable);
    return evaluate_variables();
  }

  void override_variable(const Variable& variable) {
    const auto known = std::ranges::find(stack_.variables, variable.name, &Variable::name);
    if (known == stack_.variables.end()) {
      stack_.variables.push_back(variable);
    } else {
      *known = variable;
    }
  }

  Result<std::vector<OperationCall>> evaluate_calls() {
    std::vector<OperationCall> calls;
    for (const OperationCall& call : stack_.operations) {
      auto evaluated = evaluate_call(call);
      if (!evaluated) return std::unexpected(std::move(evaluated).error());
      if (*evaluated) calls.push_back(**std::move(evaluated));
    }
    return calls;
  }

  /// Nothing where the operation is not enabled: what else it says is then not looked at.
  Result<std::optional<OperationCall>> evaluate_call(const OperationCall& call) {
    const Operation* operation = find_operation(call.name);
    if (operation == nullptr) return std::unexpected(unknown_operation(call.name));
    OperationCall result{.name = call.name, .options = call.options};
    if (auto set = compute(call, *operation, enabled_option.name, result); !set)
      return std::unexpected(set.error());
    const auto enabled = result.options.find(enabled_option.name);
    if (enabled != result.options.end() && enabled->second == Value(false))
      return std::optional<OperationCall>();
    for (const auto& entry : call.expressions) {
      if (auto set = compute(call, *operation, entry.first, result); !set)
        return std::unexpected(set.error());
    }
    return std::optional(std::move(result));
  }

  Result<void> compute(const OperationCall& call, const Operation& operation, std::string_view option,
                       OperationCall& result) {
    const auto formula = call.expressions.find(option);
    if (formula == call.expressions.end()) return {};
    const auto schema = option_of(operation, option);
    if (!schema) return std::unexpected(schema.error());
    auto value = evaluate_option(**schema, formula->second, title_of(operation),
                                 author_of(call.expressions_of_url.contains(option)));
    if (!value) return std::unexpected(std::move(value).error());
    if (*value) result.options.insert_or_assign(std::string(option), **std::move(value));
    return {};
  }

  StackDefinition stack_;
  ExpressionScope scope_;
  UrlScope url_scope_;
  const bool url_reads_private_;
  FormulaBudget own_budget_;
  FormulaBudget& budget_;
};

}  // namespace

Outcome<StackDefinition> evaluate_stack(const StackDefinition& stack, const EvaluationInputs& inputs) {
  Evaluation evaluation(stack, inputs);
  auto result = evaluation.run();
  if (evaluation.stopped()) return std::unexpected(*evaluation.stopped());
  return result;
}

void LookedAt::add(const LookedAt& other) {
  save_data = save_data || other.save_data;
  user_metadata = user_metadata || other.user_metadata;
}

LookedAt looked_at_by(const StackDefinition& stack) {
  LookedAt seen;
  const auto add = [&](const boost::json::value& formula) {
    for (const std::string& path : paths_used(formula)) {
      const bool is_whole_image = path == "image";
      seen.add({.save_data = path.starts_with("request"),
                .user_metadata = is_whole_image || path.starts_with("image.meta_user")});
    }
  };
  const auto add_all = [&](const Formulas& formulas) {
    for (const auto& [name, formula] : formulas)
      add(formula);
  };
  const auto add_variables = [&](const std::vector<Variable>& variables) {
    for (const Variable& variable : variables) {
      if (variable.is_formula) add(variable.value);
    }
  };
  add_all(stack.option_expressions);
  add_variables(stack.variables);
  for (const OperationCall& call : stack.operations)
    add_all(call.expressions);
  for (const StackExpression& expression : stack.expressions) {
    add(boost::json::string(expression.condition));
    add_variables(expression.variables);
  }
  return seen;
}

}  // namespace rucola::render
