// PUT, GET and DELETE /sourceimages/{org}/alias/{name}
#include <charconv>

#include "api/alias_json.h"
#include "api/resources.h"
#include "base/json.h"
#include "catalog/names.h"

namespace rucola::api {
namespace {

using message::Request;
using message::Response;

Result<std::string> alias_name(const Request& request) {
  const std::string& name = request.path_value("name");
  if (catalog::is_alias_name(name)) return name;
  return fail(ErrorCode::not_found,
              "There is no such alias: names consist of 1 to 255 letters, digits and underscores.");
}

/// The field `hash` of the body.
Result<std::string> wanted_hash(const Request& request) {
  const auto body = parse_json(request.body);
  if (!body) return std::unexpected(body.error());
  const auto* object = body->if_object();
  const auto* hash = object != nullptr ? object->if_contains("hash") : nullptr;
  if (hash == nullptr || !hash->is_string()) {
    return fail(ErrorCode::bad_request,
                "The body must be {\"hash\": \"…\"}, the image that the alias shall point at.");
  }
  std::string text(hash->get_string());
  if (!catalog::is_hash_or_prefix(text)) {
    return fail(ErrorCode::bad_request, "\"hash\" must be 6 to 40 lower-case hex characters.");
  }
  return text;
}

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

Result<Response> put_alias(const Services& services, const Request& request) {
  const auto name = alias_name(request);
  if (!name) return std::unexpected(name.error());
  const auto overwrite = request.query_flag("overwrite");
  if (!overwrite) return std::unexpected(overwrite.error());
  const auto hash = wanted_hash(request);
  if (!hash) return std::unexpected(hash.error());
  const auto put = services.aliases.put(request.path_value("org"), *name, *hash,
                                        *overwrite ? catalog::Overwrite::yes : catalog::Overwrite::no,
                                        precondition_of(request), author_of(request));
  if (!put) return std::unexpected(put.error());
  return alias_response(put->created ? 201 : 200, put->alias);
}

Result<Response> get_alias(const Services& services, const Request& request) {
  const auto name = alias_name(request);
  if (!name) return std::unexpected(name.error());
  const auto alias = services.aliases.find(request.path_value("org"), *name);
  if (!alias) return std::unexpected(alias.error());
  return alias_response(200, *alias);
}

Result<Response> delete_alias(const Services& services, const Request& request) {
  const auto name = alias_name(request);
  if (!name) return std::unexpected(name.error());
  auto deleted =
      services.aliases.remove(request.path_value("org"), *name, precondition_of(request), author_of(request));
  if (!deleted) return std::unexpected(deleted.error());
  return message::empty_response(204);
}

}  // namespace

void add_aliases(Routes& routes, const Services& services) {
  using message::Access, message::BodyKind, message::Method;
  const std::string pattern = "/sourceimages/{org}/alias/{name}";
  routes.push_back({Method::put, pattern, Access::write, BodyKind::json,
                    "Create an alias, or with ?overwrite=true point it at another image",
                    [&services](Request& request) { return put_alias(services, request); }});
  routes.push_back({Method::get, pattern, Access::read, BodyKind::none, "Read an alias",
                    [&services](Request& request) { return get_alias(services, request); }});
  routes.push_back({Method::delete_, pattern, Access::write, BodyKind::none, "Delete an alias",
                    [&services](Request& request) { return delete_alias(services, request); }});
}

}  // namespace rucola::api
