#include "render/operations/table.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/wording.h"

namespace rucola::render {
namespace {

constexpr std::array<std::string_view, 3> later_operations{
    "addframes",
    "svg2bitmap",
    "watermark",
};

bool is_given(const OperationCall& call, std::string_view name) {
  return call.options.contains(name) || call.expressions.contains(name);
}

}  // namespace

std::span<const Operation* const> operations() {
  static const std::array table{
      &operation::resize(),     &operation::crop(),        &operation::rotate(),   &operation::autorotate(),
      &operation::grayscale(),  &operation::blur(),        &operation::noop(),     &operation::sharpen(),
      &operation::sepia(),      &operation::modulate(),    &operation::multiply(), &operation::alpha(),
      &operation::circlemask(), &operation::dropshadow(),  &operation::glitch(),   &operation::primitive(),
      &operation::trim(),       &operation::composition(), &operation::text(),     &operation::svgdynamic(),
      &operation::face(),
  };
  return table;
}

const Operation* find_operation(std::string_view name) {
  const auto table = operations();
  const auto found = std::ranges::find(table, name, &Operation::name);
  return found == table.end() ? nullptr : *found;
}

std::vector<std::string_view> operation_names() {
  std::vector<std::string_view> names;
  for (const Operation* operation : operations())
    names.push_back(operation->name);
  return names;
}

bool is_later_operation(std::string_view name) {
  return std::ranges::find(later_operations, name) != later_operations.end();
}

Error unknown_operation(std::string_view name) {
  const auto names = operation_names();
  const std::string problem = is_later_operation(name)
                                  ? "Operation " + in_quotes(name) + " is not available in this version."
                                  : "There is no operation " + in_quotes(name) + suggestion(name, names);
  return fail(ErrorCode::bad_request,
              problem + " Operations are: " + joined(names) + "; GET /operations describes them.")
      .error();
}

Result<const OptionSchema*> option_of(const Operation& operation, std::string_view name) {
  if (const OptionSchema* schema = find_option(operation.options, name)) return schema;
  const auto names = names_of(operation.options);
  const bool later = std::ranges::find(operation.later, name) != operation.later.end();
  const std::string problem =
      later
          ? "Option " + in_quotes(name) + " of " + title_of(operation) + " is not available in this version."
          : "There is no option " + in_quotes(name) + " of " + title_of(operation) + suggestion(name, names);
  return fail(ErrorCode::bad_request, problem + " Its options are: " + joined(names) + ".");
}

Result<void> check_complete(const Operation& operation, const OperationCall& call) {
  for (const std::string_view name : operation.required) {
    if (is_given(call, name)) continue;
    return fail(ErrorCode::bad_request, "Option " + in_quotes(name) + " of " + title_of(operation) +
                                            " is missing. Required are: " + joined(operation.required) + ".");
  }
  const auto given = [&](std::string_view name) { return is_given(call, name); };
  if (!operation.one_of.empty() && std::ranges::none_of(operation.one_of, given)) {
    return fail(ErrorCode::bad_request,
                "The " + title_of(operation) +
                    " needs at least one of its options: " + joined(operation.one_of) + ".");
  }
  return {};
}

std::string title_of(const Operation& operation) {
  return "operation " + in_quotes(operation.name);
}

}  // namespace rucola::render
