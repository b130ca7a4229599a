#include "api/organization_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "catalog/organization_options.h"
#include "catalog/stored_json.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using message::Access;

Result<json::array> signing_keys_json(const Services& services, const std::string& organization) {
  const auto keys = services.organizations.signing_keys(organization);
  if (!keys) return std::unexpected(keys.error());
  json::array list;
  for (const catalog::SigningKey& key : *keys)
    list.push_back(json::object{{"key", key.key}, {"created", format_rfc3339(key.created)}});
  return list;
}

std::vector<Field> option_fields() {
  std::vector<Field> fields;
  for (const catalog::OrganizationOptionRow& row : catalog::organization_option_table()) {
    Schema schema = any_value();
    schema.allowed = row.allowed;
    fields.push_back({std::string(row.name), schema, std::string(row.help)});
  }
  return fields;
}

}  // namespace

Result<message::Response> organization_response(int status, const Services& services,
                                                const message::Caller& caller,
                                                const catalog::Organization& organization) {
  const bool oversees = caller.may(Access::oversee, organization.name);
  json::object body{{"id", organization.id},
                    {"display_name", organization.display_name},
                    {"name", organization.name},
                    {"billing_email", oversees ? json::value(organization.billing_email) : json::value()},
                    {"created", format_rfc3339(organization.created)}};
  if (oversees) body["options"] = catalog::stored_options(organization).value_or(json::object{});
  body["master_organization"] = organization.master.empty() ? organization.name : organization.master;
  if (caller.may(Access::admin, organization.name)) {
    auto keys = signing_keys_json(services, organization.name);
    if (!keys) return std::unexpected(std::move(keys.error()));
    body["signing_keys"] = *std::move(keys);
  }
  return message::json_response(status, body);
}

const Shape& options_shape() {
  static const Shape shape{"OrganizationOptions", option_fields()};
  return shape;
}

const Shape& organization_shape() {
  static const Shape shape{
      "Organization",
      {{"id", text(64), "A UUID."},
       {"display_name", text(255), "For people."},
       {"name", organization_name(), "The name."},
       {"billing_email", or_null(text(255)), "Whom to write to; null for who may not read the members."},
       {"created", time_of_day(), "When it was created."},
       {"options", object(options_shape()), "Those that are set; not for who may not read the members."},
       {"master_organization", organization_name(), "What it is a part of; itself, where it is none."},
       {"signing_keys", list(), "For admins: {\"key\", \"created\"}, the oldest first."}}};
  return shape;
}

}  // namespace rucola::api
