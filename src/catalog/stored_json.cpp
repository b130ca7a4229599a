#include "catalog/stored_json.h"

#include <string>

#include "catalog/damaged_rows.h"
#include "catalog/json_fields.h"

namespace rucola::catalog {

namespace json = boost::json;

std::unexpected<Error> damaged_stack(const Stack& stack, std::string_view is_wrong) {
  report_damaged_row("stacks", stack.organization + "/" + stack.name, is_wrong);
  return fail(ErrorCode::internal, "The stack \"" + stack.name + "\" is damaged; put it anew.");
}

void damaged_image(const SourceImage& image, std::string_view is_wrong) {
  report_damaged_row("images", image.organization + "/" + image.hash, is_wrong);
}

Result<json::object> stored_definition(const Stack& stack) {
  Result<json::object> definition = parse_object(stack.definition_json);
  if (!definition) return damaged_stack(stack, "Its definition can't be read.");
  return definition;
}

Result<json::object> stored_options(const Organization& organization) {
  Result<json::object> options = parse_object(organization.options_json);
  if (options) return options;
  report_damaged_row("organizations", organization.name, "Its options can't be read.");
  return fail(ErrorCode::internal, "The options of the organization \"" + organization.name +
                                       "\" are damaged; the server's log says more.");
}

json::object stored_metadata(const SourceImage& image, std::string_view field) {
  if (Result<json::object> metadata = parse_object(field)) return *std::move(metadata);
  damaged_image(image, "Its metadata can't be read.");
  return {};
}

std::string_view readable_metadata(const SourceImage& image, std::string_view field) {
  constexpr std::string_view none = "{}";
  if (field == none) return field;  // most images have none, and renders ask at every look-up
  if (parse_object(field)) return field;
  damaged_image(image, "Its metadata can't be read.");
  return none;
}

}  // namespace rucola::catalog
