// rucola member set, rm: what a user may do in an organization
#include <iostream>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cli/commands.h"
#include "cli/data_command.h"
#include "cli/roles.h"

namespace rucola::cli {
namespace {

namespace json = boost::json;

struct Options {
  std::string data = default_data_directory;
  std::string email;
  std::string organization;
  std::vector<std::string> roles;
};

Result<void> set(const Data& data, const Options& options) {
  const auto roles = parse_roles(options.roles);
  if (!roles) return std::unexpected(roles.error());
  if (auto done = data.store->users().set_membership(options.email, options.organization, *roles); !done)
    return done;
  std::cout << json::serialize(
                   json::object{{"email", options.email},
                                {"organization", options.organization},
                                {"roles", json::array(options.roles.begin(), options.roles.end())}})
            << "\n";
  return {};
}

Result<void> remove(const Data& data, const Options& options) {
  return data.store->users().remove_membership(options.email, options.organization);
}

}  // namespace

void add_member(CLI::App& app, Chosen& run) {
  auto* member = app.add_subcommand("member", "What users may do in an organization")->require_subcommand(1);
  auto options = std::make_shared<Options>();
  const auto add = [&](const std::string& name, const std::string& description, DataAction<Options> action) {
    CLI::App* command = add_data_command(*member, run, options, name, description, action);
    command->add_option("--email", options->email, "The user's e-mail address")->required();
    command->add_option("--organization", options->organization, "The organization")->required();
    return command;
  };
  add("set", "Give a user these roles and no others, with all keys the user has", set)
      ->add_option("--role", options->roles, catalog::role_names() + "; may be given several times")
      ->required();
  add("rm", "Take all roles in the organization from a user, and so from all of its keys", remove);
}

}  // namespace rucola::cli
