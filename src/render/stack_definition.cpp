#include "render/stack_definition.h"

#include <initializer_list>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "render/operations/table.h"
#include "render/stack_options.h"
#include "render/wording.h"

namespace rucola::render {
namespace {

namespace json = boost::json;

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::bad_request, std::move(message));
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

Result<void> refuse_unless_empty(const json::object& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr || is_empty(*value)) continue;
    return wrong(in_quotes(name) + ": expressions and variables are not available in this version.");
  }
  return {};
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

Result<OperationCall> parse_call(const json::value& value, std::size_t position) {
  const json::object* object = value.if_object();
  const json::value* name = object != nullptr ? object->if_contains("name") : nullptr;
  if (name == nullptr || !name->is_string()) {
    return wrong("Operation number " + std::to_string(position + 1) +
                 R"( of the stack must be an object like {"name": "resize", "options": {"width": 200}}.)");
  }
  const Operation* operation = find_operation(std::string_view(name->get_string()));
  if (operation == nullptr) return std::unexpected(unknown_operation(std::string_view(name->get_string())));
  if (auto empty = refuse_unless_empty(*object, {"expressions"}); !empty)
    return std::unexpected(empty.error());
  auto options = parse_options(object->if_contains("options"), title_of(*operation),
                               [&](std::string_view option) { return option_of(*operation, option); });
  if (!options) return std::unexpected(std::move(options).error());
  if (auto complete = check_complete(*operation, *options); !complete)
    return std::unexpected(complete.error());
  return OperationCall{std::string(operation->name), *std::move(options)};
}

Result<std::vector<OperationCall>> parse_calls(const json::value* value) {
  std::vector<OperationCall> calls;
  if (value == nullptr || is_empty(*value)) return calls;
  if (!value->is_array()) return wrong(R"("operations" must be a list of operations.)");
  const json::array& list = value->get_array();
  if (list.size() > static_cast<std::size_t>(operations_cap)) {
    return wrong("The stack has " + std::to_string(list.size()) + " operations; allowed are at most " +
                 std::to_string(operations_cap) + ".");
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto call = parse_call(list[i], i);
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

Result<StackDefinition> parse_object(const json::object& body) {
  const auto operations = either(body, "operations", "stack_operations");
  if (!operations) return std::unexpected(operations.error());
  const auto options = either(body, "options", "stack_options");
  if (!options) return std::unexpected(options.error());
  if (*operations == nullptr && *options == nullptr) {
    return wrong(R"(A stack needs "operations", a list that may be empty.)");
  }
  if (auto empty =
          refuse_unless_empty(body, {"expressions", "stack_expressions", "variables", "stack_variables"});
      !empty) {
    return std::unexpected(empty.error());
  }
  auto description = parse_description(body);
  if (!description) return std::unexpected(std::move(description).error());
  auto calls = parse_calls(*operations);
  if (!calls) return std::unexpected(std::move(calls).error());
  auto checked = parse_options(*options, stack_options_title, stack_option);
  if (!checked) return std::unexpected(std::move(checked).error());
  return StackDefinition{*std::move(description), *std::move(calls), *std::move(checked)};
}

json::object options_json(const Options& options) {
  json::object result;
  for (const auto& [name, value] : options)
    result[name] = to_json(value);
  return result;
}

json::array names_json(const std::vector<std::string_view>& names) {
  json::array result;
  for (const std::string_view name : names)
    result.emplace_back(name);
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
  result["properties"] = properties_json(operation.options);
  result["required"] = names_json(operation.required);
  if (!operation.one_of.empty()) result["oneOf"] = names_json(operation.one_of);
  result["description"] = operation.description;
  return result;
}

}  // namespace

Result<StackDefinition> parse_stack(const json::value& body) {
  if (body.is_array()) {  // the oldest clients send nothing but the operations
    auto calls = parse_calls(&body);
    if (!calls) return std::unexpected(std::move(calls).error());
    return StackDefinition{{}, *std::move(calls), {}};
  }
  if (!body.is_object()) return wrong(R"(A stack is an object like {"operations": [], "options": {}}.)");
  auto stack = parse_object(body.get_object());
  if (!stack) return stack;
  if (auto sound = check_source_file(*stack); !sound) return std::unexpected(sound.error());
  return stack;
}

Result<void> check_source_file(const StackDefinition& stack) {
  if (!delivers_source(stack)) return {};
  const bool alone = stack.options.size() - stack.options.count("protected") == 1;
  if (stack.operations.empty() && alone) return {};
  return wrong(
      R"(The stack option "source_file" delivers the uploaded file as it is: it can't be used together with )"
      R"(operations or other stack options than "protected".)");
}

bool is_protected(const StackDefinition& stack) {
  const auto option = stack.options.find("protected");
  return option != stack.options.end() && option->second == Value(true);
}

bool delivers_source(const StackDefinition& stack) {
  const auto option = stack.options.find("source_file");
  return option != stack.options.end() && option->second == Value(true);
}

json::object to_json(const StackDefinition& stack) {
  json::array operations;
  for (const OperationCall& call : stack.operations) {
    operations.push_back(json::object{{"name", call.name}, {"options", options_json(call.options)}});
  }
  json::object result;
  if (!stack.description.empty()) result["description"] = stack.description;
  result["stack_operations"] = std::move(operations);
  result["stack_options"] = options_json(stack.options);
  result["stack_expressions"] = json::array();
  result["stack_variables"] = json::object();
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
  result["properties"] = properties_json(stack_options());
  return result;
}

}  // namespace rucola::render
