// PUT, GET and DELETE /stacks/{org}/{name}, the list, and the tables that stacks are checked against
#include <algorithm>
#include <charconv>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/paths.h"
#include "api/purging.h"
#include "api/resources.h"
#include "base/wording.h"
#include "catalog/names.h"
#include "catalog/stored_json.h"
#include "delivery/look_up/stored_stack.h"
#include "render/stack/definition.h"
#include "render/stack/expression_schema.h"
#include "render/stack/options.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using message::Request;
using message::Response;

struct Put {
  std::string org;
  std::string name;
  bool overwrite = false;
  json::value definition;
};

struct List {
  std::string org;
  std::optional<std::int64_t> limit;
  std::optional<std::string> offset;
};

struct Nothing {};

std::string link_of(const std::string& organization, const std::string& name) {
  return "/stacks/" + organization + "/" + name;
}

Result<json::object> stack_json(const catalog::Stack& stack) {
  const auto definition = catalog::stored_definition(stack);
  if (!definition) return std::unexpected(definition.error());
  json::object object{{"name", stack.name},
                      {"organization", stack.organization},
                      {"created", format_rfc3339(stack.created)},
                      {"link", link_of(stack.organization, stack.name)}};
  for (const auto& field : *definition)
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
  const auto definition = delivery::stored_stack(before);
  if (!definition || render::is_protected(*definition)) return {};  // a damaged one shows nothing any more
  return fail(ErrorCode::conflict, "The stack \"" + before.name +
                                       "\" is not protected, and can't become so. Delete it first, or choose "
                                       "another name; docs/protection.md has more.");
}

/// A name that was used before is purged before it comes back protected: caches may still have what it showed
/// to everybody, before it was deleted or damaged.
Result<void> purge_what_was_public(const Services& services, const std::string& organization,
                                   const std::string& name) {
  if (const auto before = services.stacks.find(organization, name); before && delivery::stored_stack(*before))
    return {};
  const auto existed = services.purges.ever_existed(organization, catalog::PurgeKind::stack, name);
  if (!existed) return std::unexpected(existed.error());
  if (!*existed) return {};
  return purge_now(services, {.organization = organization,
                              .kind = catalog::PurgeKind::stack,
                              .name = name,
                              .tags = {catalog::stack_tag(organization, name)}});
}

/// Further circles are found where a stack is used, since each stack of one may be put anew.
Result<void> refuse_its_own_base(const std::string& name, const render::StackDefinition& definition) {
  const render::OptionReader options(render::stack_options(), definition.options);
  if (options.optional_text("basestack") != name) return {};
  return fail(ErrorCode::bad_request, "The stack \"" + name + "\" can't be its own base stack.");
}

/// What GET shows and PUT does not set may come back as it was shown, and as nothing else: whoever sends
/// another value means something that would not happen.
/// `created`: where there is the stack already.
Result<void> check_what_is_not_set(const Put& asked, const std::optional<std::string>& created) {
  if (!asked.definition.is_object()) return {};
  const auto check = [&](std::string_view field, const std::optional<std::string>& is) -> Result<void> {
    const json::value* given = asked.definition.get_object().if_contains(field);
    if (given == nullptr || given->is_null()) return {};
    if (is && given->is_string() && given->get_string() == std::string_view(*is)) return {};
    return fail(ErrorCode::bad_request,
                "The field " + in_quotes(field) +
                    " can't be set: " + (is ? "it is " + in_quotes(*is) + " here." : "the stack is new.") +
                    " Leave it out, or send it as it is.");
  };
  if (auto same = check("name", asked.name); !same) return same;
  if (auto same = check("organization", asked.org); !same) return same;
  if (auto same = check("link", link_of(asked.org, asked.name)); !same) return same;
  return check("created", created);
}

Result<void> check_what_is_not_set(const Services& services, const Put& asked) {
  const auto before = services.stacks.find(asked.org, asked.name);
  if (!before && before.error().code != ErrorCode::not_found) return std::unexpected(before.error());
  return check_what_is_not_set(asked, before ? std::optional(format_rfc3339(before->created)) : std::nullopt);
}

Result<Response> put_stack(const Services& services, const Put& asked, const Request& /*request*/) {
  if (!catalog::is_stack_name(asked.name)) {
    return fail(
        ErrorCode::bad_request,
        "A stack's name consists of 1 to 100 letters, digits, '-' and '_' and starts with a letter or a "
        "digit; "
        "\"dynamic\" is reserved, and of the names that start with '_' only those with _preview are free.");
  }
  const auto definition = render::parse_stack(asked.definition, render::UnknownFields::refused);
  if (!definition) return std::unexpected(definition.error());
  if (auto same = check_what_is_not_set(services, asked); !same) return std::unexpected(same.error());
  if (auto sound = render::check_regular_expressions(definition->options); !sound)
    return std::unexpected(sound.error());
  if (auto sound = refuse_its_own_base(asked.name, *definition); !sound)
    return std::unexpected(sound.error());
  const bool guarded = render::is_protected(*definition);
  if (guarded) {
    if (auto purged = purge_what_was_public(services, asked.org, asked.name); !purged)
      return std::unexpected(purged.error());
  }
  const auto put =
      services.stacks.put(asked.org, asked.name, json::serialize(render::to_json(*definition)),
                          asked.overwrite ? catalog::Overwrite::yes : catalog::Overwrite::no,
                          guarded ? catalog::MayReplace(refuse_late_protection) : catalog::MayReplace());
  if (!put) return std::unexpected(put.error());
  return stack_response(put->created ? 201 : 200, put->stack);
}

Result<Response> get_stack(const Services& services, const Named& asked, const Request& /*request*/) {
  const auto stack = services.stacks.find(asked.org, asked.name);
  if (!stack) return std::unexpected(stack.error());
  return stack_response(200, *stack);
}

/// A list's cursor: it goes on behind the stack of that name, whichever came or went since.
constexpr std::string_view behind = "after:";

/// The first of the page: `offset` is a number, or a cursor.
Result<std::int64_t> first_of(const List& asked, const std::vector<catalog::Stack>& stacks) {
  const auto total = static_cast<std::int64_t>(stacks.size());
  if (!asked.offset) return 0;
  const std::string_view offset = *asked.offset;
  if (offset.starts_with(behind)) {
    const auto next =
        std::ranges::upper_bound(stacks, offset.substr(behind.size()), {}, &catalog::Stack::name);
    return next - stacks.begin();
  }
  std::int64_t number = -1;
  const auto [end, error] = std::from_chars(offset.data(), offset.data() + offset.size(), number);
  if (error == std::errc() && end == offset.data() + offset.size() && number >= 0)
    return std::min(number, total);
  return fail(ErrorCode::bad_request,
              "The query parameter \"offset\" is a number of stacks to leave out, or the "
              "\"cursor\" of a page of this list.");
}

Result<Response> list_stacks(const Services& services, const List& asked, const Request& /*request*/) {
  const auto stacks = services.stacks.list(asked.org);
  if (!stacks) return std::unexpected(stacks.error());
  const auto total = static_cast<std::int64_t>(stacks->size());
  const auto first = first_of(asked, *stacks);
  if (!first) return std::unexpected(first.error());
  const std::int64_t last = std::min(total, *first + asked.limit.value_or(total));
  json::array items;
  for (std::int64_t i = *first; i < last; ++i) {
    if (auto object = stack_json((*stacks)[static_cast<std::size_t>(i)])) items.push_back(*std::move(object));
  }
  const std::string cursor =
      std::string(behind) + (last == 0 ? "" : (*stacks)[static_cast<std::size_t>(last - 1)].name);
  return message::json_response(
      200, json::object{{"total", total}, {"items", std::move(items)}, {"cursor", cursor}});
}

Result<Response> delete_stack(const Services& services, const Named& asked, const Request& /*request*/) {
  auto deleted = services.stacks.remove(asked.org, asked.name);
  if (!deleted) return std::unexpected(deleted.error());
  return message::empty_response(204);
}

Result<Response> operations(const Services& /*services*/, const Nothing& /*asked*/,
                            const Request& /*request*/) {
  return message::json_response(200, render::operations_schema());
}
Result<Response> stack_options(const Services& /*services*/, const Nothing& /*asked*/,
                               const Request& /*request*/) {
  return message::json_response(200, render::stack_options_schema());
}
Result<Response> expressions(const Services& /*services*/, const Nothing& /*asked*/,
                             const Request& /*request*/) {
  return message::json_response(200, render::expressions_schema());
}

const Shape& stack_shape() {
  static const Shape shape{"Stack",
                           {{"name", text(100), "The name. Not set by the body: equal, or left out."},
                            {"organization", organization_name(), "Its owner; likewise."},
                            {"created", time_of_day(), "When it was created; likewise."},
                            {"link", text(1024), "Its path in this API; likewise."},
                            {"description", text(4096), "What it is for."},
                            {"stack_operations", list(), "What is done, in this order; GET /operations."},
                            {"stack_options", object(), "How the result is made; GET /stackoptions."},
                            {"stack_expressions", list(), "Conditions that override options."},
                            {"stack_variables", object(), "Variables and their defaults."}}};
  return shape;
}

const Shape& stack_list() {
  static const Shape shape{"Stacks",
                           {{"total", integer(0, 1'000'000), "How many there are in all."},
                            {"items", list(stack_shape()), "The stacks, by name; none behind the last."},
                            {"cursor", text(128), "The next page's `offset`."}}};
  return shape;
}

/// What a stack's own reader looks at, under either of its names, and what GET shows beside it.
std::vector<Input<Put>> parts_of_a_stack() {
  std::vector<Input<Put>> parts;
  for (const Field& part : stack_shape().fields) {
    parts.push_back(described<Put>(part));
    if (part.name.starts_with("stack_"))
      parts.push_back(described<Put>({part.name.substr(6), part.schema, part.help}));
  }
  return parts;
}

template <class In>
std::vector<Input<In>> of_stack(std::vector<Input<In>> more = {}) {
  return of_named<In>(text(255), "The stack.", std::move(more));
}

std::vector<Input<Put>> of_new_stack() {
  auto takes = of_stack<Put>(
      {query("overwrite", &Put::overwrite, flag(), "Replace a stack that exists."),
       whole_body(&Put::definition, object_or_list(),
                  "The stack, each part under one of its two names; a list alone is its operations.")});
  for (auto& part : parts_of_a_stack())
    takes.push_back(std::move(part));
  return takes;
}

Endpoint schema_page(const std::string& path, const std::string& summary,
                     Result<Response> (*handle)(const Services&, const Nothing&, const Request&)) {
  return endpoint<Nothing>({.method = message::Method::get,
                            .pattern = path,
                            .access = message::Access::anyone,
                            .summary = summary,
                            .answers = {{200, "By name, with types, ranges, defaults and help.", object()}},
                            .handle = handle});
}

}  // namespace

void add_stacks(Endpoints& table) {
  using message::Access, message::BodyKind, message::Method;
  const std::string one = "/stacks/{org}/{name}";
  const Refusal no_such_stack{ErrorCode::not_found, "There is no such stack."};
  table.push_back(endpoint<Put>(
      {.method = Method::put,
       .pattern = one,
       .access = Access::write,
       .body = BodyKind::json,
       .summary = "Create a stack, or replace it",
       .takes = of_new_stack(),
       .answers = {{201, "It is new.", object(stack_shape())},
                   {200, "It was replaced.", object(stack_shape())}},
       .refuses =
           {{ErrorCode::conflict,
             "The stack exists, and overwrite is not true; or it is not protected, and would become so."}},
       .one_of = {"operations", "stack_operations", "options", "stack_options"},
       .handle = put_stack}));
  table.push_back(endpoint<Named>({.method = Method::get,
                                   .pattern = one,
                                   .access = Access::read,
                                   .summary = "Read a stack",
                                   .takes = of_stack<Named>(),
                                   .answers = {{200, "The stack.", object(stack_shape())}},
                                   .refuses = {no_such_stack},
                                   .handle = get_stack}));
  table.push_back(
      endpoint<List>({.method = Method::get,
                      .pattern = "/stacks/{org}",
                      .access = Access::read,
                      .summary = "List the stacks",
                      .takes = {organization_path<List>(),
                                query("limit", &List::limit, integer(0, 10'000),
                                      "Stacks a page; all, where it is not given."),
                                query("offset", &List::offset, text(128),
                                      "How many to leave out, or the cursor of the page before.")},
                      .answers = {{200, "A page.", object(stack_list())}},
                      .handle = list_stacks}));
  table.push_back(endpoint<Named>({.method = Method::delete_,
                                   .pattern = one,
                                   .access = Access::write,
                                   .summary = "Delete a stack",
                                   .takes = of_stack<Named>(),
                                   .answers = {{204, "It is gone."}},
                                   .refuses = {no_such_stack},
                                   .handle = delete_stack}));
  table.push_back(schema_page("/operations", "All operations and their options", operations));
  table.push_back(schema_page("/stackoptions", "All stack options", stack_options));
  table.push_back(
      schema_page("/expressions", "Functions and properties that expressions may use", expressions));
}

}  // namespace rucola::api
