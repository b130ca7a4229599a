#include "render/stack/definition.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/wording.h"
#include "render/operations/table.h"
#include "render/settings.h"
#include "render/stack/formula.h"
#include "render/stack/options.h"

namespace rucola::render {
namespace {

namespace json = boost::json;

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::bad_request, std::move(message));
}

Result<const OptionSchema*> overridable_stack_option(std::string_view name) {
  if (!decided_before_expressions(name)) return stack_option(name);
  return wrong("The stack option " + in_quotes(name) + " can't be set by an expression.");
}

/// PHP clients write an empty object as [].
bool is_empty(const json::value& value) {
  return value.is_null() || (value.is_array() && value.get_array().empty()) ||
         (value.is_object() && value.get_object().empty());
}

/// Null where neither of the names is there.
Result<const json::value*> either(const json::object& body, std::string_view name,
                                  std::string_view other_name) {
  const json::value* value = body.if_contains(name);
  const json::value* other = body.if_contains(other_name);
  if (value != nullptr && other != nullptr) {
    return wrong("The stack has both " + in_quotes(name) + " and " + in_quotes(other_name) +
                 ", which mean the same: send one of them.");
  }
  return value != nullptr ? value : other;
}

/// Each entry through `schema_of`, which finds its row; nulls are taken as not given.
template <class SchemaOf>
Result<Options> parse_options(const json::value* value, std::string_view title, SchemaOf schema_of) {
  Options options;
  if (value == nullptr || is_empty(*value)) return options;
  if (!value->is_object()) return wrong("The options of " + std::string(title) + " must be an object.");
  for (const auto& entry : value->get_object()) {
    const Result<const OptionSchema*> schema = schema_of(std::string_view(entry.key()));
    if (!schema) return std::unexpected(schema.error());
    if (entry.value().is_null()) continue;
    auto parsed = parse_option(**schema, entry.value(), title);
    if (!parsed) return std::unexpected(std::move(parsed).error());
    options.insert_or_assign(std::string((*schema)->name), *std::move(parsed));
  }
  return options;
}

/// The formulas for options: those that are plain values are checked like options.
Result<Formulas> parse_formulas(const json::value* value, const Operation& operation) {
  Formulas formulas;
  if (value == nullptr || is_empty(*value)) return formulas;
  const std::string title = title_of(operation);
  if (value->is_array() && operation.array_expressions_are != nullptr) {
    formulas.emplace(operation.array_expressions_are, *value);
    return formulas;
  }
  if (!value->is_object()) return wrong("The expressions of " + title + " must be an object.");
  for (const auto& entry : value->get_object()) {
    const auto schema = option_of(operation, std::string_view(entry.key()));
    if (!schema) return std::unexpected(schema.error());
    if (entry.value().is_null()) continue;
    if (!entry.value().is_structured() && !entry.value().is_string()) {
      if (auto plain = parse_option(**schema, entry.value(), title); !plain)
        return std::unexpected(plain.error());
    }
    const std::string owner = "Option " + in_quotes((*schema)->name) + " of " + title;
    if (auto sound = check_formula(entry.value(), FormulaKind::strict, owner); !sound)
      return std::unexpected(sound.error());
    formulas.emplace((*schema)->name, entry.value());
  }
  return formulas;
}

/// An option may have been written beside "options" instead of into it.
Result<void> check_fields_of_call(const KnownFields& fields, const json::value* name, std::size_t position) {
  const auto unknown = fields.left_over();
  if (!unknown) return {};
  std::string message =
      fields.why_not(*unknown, "Operation number " + std::to_string(position + 1) + " of the stack");
  const Operation* operation =
      name != nullptr && name->is_string() ? find_operation(std::string_view(name->get_string())) : nullptr;
  if (operation != nullptr && find_option(operation->options, *unknown) != nullptr)
    message += " Options such as " + in_quotes(*unknown) + R"( stand in its "options".)";
  return wrong(std::move(message));
}

Result<OperationCall> parse_call(const json::value& value, std::size_t position, UnknownFields unknown) {
  const auto no_operation = [position] {
    return wrong("Operation number " + std::to_string(position + 1) +
                 R"( of the stack must be an object like {"name": "resize", "options": {"width": 200}}.)");
  };
  if (!value.is_object()) return no_operation();
  KnownFields fields(value.get_object(), unknown);
  const json::value* name = fields.take("name");
  const json::value* given = fields.take("options");
  const json::value* expressions = fields.take("expressions");
  for (const std::string_view name :
       {"id", "errors"})  // of the form in which the dashboard edits an operation
    fields.ignore(name);
  if (auto known = check_fields_of_call(fields, name, position); !known)
    return std::unexpected(known.error());
  if (name == nullptr || !name->is_string()) return no_operation();
  const Operation* operation = find_operation(std::string_view(name->get_string()));
  if (operation == nullptr) return std::unexpected(unknown_operation(std::string_view(name->get_string())));
  auto options = parse_options(given, title_of(*operation),
                               [&](std::string_view option) { return option_of(*operation, option); });
  if (!options) return std::unexpected(std::move(options).error());
  auto formulas = parse_formulas(expressions, *operation);
  if (!formulas) return std::unexpected(std::move(formulas).error());
  OperationCall call{std::string(operation->name), *std::move(options), *std::move(formulas)};
  if (auto complete = check_complete(*operation, call); !complete) return std::unexpected(complete.error());
  return call;
}

Result<std::vector<OperationCall>> parse_calls(const json::value* value, UnknownFields unknown) {
  std::vector<OperationCall> calls;
  if (value == nullptr || is_empty(*value)) return calls;
  if (!value->is_array()) return wrong(R"("operations" must be a list of operations.)");
  const json::array& list = value->get_array();
  if (list.size() > static_cast<std::size_t>(operations_cap)) {
    return wrong("The stack has " + std::to_string(list.size()) + " operations; allowed are at most " +
                 std::to_string(operations_cap) + ".");
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto call = parse_call(list[i], i, unknown);
    if (!call) return std::unexpected(std::move(call).error());
    calls.push_back(*std::move(call));
  }
  return calls;
}

Result<std::string> parse_description(const json::object& body) {
  const json::value* value = body.if_contains("description");
  if (value == nullptr || value->is_null()) return std::string();
  if (!value->is_string()) return wrong(R"("description" must be text.)");
  if (value->get_string().size() > description_cap_bytes) {
    return wrong(R"("description" may have at most )" + std::to_string(description_cap_bytes) + " bytes.");
  }
  return std::string(value->get_string());
}

bool is_variable_name(std::string_view name) {
  constexpr std::size_t longest = 64;
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= longest && !(name.front() >= '0' && name.front() <= '9') &&
         std::ranges::all_of(name, allowed);
}

Result<std::vector<Variable>> parse_variables(const json::value* value, const std::string& title) {
  std::vector<Variable> variables;
  if (value == nullptr || is_empty(*value)) return variables;
  if (!value->is_object()) return wrong("The " + title + R"( must be an object such as {"w": 500}.)");
  if (value->get_object().size() > variables_cap) {
    return wrong("There may be at most " + std::to_string(variables_cap) + " " + title + ".");
  }
  for (const auto& entry : value->get_object()) {
    auto variable = parse_variable(std::string_view(entry.key()), entry.value());
    if (!variable) return std::unexpected(std::move(variable).error());
    variables.push_back(*std::move(variable));
  }
  return variables;
}

Result<void> parse_overrides(const json::value* value, const std::string& title, UnknownFields unknown,
                             StackExpression& to) {
  if (value == nullptr || is_empty(*value)) return {};
  if (!value->is_object()) return wrong(title + R"(: "overrides" must be an object.)");
  KnownFields fields(value->get_object(), unknown);
  const json::value* given_options = fields.take("options");
  const json::value* given_variables = fields.take("variables");
  if (auto known = fields.check_none_left(title + R"(: "overrides")"); !known)
    return std::unexpected(known.error());
  auto options = parse_options(given_options, stack_options_title, overridable_stack_option);
  if (!options) return std::unexpected(std::move(options).error());
  to.options = *std::move(options);
  auto variables = parse_variables(given_variables, "variables");
  if (!variables) return std::unexpected(std::move(variables).error());
  to.variables = *std::move(variables);
  return {};
}

/// {"expression": "options.dpr >= 2", "overrides": {"options": {…}, "variables": {…}}}
Result<StackExpression> parse_stack_expression(const json::value& value, std::size_t position,
                                               UnknownFields unknown) {
  const std::string title = "Expression number " + std::to_string(position + 1) + " of the stack";
  const auto no_expression = [&title] {
    return wrong(title +
                 R"( must be an object like {"expression": "options.dpr >= 2", "overrides": {"options": )"
                 R"({"jpg.quality": 60}}}.)");
  };
  if (!value.is_object()) return no_expression();
  KnownFields fields(value.get_object(), unknown);
  const json::value* condition = fields.take("expression");
  const json::value* overrides = fields.take("overrides");
  if (auto known = fields.check_none_left(title); !known) return std::unexpected(known.error());
  if (condition == nullptr || !condition->is_string()) return no_expression();
  if (auto sound = check_formula(*condition, FormulaKind::strict, title); !sound)
    return std::unexpected(sound.error());
  StackExpression result{std::string(condition->get_string()), {}, {}};
  if (auto parsed = parse_overrides(overrides, title, unknown, result); !parsed)
    return std::unexpected(parsed.error());
  return result;
}

Result<std::vector<StackExpression>> parse_stack_expressions(const json::value* value,
                                                             UnknownFields unknown) {
  std::vector<StackExpression> expressions;
  if (value == nullptr || is_empty(*value)) return expressions;
  if (!value->is_array()) return wrong(R"("expressions" must be a list.)");
  const json::array& list = value->get_array();
  if (list.size() > expressions_cap) {
    return wrong("A stack may have at most " + std::to_string(expressions_cap) + " expressions.");
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto expression = parse_stack_expression(list[i], i, unknown);
    if (!expression) return std::unexpected(std::move(expression).error());
    expressions.push_back(*std::move(expression));
  }
  return expressions;
}

/// The four parts of a body, under either of their names.
struct Parts {
  const json::value* operations = nullptr;
  const json::value* options = nullptr;
  const json::value* expressions = nullptr;
  const json::value* variables = nullptr;
};

Result<Parts> parts_of(const json::object& body) {
  Parts parts;
  using Part = std::pair<std::string_view, const json::value**>;
  for (const auto& [name, to] :
       {Part{"operations", &parts.operations}, Part{"options", &parts.options},
        Part{"expressions", &parts.expressions}, Part{"variables", &parts.variables}}) {
    const auto found = either(body, name, "stack_" + std::string(name));
    if (!found) return std::unexpected(found.error());
    *to = *found;
  }
  return parts;
}

Result<StackDefinition> parse_object(const json::object& body, UnknownFields unknown) {
  const auto parts = parts_of(body);
  if (!parts) return std::unexpected(parts.error());
  if (parts->operations == nullptr && parts->options == nullptr) {
    return wrong(R"(A stack needs "operations", a list that may be empty.)");
  }
  auto description = parse_description(body);
  if (!description) return std::unexpected(std::move(description).error());
  auto calls = parse_calls(parts->operations, unknown);
  if (!calls) return std::unexpected(std::move(calls).error());
  auto checked = parse_options(parts->options, stack_options_title, stack_option);
  if (!checked) return std::unexpected(std::move(checked).error());
  auto expressions = parse_stack_expressions(parts->expressions, unknown);
  if (!expressions) return std::unexpected(std::move(expressions).error());
  auto variables = parse_variables(parts->variables, "variables");
  if (!variables) return std::unexpected(std::move(variables).error());
  StackDefinition stack;
  stack.description = *std::move(description);
  stack.operations = *std::move(calls);
  stack.options = *std::move(checked);
  stack.variables = *std::move(variables);
  stack.expressions = *std::move(expressions);
  return stack;
}

}  // namespace

Result<StackDefinition> parse_stack(const json::value& body, UnknownFields unknown) {
  if (body.is_array()) {  // the oldest clients send nothing but the operations
    auto calls = parse_calls(&body, unknown);
    if (!calls) return std::unexpected(std::move(calls).error());
    StackDefinition stack;
    stack.operations = *std::move(calls);
    return stack;
  }
  if (!body.is_object()) return wrong(R"(A stack is an object like {"operations": [], "options": {}}.)");
  auto stack = parse_object(body.get_object(), unknown);
  if (!stack) return stack;
  if (auto sound = check_source_file(*stack); !sound) return std::unexpected(sound.error());
  return stack;
}

Result<Variable> parse_variable(std::string_view name, json::value value) {
  if (!is_variable_name(name)) {
    return wrong("A variable can't be called " + in_quotes(name) +
                 ": names are 1 to 64 letters, digits and underscores, and don't start with a digit.");
  }
  if (value.is_string() && value.get_string().size() > variable_cap_bytes) {
    return wrong("The variable " + in_quotes(name) + " may have at most " +
                 std::to_string(variable_cap_bytes) + " bytes.");
  }
  return Variable{std::string(name), std::move(value)};
}

Result<void> check_source_file(const StackDefinition& stack) {
  if (!delivers_source(stack)) return {};
  const std::size_t beside = stack.options.count("protected") + stack.options.count("content_disposition");
  const bool alone = stack.options.size() - beside == 1;
  if (stack.operations.empty() && alone && stack.expressions.empty()) return {};
  return wrong(
      R"(The stack option "source_file" delivers the uploaded file as it is: it can't be used together with )"
      R"(operations or other stack options than "protected" and "content_disposition".)");
}

bool is_protected(const StackDefinition& stack) {
  const auto option = stack.options.find("protected");
  return option != stack.options.end() && option->second == Value(true);
}

bool delivers_source(const StackDefinition& stack) {
  const auto option = stack.options.find("source_file");
  return option != stack.options.end() && option->second == Value(true);
}

}  // namespace rucola::render
