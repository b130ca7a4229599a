#include "api/key_terms.h"

#include <algorithm>

#include <boost/json/array.hpp>

#include "base/text.h"
#include "base/time_text.h"
#include "catalog/user_rules.h"
#include "security/allowed_addresses.h"
#include "security/api_keys.h"

namespace rucola::api {
namespace {

namespace json = boost::json;

/// The reference's own example has its comment in a list.
Field comment_field() {
  static const std::string allowed = allowed_text(text(catalog::longest_comment_bytes));
  Schema schema = any_value();
  schema.allowed = allowed;
  return {.name = "comment", .schema = schema, .help = "What it is for."};
}

Schema texts(std::string_view allowed) {
  Schema schema = list();
  schema.allowed = allowed;
  return schema;
}

Field trusted_field() {
  return {.name = "trusted",
          .schema = flag(),
          .help = "It is never given to the public, so it may see and change its user's keys."};
}
Field allowed_ips_field() {
  return {.name = "allowed_ips",
          .schema = texts("a list of up to 10 IP addresses and IPv4 networks, null for everywhere"),
          .help = "Where the key and its tokens may be used from."};
}
Field expires_field() {
  return {.name = "expires",
          .schema = or_null(time_of_day()),
          .help = "When the key and its tokens end; null where they don't."};
}
Field mfa_field() {
  return {.name = "requires_mfa", .schema = flag(), .help = "Not available in this version: only false."};
}

std::unexpected<Error> wrong(std::string_view name, std::string_view allowed) {
  return fail(ErrorCode::bad_request,
              "The field \"" + std::string(name) + "\" must be " + std::string(allowed) + ".");
}

Result<std::string> read_comment(const json::value& given) {
  const json::array* list = given.if_array();
  const json::value& value = list != nullptr && list->size() == 1 ? list->front() : given;
  if (!value.is_string() || value.get_string().size() > catalog::longest_comment_bytes)
    return wrong("comment", comment_field().schema.allowed);
  return std::string(value.get_string());
}

Result<bool> read_flag(const Field& field, const json::value& given) {
  const auto value = read_json(field, given);
  if (!value) return wrong(field.name, allowed_text(field.schema));
  return value->get_bool();
}

Result<std::vector<std::string>> read_allowed_ips(const json::value& given) {
  const json::array* list = given.if_array();
  if (list == nullptr) return wrong("allowed_ips", allowed_ips_field().schema.allowed);
  std::vector<std::string> entries;
  for (const json::value& entry : *list) {
    if (!entry.is_string()) return wrong("allowed_ips", allowed_ips_field().schema.allowed);
    entries.emplace_back(entry.get_string());
  }
  if (const auto allowed = security::AllowedAddresses::parse(entries); !allowed)
    return std::unexpected(allowed.error());
  return entries;
}

Result<Time> read_expires(const json::value& given) {
  const auto at = given.is_string() ? parse_time(std::string_view(given.get_string())) : std::nullopt;
  if (!at) return wrong("expires", allowed_text(expires_field().schema));
  return *at;
}

/// A key that should need a second factor, and doesn't, would be worse than none.
Result<void> refuse_mfa(const json::value& given) {
  const auto wanted = read_flag(mfa_field(), given);
  if (!wanted) return std::unexpected(wanted.error());
  if (!*wanted) return {};
  return fail(
      ErrorCode::not_implemented,
      "This server has no second factor for keys yet; bound the key by \"allowed_ips\" and \"expires\".");
}

/// Where the terms stand within something else, nobody has looked at their names yet.
Result<void> check_names(const json::object& given) {
  for (const auto& [name, value] : given) {
    if (std::ranges::find(key_term_fields(), std::string_view(name), &Field::name) == key_term_fields().end())
      return fail(ErrorCode::bad_request, "A key has no term \"" + std::string(name) + "\"; it has " +
                                              joined(key_term_fields(), ", ", &Field::name) + ".");
  }
  return {};
}

const json::value* given_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

}  // namespace

const std::vector<Field>& key_term_fields() {
  static const std::vector<Field> fields = [] {
    std::vector<Field> all{comment_field()};
    all.insert(all.end(), key_change_fields().begin(), key_change_fields().end());
    return all;
  }();
  return fields;
}

const std::vector<Field>& key_change_fields() {
  static const std::vector<Field> fields{trusted_field(), allowed_ips_field(), expires_field(), mfa_field()};
  return fields;
}

Result<catalog::KeyTerms> read_key_terms(const json::object& given, Time at) {
  if (auto names = check_names(given); !names) return std::unexpected(std::move(names.error()));
  catalog::KeyTerms terms;
  if (const json::value* value = given_of(given, "comment")) {
    auto comment = read_comment(*value);
    if (!comment) return std::unexpected(std::move(comment.error()));
    terms.comment = *std::move(comment);
  }
  if (const json::value* value = given_of(given, "trusted")) {
    const auto trusted = read_flag(trusted_field(), *value);
    if (!trusted) return std::unexpected(trusted.error());
    terms.trusted = *trusted;
  }
  if (const json::value* value = given_of(given, "allowed_ips")) {
    auto entries = read_allowed_ips(*value);
    if (!entries) return std::unexpected(std::move(entries.error()));
    terms.allowed_ips = *std::move(entries);
  }
  if (const json::value* value = given_of(given, "expires")) {
    const auto expires = read_expires(*value);
    if (!expires) return std::unexpected(expires.error());
    if (*expires <= at) return wrong("expires", "a date in the future");
    terms.expires = *expires;
  }
  if (const json::value* value = given_of(given, "requires_mfa")) {
    if (auto none = refuse_mfa(*value); !none) return std::unexpected(std::move(none.error()));
  }
  return terms;
}

Result<catalog::KeyChange> read_key_change(const json::object& given) {
  catalog::KeyChange change;
  if (const json::value* value = given.if_contains("trusted")) {
    const auto trusted = read_flag(trusted_field(), *value);
    if (!trusted) return std::unexpected(trusted.error());
    change.trusted = *trusted;
  }
  if (const json::value* value = given.if_contains("allowed_ips")) {
    auto entries = value->is_null() ? std::vector<std::string>{} : read_allowed_ips(*value);
    if (!entries) return std::unexpected(std::move(entries.error()));
    change.allowed_ips = *std::move(entries);
  }
  if (const json::value* value = given.if_contains("expires")) {
    if (value->is_null()) {
      change.expires.emplace(std::nullopt);
    } else {
      const auto expires = read_expires(*value);
      if (!expires) return std::unexpected(expires.error());
      change.expires.emplace(*expires);
    }
  }
  if (const json::value* value = given.if_contains("requires_mfa")) {
    if (auto none = refuse_mfa(*value); !none) return std::unexpected(std::move(none.error()));
  }
  if (!given.empty()) return change;
  return fail(ErrorCode::bad_request,
              "Nothing is to be changed: name at least one of trusted, allowed_ips and expires.");
}

const Shape& key_shape() {
  static const Shape shape{
      "ApiKey",
      {{"id", text(16), "Names the key; says nothing of the key itself."},
       {"comment", text(catalog::longest_comment_bytes), "What it is for."},
       {"created", time_of_day(), "When it was made."},
       {"accessed", time_of_day(), "When it was used last, to the day; absent where it never was."},
       {"trusted", flag(), trusted_field().help},
       {"allowed_ips", allowed_ips_field().schema, allowed_ips_field().help},
       {"expires", expires_field().schema, "When it ends; null where it doesn't."},
       {"requires_mfa", flag(), "Always false."}}};
  return shape;
}

json::object key_json(const catalog::ApiKey& key) {
  json::object shown{{"id", security::api_key_id(key.sha256)},
                     {"comment", key.terms.comment},
                     {"created", format_rfc3339(key.created)}};
  if (key.accessed) shown["accessed"] = format_rfc3339(*key.accessed);
  shown["trusted"] = key.terms.trusted;
  shown["allowed_ips"] = json::array(key.terms.allowed_ips.begin(), key.terms.allowed_ips.end());
  shown["expires"] = key.terms.expires ? json::value(format_rfc3339(*key.terms.expires)) : json::value();
  shown["requires_mfa"] = false;
  return shown;
}

}  // namespace rucola::api
