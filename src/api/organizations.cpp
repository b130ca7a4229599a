// GET /organizations/{org}, and its options
#include <boost/json/object.hpp>

#include "api/organization_json.h"
#include "api/paths.h"
#include "api/purging.h"
#include "api/resources.h"
#include "base/json.h"
#include "catalog/organization_options.h"
#include "catalog/stored_json.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using catalog::Organization;
using catalog::OrganizationOption;
using message::Request;
using message::Response;

struct Whole {
  std::string org;
};

struct PutAll {
  std::string org;
  json::object options;
};

struct PutOne {
  std::string org;
  std::string name;
  std::string value;
};

Result<Response> get_organization(const Services& services, const Whole& asked, const Request& request) {
  const auto organization = services.organizations.find(asked.org);
  if (!organization) return std::unexpected(organization.error());
  return organization_response(200, services, request.caller, *organization);
}

/// What one organization shows of another is the business of both.
Result<void> check_fallback(const Request& request, const std::string& organization,
                            const OrganizationOption& option) {
  if (option.name != catalog::fallback_option || !option.value_json) return {};
  const auto value = parse_json(*option.value_json);
  if (!value) return std::unexpected(value.error());
  const std::string other(value->as_string());
  if (other == organization) {
    return fail(ErrorCode::bad_request,
                "\"render_org_fallback\" must be another organization than the one it is set for.");
  }
  if (request.caller.may(message::Access::admin, other)) return {};
  return fail(ErrorCode::forbidden,
              "\"render_org_fallback\" takes an organization that this key is an admin of too; \"" + other +
                  "\" is none.");
}

/// Caches in front may have answers that the option forbids or changes, so all of the organization goes.
Result<Organization> change(const Services& services, const Request& request, const std::string& name,
                            std::vector<OrganizationOption> options) {
  for (OrganizationOption& option : options) {
    if (auto allowed = check_fallback(request, name, option); !allowed)
      return std::unexpected(allowed.error());
    option.let_by = request.caller.user_id;
  }
  auto changed = services.organizations.set_options(name, options, whole_organization(services, name));
  if (changed) services.purge.notify();
  return changed;
}

Result<Response> put_options(const Services& services, const PutAll& asked, const Request& request) {
  std::vector<OrganizationOption> options;
  for (const auto& [name, value] : asked.options) {
    auto option = catalog::parse_organization_option(name, value);
    if (!option) return std::unexpected(option.error());
    options.push_back(std::move(*option));
  }
  const auto changed = change(services, request, asked.org, options);
  if (!changed) return std::unexpected(changed.error());
  return organization_response(200, services, request.caller, *changed);
}

Result<Response> put_option(const Services& services, const PutOne& asked, const Request& request) {
  auto option = catalog::parse_organization_option(asked.name, std::string_view(asked.value));
  if (!option) return std::unexpected(option.error());
  const auto changed = change(services, request, asked.org, {std::move(*option)});
  if (!changed) return std::unexpected(changed.error());
  return organization_response(200, services, request.caller, *changed);
}

Result<Response> get_option(const Services& services, const Named& asked, const Request& /*request*/) {
  if (const auto known = catalog::organization_option(asked.name); !known) {
    return fail(ErrorCode::not_found, known.error().message.text);
  }
  const auto organization = services.organizations.find(asked.org);
  if (!organization) return std::unexpected(organization.error());
  const auto options = catalog::stored_options(*organization);
  if (!options) return std::unexpected(options.error());
  const json::value* value = options->if_contains(asked.name);
  if (value == nullptr) {
    return fail(ErrorCode::not_found, "The organization option \"" + asked.name +
                                          "\" is not set; docs/protection.md has the options.");
  }
  return message::json_response(200, *value);
}

Result<Response> delete_option(const Services& services, const Named& asked, const Request& request) {
  if (const auto known = catalog::organization_option(asked.name); !known) {
    return fail(ErrorCode::not_found, known.error().message.text);
  }
  const auto changed = change(services, request, asked.org, {{asked.name, std::nullopt}});
  if (!changed) return std::unexpected(changed.error());
  return message::empty_response(204);
}

std::vector<Input<PutAll>> all_options() {
  std::vector<Input<PutAll>> takes{
      organization_path<PutAll>(),
      whole_body(&PutAll::options, object(), "Options by name; null removes one.")};
  for (const Field& option : options_shape().fields)
    takes.push_back(described<PutAll>(option));
  return takes;
}

template <class In>
std::vector<Input<In>> of_option(std::vector<Input<In>> more = {}) {
  return of_named<In>(text(255), "The option.", std::move(more));
}

}  // namespace

void add_organizations(Endpoints& table) {
  using message::Access, message::BodyKind, message::Method;
  const std::string all = "/organizations/{org}/options";
  const std::string one = all + "/{name}";
  const Refusal not_set{ErrorCode::not_found, "There is no such option, or it is not set."};
  const Refusal no_such_option{ErrorCode::not_found, "There is no such option."};
  const Refusal not_both{ErrorCode::forbidden,
                         "render_org_fallback names an organization that is not the caller's."};
  table.push_back(endpoint<Whole>({.method = Method::get,
                                   .pattern = "/organizations/{org}",
                                   .access = Access::read,
                                   .summary = "Read an organization, as far as one's roles reach",
                                   .takes = {organization_path<Whole>()},
                                   .answers = {{200, "The organization.", object(organization_shape())}},
                                   .handle = get_organization}));
  table.push_back(endpoint<PutAll>({.method = Method::put,
                                    .pattern = all,
                                    .access = Access::admin,
                                    .body = BodyKind::json,
                                    .summary = "Set options of an organization, all or none",
                                    .takes = all_options(),
                                    .answers = {{200, "The organization.", object(organization_shape())}},
                                    .refuses = {not_both},
                                    .handle = put_options}));
  table.push_back(endpoint<PutOne>(
      {.method = Method::put,
       .pattern = one,
       .access = Access::admin,
       .body = BodyKind::json,
       .summary = "Set an option of an organization",
       .takes = of_option<PutOne>({bare_body(&PutOne::value, "Its value: JSON, or a text without quotes.")}),
       .answers = {{200, "The organization.", object(organization_shape())}},
       .refuses = {not_both},
       .handle = put_option}));
  table.push_back(endpoint<Named>({.method = Method::get,
                                   .pattern = one,
                                   .access = Access::oversee,
                                   .summary = "Read an option of an organization",
                                   .takes = of_option<Named>(),
                                   .answers = {{200, "Its value.", any_value()}},
                                   .refuses = {not_set},
                                   .handle = get_option}));
  table.push_back(endpoint<Named>({.method = Method::delete_,
                                   .pattern = one,
                                   .access = Access::admin,
                                   .summary = "Remove an option of an organization",
                                   .takes = of_option<Named>(),
                                   .answers = {{204, "It is gone, or was not set."}},
                                   .refuses = {no_such_option},
                                   .handle = delete_option}));
}

}  // namespace rucola::api
