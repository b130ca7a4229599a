// PUT, GET and DELETE /sourceimages/{org}/alias/{name}
#include <charconv>

#include "api/alias_json.h"
#include "api/paths.h"
#include "api/resources.h"
#include "base/text.h"
#include "message/conditional.h"

namespace rucola::api {
namespace {

using message::Request;
using message::Response;

struct Put {
  std::string org;
  std::string name;
  bool overwrite = false;
  std::string hash;
};

/// Tags are compared as they are written: "07" is none of ours, and never stands for "7".
std::optional<std::int64_t> version_of(std::string_view tag) {
  std::int64_t version = 0;
  std::from_chars(tag.data() + 1, tag.data() + tag.size(), version);
  if (tag != catalog::etag_of(version)) return std::nullopt;
  return version;
}

enum class Weak { leave_out, take };

/// Those that could be versions of ours. Errors: bad_request where the header is no list of entity tags, or
/// an empty one: to go on without it would make the change unconditional.
Result<std::vector<std::int64_t>> versions_in(const Request& request, std::string_view header, Weak weak) {
  std::vector<std::int64_t> versions;
  const std::string list = request.headers.joined(header);
  std::string_view rest = list;
  bool has_any = false;
  while (const auto tag = message::take_entity_tag(rest)) {
    has_any = true;
    const auto version = version_of(tag->tag);
    if (version && (!tag->weak || weak == Weak::take)) versions.push_back(*version);
  }
  if (rest.empty() && has_any) return versions;
  return fail(ErrorCode::bad_request,
              std::string(header) + " must be * or entity tags in their quotes, such as \"7\", and not " +
                  (has_any || !rest.empty() ? list : "empty") + ". Nothing was changed.");
}

Result<catalog::Precondition> precondition_of(const Request& request) {
  catalog::Precondition precondition;
  precondition.must_exist = trimmed(request.headers.joined("If-Match")) == "*";
  precondition.must_not_exist = trimmed(request.headers.joined("If-None-Match")) == "*";
  if (request.headers.has("If-Match") && !precondition.must_exist) {
    auto versions = versions_in(request, "If-Match", Weak::leave_out);
    if (!versions) return std::unexpected(std::move(versions.error()));
    precondition.match_any_of = *std::move(versions);
  }
  if (request.headers.has("If-None-Match") && !precondition.must_not_exist) {
    auto versions = versions_in(request, "If-None-Match", Weak::take);
    if (!versions) return std::unexpected(std::move(versions.error()));
    precondition.match_none_of = *std::move(versions);
  }
  return precondition;
}

Response alias_response(int status, const catalog::Alias& alias) {
  Response response = message::json_response(status, alias_json(alias));
  response.etag = catalog::etag_of(alias);
  response.headers.add("Cache-Control", "private, no-cache");  // keep it, but ask each time
  return response;
}

Result<Response> put_alias(const Services& services, const Put& asked, const Request& request) {
  const auto precondition = precondition_of(request);
  if (!precondition) return std::unexpected(precondition.error());
  const auto put =
      services.aliases.put(asked.org, asked.name, asked.hash,
                           asked.overwrite ? catalog::Overwrite::yes : catalog::Overwrite::no, *precondition);
  if (!put) return std::unexpected(put.error());
  return alias_response(put->created ? 201 : 200, put->alias);
}

Result<Response> get_alias(const Services& services, const Named& asked, const Request& /*request*/) {
  const auto alias = services.aliases.find(asked.org, asked.name);
  if (!alias) return std::unexpected(alias.error());
  return alias_response(200, *alias);
}

Result<Response> delete_alias(const Services& services, const Named& asked, const Request& request) {
  const auto precondition = precondition_of(request);
  if (!precondition) return std::unexpected(precondition.error());
  auto deleted = services.aliases.remove(asked.org, asked.name, *precondition);
  if (!deleted) return std::unexpected(deleted.error());
  return message::empty_response(204);
}

template <class In>
std::vector<Input<In>> of_alias(std::vector<Input<In>> more = {}) {
  return of_named<In>(alias_name(), "The alias.", std::move(more));
}

}  // namespace

void add_aliases(Endpoints& table) {
  using message::Access, message::BodyKind, message::Method;
  const std::string pattern = "/sourceimages/{org}/alias/{name}";
  const Refusal no_such_alias{ErrorCode::not_found, "There is no such alias."};
  const Refusal moved{ErrorCode::precondition_failed,
                      "If-Match names another version, as the alias has moved; or If-None-Match this one."};
  table.push_back(endpoint<Put>(
      {.method = Method::put,
       .pattern = pattern,
       .access = Access::write,
       .preconditions = Preconditions::entity_tags,
       .body = BodyKind::json,
       .summary = "Create an alias, or point it at another image",
       .takes = of_alias<Put>(
           {query("overwrite", &Put::overwrite, flag(), "Move an alias that exists."),
            body("hash", &Put::hash, hash_or_prefix(),
                 "The image that the alias shall point at, by its hash or the beginning of it.")}),
       .answers = {{201, "It is new.", object(alias_shape())},
                   {200, "It was moved, or points there already.", object(alias_shape())}},
       .refuses = {{ErrorCode::not_found, "There is no such image in this organization."},
                   {ErrorCode::conflict, "The alias exists, and overwrite is not true."},
                   moved},
       .handle = put_alias}));
  table.push_back(endpoint<Named>({.method = Method::get,
                                   .pattern = pattern,
                                   .access = Access::read,
                                   .summary = "Read an alias",
                                   .takes = of_alias<Named>(),
                                   .answers = {{200, "The alias.", object(alias_shape())}},
                                   .refuses = {no_such_alias},
                                   .handle = get_alias}));
  table.push_back(endpoint<Named>({.method = Method::delete_,
                                   .pattern = pattern,
                                   .access = Access::write,
                                   .preconditions = Preconditions::entity_tags,
                                   .summary = "Delete an alias; caches in front keep what they have",
                                   .takes = of_alias<Named>(),
                                   .answers = {{204, "It is gone."}},
                                   .refuses = {no_such_alias, moved},
                                   .handle = delete_alias}));
}

}  // namespace rucola::api
