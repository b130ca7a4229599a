// GET /organizations/{org}, and its options
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "api/purging.h"
#include "api/resources.h"
#include "base/json.h"
#include "catalog/organization_options.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using catalog::Organization;
using catalog::OrganizationOption;
using message::Request;
using message::Response;

json::object options_json(const Organization& organization) {
  const auto options = parse_json(organization.options_json);
  return options && options->is_object() ? options->get_object() : json::object{};
}

Result<json::array> signing_keys_json(const Services& services, const std::string& organization) {
  const auto keys = services.organizations.signing_keys(organization);
  if (!keys) return std::unexpected(keys.error());
  json::array list;
  for (const catalog::SigningKey& key : *keys)
    list.push_back(json::object{{"key", key.key}, {"created", format_rfc3339(key.created)}});
  return list;
}

/// Who may sign whatever he likes sees the signing keys, and nobody else.
Result<Response> organization_response(const Services& services, const Request& request,
                                       const Organization& organization) {
  json::object body{{"id", organization.id},
                    {"display_name", organization.display_name},
                    {"name", organization.name},
                    {"billing_email", organization.billing_email},
                    {"created", format_rfc3339(organization.created)},
                    {"options", options_json(organization)},
                    {"master_organization", organization.name}};
  if (request.caller.may(message::Access::admin, organization.name)) {
    auto keys = signing_keys_json(services, organization.name);
    if (!keys) return std::unexpected(keys.error());
    body["signing_keys"] = std::move(*keys);
  }
  return message::json_response(200, body);
}

Result<Response> get_organization(const Services& services, const Request& request) {
  const auto organization = services.organizations.find(request.path_value("org"));
  if (!organization) return std::unexpected(organization.error());
  return organization_response(services, request, *organization);
}

/// What one organization shows of another is the business of both.
Result<void> check_fallback(const Request& request, const OrganizationOption& option) {
  if (option.name != "render_org_fallback" || !option.value_json) return {};
  const auto value = parse_json(*option.value_json);
  if (!value) return std::unexpected(value.error());
  const std::string other(value->as_string());
  if (other == request.path_value("org")) {
    return fail(ErrorCode::bad_request,
                "\"render_org_fallback\" must be another organization than the one it is set for.");
  }
  if (request.caller.may(message::Access::admin, other)) return {};
  return fail(ErrorCode::forbidden,
              "\"render_org_fallback\" takes an organization that this key is an admin of too; \"" + other +
                  "\" is none.");
}

/// Caches in front may have answers that the option forbids or changes, so all of the organization goes.
Result<Organization> change(const Services& services, const Request& request,
                            const std::vector<OrganizationOption>& options) {
  const std::string& name = request.path_value("org");
  for (const OrganizationOption& option : options) {
    if (auto allowed = check_fallback(request, option); !allowed) return std::unexpected(allowed.error());
  }
  auto changed = services.organizations.set_options(
      name, options,
      for_all_caches(services, {.organization = name,
                                .kind = catalog::PurgeKind::organization,
                                .name = name,
                                .tags = {catalog::organization_tag(name)}}));
  if (changed) services.purge.notify();
  return changed;
}

Result<Response> put_options(const Services& services, const Request& request) {
  const auto body = parse_json(request.body);
  if (!body) return std::unexpected(body.error());
  if (!body->is_object()) {
    return fail(ErrorCode::bad_request,
                R"(The body must be an object of options, such as {"protect_dynamic_stack": true}.)");
  }
  std::vector<OrganizationOption> options;
  for (const auto& [name, value] : body->get_object()) {
    auto option = catalog::parse_organization_option(name, value);
    if (!option) return std::unexpected(option.error());
    options.push_back(std::move(*option));
  }
  const auto changed = change(services, request, options);
  if (!changed) return std::unexpected(changed.error());
  return organization_response(services, request, *changed);
}

Result<Response> put_option(const Services& services, const Request& request) {
  auto option =
      catalog::parse_organization_option(request.path_value("name"), std::string_view(request.body));
  if (!option) return std::unexpected(option.error());
  const auto changed = change(services, request, {std::move(*option)});
  if (!changed) return std::unexpected(changed.error());
  return organization_response(services, request, *changed);
}

Result<Response> get_option(const Services& services, const Request& request) {
  const std::string& name = request.path_value("name");
  if (const auto known = catalog::organization_option(name); !known) {
    return fail(ErrorCode::not_found, known.error().message.text);
  }
  const auto organization = services.organizations.find(request.path_value("org"));
  if (!organization) return std::unexpected(organization.error());
  const json::object options = options_json(*organization);
  const json::value* value = options.if_contains(name);
  if (value == nullptr) {
    return fail(ErrorCode::not_found,
                "The organization option \"" + name + "\" is not set; docs/protection.md has the options.");
  }
  return message::json_response(200, *value);
}

Result<Response> delete_option(const Services& services, const Request& request) {
  const std::string& name = request.path_value("name");
  if (const auto known = catalog::organization_option(name); !known) {
    return fail(ErrorCode::not_found, known.error().message.text);
  }
  const auto changed = change(services, request, {{name, std::nullopt}});
  if (!changed) return std::unexpected(changed.error());
  return message::empty_response(204);
}

}  // namespace

void add_organizations(Routes& routes, const Services& services) {
  using message::Access, message::BodyKind, message::Method;
  const std::string all = "/organizations/{org}/options";
  const std::string one = all + "/{name}";
  routes.push_back({Method::get, "/organizations/{org}", Access::read, BodyKind::none,
                    "Read an organization; admins also see its signing keys",
                    [&services](Request& request) { return get_organization(services, request); }});
  routes.push_back({Method::put, all, Access::admin, BodyKind::json,
                    "Set options of an organization, all or none; null removes one",
                    [&services](Request& request) { return put_options(services, request); }});
  routes.push_back({Method::put, one, Access::admin, BodyKind::json,
                    "Set an option of an organization; the body is its value",
                    [&services](Request& request) { return put_option(services, request); }});
  routes.push_back({Method::get, one, Access::admin, BodyKind::none, "Read an option of an organization",
                    [&services](Request& request) { return get_option(services, request); }});
  routes.push_back({Method::delete_, one, Access::admin, BodyKind::none,
                    "Remove an option of an organization",
                    [&services](Request& request) { return delete_option(services, request); }});
}

}  // namespace rucola::api
