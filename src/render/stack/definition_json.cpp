// What the API shows of stacks, and what is stored of them.
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "render/operations/table.h"
#include "render/stack/definition.h"
#include "render/stack/options.h"

namespace rucola::render {
namespace {

namespace json = boost::json;

json::object variables_json(const std::vector<Variable>& variables) {
  json::object result;
  for (const Variable& variable : variables)
    result[variable.name] = variable.value;
  return result;
}

json::object options_json(const Options& options) {
  json::object result;
  for (const auto& [name, value] : options)
    result[name] = to_json(value);
  return result;
}

json::object call_json(const OperationCall& call) {
  json::object result{{"name", call.name}, {"options", options_json(call.options)}};
  if (call.expressions.empty()) return result;
  json::object expressions;
  for (const auto& [name, formula] : call.expressions)
    expressions[name] = formula;
  result["expressions"] = std::move(expressions);
  return result;
}

json::object stack_expression_json(const StackExpression& expression) {
  json::object overrides;
  if (!expression.options.empty()) overrides["options"] = options_json(expression.options);
  if (!expression.variables.empty()) overrides["variables"] = variables_json(expression.variables);
  return {{"expression", expression.condition}, {"overrides", std::move(overrides)}};
}

json::array names_json(const std::vector<std::string_view>& names) {
  json::array result;
  for (const std::string_view name : names)
    result.emplace_back(name);
  return result;
}

/// In words of JSON Schema: at least one of these must be given.
json::array alternatives_json(const std::vector<std::string_view>& names) {
  json::array result;
  for (const std::string_view name : names)
    result.push_back(json::object{{"required", json::array{name}}});
  return result;
}

json::object properties_json(std::span<const OptionSchema> schemas) {
  json::object result;
  for (const OptionSchema& schema : schemas)
    result[schema.name] = to_json(schema);
  return result;
}

json::object operation_json(const Operation& operation) {
  json::object result;
  result["type"] = "object";
  result["properties"] = properties_json(operation.options);
  result["required"] = names_json(operation.required);
  if (!operation.one_of.empty()) result["anyOf"] = alternatives_json(operation.one_of);
  result["description"] = operation.description;
  return result;
}

}  // namespace

json::object to_json(const StackDefinition& stack) {
  json::array operations;
  for (const OperationCall& call : stack.operations)
    operations.push_back(call_json(call));
  json::array expressions;
  for (const StackExpression& expression : stack.expressions)
    expressions.push_back(stack_expression_json(expression));
  json::object result;
  if (!stack.description.empty()) result["description"] = stack.description;
  result["stack_operations"] = std::move(operations);
  result["stack_options"] = options_json(stack.options);
  result["stack_expressions"] = std::move(expressions);
  result["stack_variables"] = variables_json(stack.variables);
  return result;
}

json::object operations_schema() {
  json::object result;
  for (const Operation* operation : operations())
    result[operation->name] = operation_json(*operation);
  return result;
}

json::object stack_options_schema() {
  json::object result;
  result["type"] = "object";
  result["properties"] = properties_json(stack_options());
  return result;
}

}  // namespace rucola::render
