// rucola org create, rucola org set
#include <iostream>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.h"
#include "catalog/organization_options.h"
#include "catalog/stored_json.h"
#include "cli/commands.h"
#include "cli/data_command.h"

namespace rucola::cli {
namespace {

struct Options {
  std::string data = default_data_directory;
  std::string name;
  std::string display_name;
  std::string billing_email;
  std::string option;
  std::string value;
};

void print(const catalog::Organization& organization) {
  std::cout << boost::json::serialize(boost::json::object{
                   {"id", organization.id},
                   {"name", organization.name},
                   {"display_name", organization.display_name},
                   {"billing_email", organization.billing_email},
                   {"created", format_rfc3339(organization.created)},
                   {"options", catalog::stored_options(organization).value_or(boost::json::object{})}})
            << "\n";
}

Result<void> create(const Options& options) {
  const auto data = open_or_make_data(options.data);
  if (!data) return std::unexpected(data.error());
  const auto made = make_organization(*data, options.name,
                                      options.display_name.empty() ? options.name : options.display_name,
                                      options.billing_email);
  if (!made) return std::unexpected(made.error());
  print(*made);
  return {};
}

Result<void> set_option(const Options& options) {
  const auto option = catalog::parse_organization_option(options.option, options.value);
  if (!option) return std::unexpected(option.error());
  const auto data = open_or_make_data(options.data);
  if (!data) return std::unexpected(data.error());
  const auto changed = data->store->organizations().set_options(options.name, {*option}, {});
  if (!changed) return std::unexpected(changed.error());
  print(*changed);
  return {};
}

std::string names_of_options() {
  return joined(catalog::organization_option_table(), ", ", &catalog::OrganizationOptionRow::name);
}

}  // namespace

void add_organization(CLI::App& app, Chosen& run) {
  auto* organization = app.add_subcommand("org", "Organizations")->require_subcommand(1);
  auto options = std::make_shared<Options>();

  auto* creating = organization->add_subcommand("create", "Make an organization");
  creating->add_option("name", options->name, "2 to 63 of [a-z0-9-]; it becomes {name}.{render_domain}")
      ->required();
  creating->add_option("--display-name", options->display_name, "A name for people");
  creating->add_option("--billing-email", options->billing_email, "For invoices");
  creating->callback([options, &run] { run = [options] { return create(*options); }; });

  auto* setting = organization->add_subcommand("set", "Set an option; `null` removes it");
  setting->add_option("name", options->name, "The organization")->required();
  setting->add_option("option", options->option, names_of_options())->required();
  setting->add_option("value", options->value, "The new value, as JSON")->required();
  setting->callback([options, &run] { run = [options] { return set_option(*options); }; });

  for (CLI::App* command : {creating, setting}) {
    command->add_option("--data", options->data, "The data directory")->capture_default_str();
  }
}

}  // namespace rucola::cli
