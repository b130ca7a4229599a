// PUT, GET and DELETE /sourceimages/{org}/alias/{name}
#include <charconv>

#include "api/alias_json.h"
#include "api/paths.h"
#include "api/resources.h"

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

/// Entity tags of a header; a weak one (W/"7") never matches strongly and is left out, as is what can't be
/// ours.
std::vector<std::int64_t> versions_in(std::string_view header) {
  std::vector<std::int64_t> versions;
  while (!header.empty()) {
    std::string_view item = header.substr(0, header.find(','));
    header.remove_prefix(std::min(item.size() + 1, header.size()));
    while (item.starts_with(' ') || item.starts_with('\t'))
      item.remove_prefix(1);
    while (item.ends_with(' ') || item.ends_with('\t'))
      item.remove_suffix(1);
    if (item.size() < 3 || item.front() != '"' || item.back() != '"') continue;
    std::int64_t version = 0;
    const char* last = item.data() + item.size() - 1;
    const auto [end, error] = std::from_chars(item.data() + 1, last, version);
    if (error == std::errc{} && end == last) versions.push_back(version);
  }
  return versions;
}

catalog::Precondition precondition_of(const Request& request) {
  catalog::Precondition precondition;
  if (request.headers.has("If-Match")) {
    const std::string value = request.headers.joined("If-Match");
    if (value == "*") {
      precondition.must_exist = true;
    } else {
      precondition.match_any_of = versions_in(value);
    }
  }
  precondition.must_not_exist = request.headers.get("If-None-Match") == "*";
  return precondition;
}

catalog::Author author_of(const Request& request) {
  return {.user_id = request.caller.user_id,
          .email = request.caller.email,
          .key_id = request.caller.key_id,
          .via = catalog::Via::api};
}

Response alias_response(int status, const catalog::Alias& alias) {
  Response response = message::json_response(status, alias_json(alias));
  response.etag = catalog::etag_of(alias);
  response.headers.add("Cache-Control", "private, no-cache");  // keep it, but ask each time
  return response;
}

Result<Response> put_alias(const Services& services, const Put& asked, const Request& request) {
  const auto put = services.aliases.put(asked.org, asked.name, asked.hash,
                                        asked.overwrite ? catalog::Overwrite::yes : catalog::Overwrite::no,
                                        precondition_of(request), author_of(request));
  if (!put) return std::unexpected(put.error());
  return alias_response(put->created ? 201 : 200, put->alias);
}

Result<Response> get_alias(const Services& services, const Named& asked, const Request& /*request*/) {
  const auto alias = services.aliases.find(asked.org, asked.name);
  if (!alias) return std::unexpected(alias.error());
  return alias_response(200, *alias);
}

Result<Response> delete_alias(const Services& services, const Named& asked, const Request& request) {
  auto deleted = services.aliases.remove(asked.org, asked.name, precondition_of(request), author_of(request));
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
  const Refusal moved{ErrorCode::precondition_failed, "If-Match names another version: the alias has moved."};
  table.push_back(endpoint<Put>(
      {.method = Method::put,
       .pattern = pattern,
       .access = Access::write,
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
                                   .summary = "Delete an alias; caches in front keep what they have",
                                   .takes = of_alias<Named>(),
                                   .answers = {{204, "It is gone."}},
                                   .refuses = {no_such_alias, moved},
                                   .handle = delete_alias}));
}

}  // namespace rucola::api
