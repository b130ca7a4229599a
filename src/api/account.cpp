// GET /user, and the API keys of the user who asks
#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "api/key_terms.h"
#include "api/resources.h"
#include "base/hex.h"
#include "catalog/user_rules.h"
#include "security/allowed_addresses.h"
#include "security/api_keys.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using catalog::ApiKey;
using message::Request;
using message::Response;

struct Nothing {};

struct OneKey {
  std::string id;
};

struct NewKey {
  json::object terms;
};

struct Change {
  std::string id;
  json::object change;
  bool force = false;
};

json::array keys_json(const std::vector<ApiKey>& keys) {
  json::array list;
  for (const ApiKey& key : keys)
    list.push_back(key_json(key));
  return list;
}

/// A public key tells only whose it is: everybody may have it.
Result<Response> get_user(const Services& services, const Nothing& /*asked*/, const Request& request) {
  const message::Caller& caller = request.caller;
  json::object user{{"user_id", caller.user_id}};
  if (!caller.manages_keys()) return message::json_response(200, user);
  const auto keys = services.users.keys(caller.user_id);
  if (!keys) return std::unexpected(keys.error());
  user["email"] = caller.email;
  user["api_keys"] = keys_json(*keys);
  return message::json_response(200, user);
}

Result<Response> list_keys(const Services& services, const Nothing& /*asked*/, const Request& request) {
  const auto keys = services.users.keys(request.caller.user_id);
  if (!keys) return std::unexpected(keys.error());
  return message::json_response(200, keys_json(*keys));
}

/// The one that the request came with, or that its token was made with.
Result<ApiKey> current_key(const Services& services, const message::Caller& caller) {
  auto keys = services.users.keys(caller.user_id);
  if (!keys) return std::unexpected(std::move(keys.error()));
  const auto found = std::ranges::find(*keys, caller.key_id,
                                       [](const ApiKey& key) { return security::api_key_id(key.sha256); });
  if (found == keys->end()) return fail(ErrorCode::not_found, "The key has just been deleted.");
  return std::move(*found);
}

Result<Response> get_current(const Services& services, const Nothing& /*asked*/, const Request& request) {
  const auto key = current_key(services, request.caller);
  if (!key) return std::unexpected(key.error());
  return message::json_response(200, key_json(*key));
}

Result<Response> add_key(const Services& services, const NewKey& asked, const Request& request) {
  const auto terms = read_key_terms(asked.terms, now());
  if (!terms) return std::unexpected(terms.error());
  const std::string key = security::new_api_key();
  const std::string digest = security::api_key_digest(key);
  if (const auto user = services.users.add_key(request.caller.user_id, digest, *terms); !user)
    return std::unexpected(user.error());
  json::object shown = key_json({.sha256 = digest, .created = now(), .terms = *terms});
  shown["api_key"] = key;
  return message::json_response(201, shown);
}

Result<Response> delete_key(const Services& services, const OneKey& asked, const Request& request) {
  if (asked.id == request.caller.key_id) {
    return fail(ErrorCode::conflict,
                "This is the key that the request came with; delete it with another key of the user.");
  }
  if (auto gone = services.users.revoke_key_of(request.caller.user_id, asked.id); !gone)
    return std::unexpected(std::move(gone.error()));
  return message::empty_response(204);
}

/// Whoever locks out the very key that he uses has mostly made a mistake.
Result<void> check_still_usable(const catalog::KeyChange& change, const Request& request) {
  const auto refused = [](std::string_view what) {
    return fail(ErrorCode::bad_request, "This is the key that the request came with, and it would " +
                                            std::string(what) +
                                            "; do it with another key, or with ?force=true.");
  };
  if (change.expires && *change.expires && **change.expires <= now()) return refused("be over at once");
  if (change.allowed_ips) {
    const auto allowed = security::AllowedAddresses::parse(*change.allowed_ips);
    if (!allowed) return std::unexpected(allowed.error());
    if (!allowed->allow(IpAddress::parse(request.client)))
      return refused("no longer be good from the request's own address");
  }
  if (change.trusted && !*change.trusted && request.caller.is_public) return refused("no longer manage keys");
  return {};
}

Result<Response> change_key(const Services& services, const Change& asked, const Request& request) {
  const auto change = read_key_change(asked.change);
  if (!change) return std::unexpected(change.error());
  if (asked.id == request.caller.key_id && !asked.force) {
    if (auto usable = check_still_usable(*change, request); !usable)
      return std::unexpected(std::move(usable.error()));
  }
  const auto key = services.users.change_key(request.caller.user_id, asked.id, *change);
  if (!key) return std::unexpected(key.error());
  return message::json_response(200, key_json(*key));
}

const Shape& new_key_shape() {
  static const Shape shape =
      extended(key_shape(), "NewApiKey",
               {"api_key", text(security::api_key_length), "The key itself; it is shown this once."});
  return shape;
}

const Shape& user_shape() {
  static const Shape shape{"User",
                           {{"user_id", text(36), "A UUID."},
                            {"email", text(255), "Not for a public key."},
                            {"api_keys", list(key_shape()), "Not for a public key; the oldest first."}}};
  return shape;
}

Schema key_id() {
  Schema schema = text(catalog::shortest_key_prefix);
  schema.minimum = catalog::shortest_key_prefix;
  schema.accepts = is_lower_hex;
  schema.allowed = "16 lower-case hex characters, the key's id";
  return schema;
}

template <class In>
Input<In> key_path() {
  return path("id", &In::id, key_id(), "The key.");
}

template <class In>
std::vector<Input<In>> with_fields(std::vector<Input<In>> takes, const std::vector<Field>& fields) {
  for (const Field& field : fields)
    takes.push_back(described<In>(field));
  return takes;
}

}  // namespace

void add_account(Endpoints& table) {
  using message::Access, message::BodyKind, message::Method;
  const std::string all = "/user/apikeys";
  const std::string one = all + "/{id}";
  const Refusal no_such_key{ErrorCode::not_found, "The user has no such key."};
  const Refusal no_mfa{ErrorCode::not_implemented, "A key that requires a second factor is asked for."};
  table.push_back(endpoint<Nothing>({.method = Method::get,
                                     .pattern = "/user",
                                     .access = Access::account,
                                     .summary = "Read who one is",
                                     .answers = {{200, "The user.", object(user_shape())}},
                                     .handle = get_user}));
  table.push_back(
      endpoint<Nothing>({.method = Method::get,
                         .pattern = all,
                         .access = Access::own_keys,
                         .summary = "List one's API keys, oldest first",
                         .answers = {{200, "The keys, without the keys themselves.", list(key_shape())}},
                         .handle = list_keys}));
  table.push_back(
      endpoint<NewKey>({.method = Method::post,
                        .pattern = all,
                        .access = Access::change_own_keys,
                        .body = BodyKind::json,
                        .summary = "Make a further API key for oneself, good for all that one may do",
                        .takes = with_fields<NewKey>(
                            {whole_body(&NewKey::terms, object(), "What is said of it.")}, key_term_fields()),
                        .answers = {{201, "The key.", object(new_key_shape())}},
                        .refuses = {{ErrorCode::conflict, "The user has five keys already."}, no_mfa},
                        .handle = add_key}));
  table.push_back(endpoint<Nothing>({.method = Method::get,
                                     .pattern = all + "/current",
                                     .access = Access::account,
                                     .summary = "Read which API key the request came with",
                                     .answers = {{200, "The key.", object(key_shape())}},
                                     .handle = get_current}));
  table.push_back(endpoint<Change>(
      {.method = Method::patch,
       .pattern = one,
       .access = Access::change_own_keys,
       .body = BodyKind::json,
       .summary = "Change what one of one's API keys is good for; its tokens follow",
       .takes = with_fields<Change>(
           {key_path<Change>(),
            query("force", &Change::force, flag(),
                  "Also where it locks out the key that the request came with."),
            whole_body(&Change::change, object(), "What changes; null takes a restriction away.")},
           key_change_fields()),
       .answers = {{200, "The key.", object(key_shape())}},
       .refuses = {no_such_key, no_mfa},
       .handle = change_key}));
  table.push_back(
      endpoint<OneKey>({.method = Method::delete_,
                        .pattern = one,
                        .access = Access::change_own_keys,
                        .summary = "Delete one of one's API keys; its tokens end with it",
                        .takes = {key_path<OneKey>()},
                        .answers = {{204, "It is gone."}},
                        .refuses = {no_such_key, {ErrorCode::conflict, "The request came with it."}},
                        .handle = delete_key}));
}

}  // namespace rucola::api
