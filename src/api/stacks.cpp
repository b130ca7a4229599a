// PUT, GET and DELETE /stacks/{org}/{name}, the list, and the tables that stacks are checked against
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/purging.h"
#include "api/resources.h"
#include "base/json.h"
#include "catalog/damaged_rows.h"
#include "catalog/names.h"
#include "render/stack/definition.h"
#include "render/stack/expression_schema.h"
#include "render/stack/options.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using message::Request;
using message::Response;

Result<json::object> stack_json(const catalog::Stack& stack) {
  const auto definition = parse_json(stack.definition_json);
  if (!definition || !definition->is_object()) {
    catalog::report_damaged_row("stacks", stack.organization + "/" + stack.name,
                                "Its definition can't be read.");
    return fail(ErrorCode::internal, "The stack \"" + stack.name + "\" is damaged; put it anew.");
  }
  json::object object{
      {"name", stack.name}, {"organization", stack.organization}, {"created", format_rfc3339(stack.created)}};
  for (const auto& field : definition->as_object())
    object.insert(field);
  return object;
}

Result<Response> stack_response(int status, const catalog::Stack& stack) {
  const auto object = stack_json(stack);
  if (!object) return std::unexpected(object.error());
  return message::json_response(status, *object);
}

/// Published URLs without a signature would break from one moment to the next, and what caches keep of them
/// would go on being shown.
Result<void> refuse_late_protection(const catalog::Stack& before) {
  const auto json = parse_json(before.definition_json);
  const auto definition = json ? render::parse_stack(*json) : std::unexpected(json.error());
  if (definition && render::is_protected(*definition)) return {};
  return fail(ErrorCode::conflict, "The stack \"" + before.name +
                                       "\" is not protected, and can't become so. Delete it first, or choose "
                                       "another name; docs/protection.md has more.");
}

/// A name that was used before is purged before it comes back protected: caches may still have what it showed
/// to everybody.
Result<void> purge_what_was_public(const Services& services, const std::string& organization,
                                   const std::string& name) {
  if (services.stacks.find(organization, name)) return {};
  const auto existed = services.purges.ever_existed(organization, catalog::PurgeKind::stack, name);
  if (!existed) return std::unexpected(existed.error());
  if (!*existed) return {};
  return purge_now(services, {.organization = organization,
                              .kind = catalog::PurgeKind::stack,
                              .name = name,
                              .tags = {catalog::stack_tag(organization, name)}});
}

Result<Response> put_stack(const Services& services, const Request& request) {
  const std::string& name = request.path_value("name");
  if (!catalog::is_stack_name(name)) {
    return fail(
        ErrorCode::bad_request,
        "A stack's name consists of 1 to 100 letters, digits, '-' and '_' and starts with a letter or a "
        "digit; "
        "\"dynamic\" is reserved, and of the names that start with '_' only those with _preview are free.");
  }
  const auto overwrite = request.query_flag("overwrite");
  if (!overwrite) return std::unexpected(overwrite.error());
  const auto body = parse_json(request.body);
  if (!body) return std::unexpected(body.error());
  const auto definition = render::parse_stack(*body);
  if (!definition) return std::unexpected(definition.error());
  if (auto sound = render::check_regular_expressions(definition->options); !sound)
    return std::unexpected(sound.error());
  const bool guarded = render::is_protected(*definition);
  if (guarded) {
    if (auto purged = purge_what_was_public(services, request.path_value("org"), name); !purged)
      return std::unexpected(purged.error());
  }
  const auto put =
      services.stacks.put(request.path_value("org"), name, json::serialize(render::to_json(*definition)),
                          *overwrite ? catalog::Overwrite::yes : catalog::Overwrite::no,
                          guarded ? catalog::MayReplace(refuse_late_protection) : catalog::MayReplace());
  if (!put) return std::unexpected(put.error());
  return stack_response(put->created ? 201 : 200, put->stack);
}

Result<Response> get_stack(const Services& services, const Request& request) {
  const auto stack = services.stacks.find(request.path_value("org"), request.path_value("name"));
  if (!stack) return std::unexpected(stack.error());
  return stack_response(200, *stack);
}

Result<Response> list_stacks(const Services& services, const Request& request) {
  const auto stacks = services.stacks.list(request.path_value("org"));
  if (!stacks) return std::unexpected(stacks.error());
  json::array items;
  for (const catalog::Stack& stack : *stacks) {
    if (auto object = stack_json(stack)) items.push_back(*std::move(object));
  }
  return message::json_response(200, json::object{{"items", std::move(items)}});
}

Result<Response> delete_stack(const Services& services, const Request& request) {
  auto deleted = services.stacks.remove(request.path_value("org"), request.path_value("name"));
  if (!deleted) return std::unexpected(deleted.error());
  return message::empty_response(204);
}

}  // namespace

void add_stacks(Routes& routes, const Services& services) {
  using message::Access, message::BodyKind, message::Method;
  const std::string one = "/stacks/{org}/{name}";
  routes.push_back({Method::put, one, Access::write, BodyKind::json,
                    "Create a stack, or with ?overwrite=true replace it",
                    [&services](Request& request) { return put_stack(services, request); }});
  routes.push_back({Method::get, one, Access::read, BodyKind::none, "Read a stack",
                    [&services](Request& request) { return get_stack(services, request); }});
  routes.push_back({Method::get, "/stacks/{org}", Access::read, BodyKind::none, "List the stacks",
                    [&services](Request& request) { return list_stacks(services, request); }});
  routes.push_back({Method::delete_, one, Access::write, BodyKind::none, "Delete a stack",
                    [&services](Request& request) { return delete_stack(services, request); }});
  routes.push_back({Method::get, "/operations", Access::anyone, BodyKind::none,
                    "All operations and their options",
                    [](Request&) { return message::json_response(200, render::operations_schema()); }});
  routes.push_back({Method::get, "/stackoptions", Access::anyone, BodyKind::none, "All stack options",
                    [](Request&) { return message::json_response(200, render::stack_options_schema()); }});
  routes.push_back({Method::get, "/expressions", Access::anyone, BodyKind::none,
                    "Functions and properties that expressions may use",
                    [](Request&) { return message::json_response(200, render::expressions_schema()); }});
}

}  // namespace rucola::api
