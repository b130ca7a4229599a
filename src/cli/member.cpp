// rucola member set, rm: what a user may do in an organization
#include <iostream>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cli/commands.h"
#include "cli/data.h"
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

Result<void> set(catalog::Users& users, const Options& options) {
  const auto roles = parse_roles(options.roles);
  if (!roles) return std::unexpected(roles.error());
  if (auto done = users.set_membership(options.email, options.organization, *roles); !done) return done;
  std::cout << json::serialize(
                   json::object{{"email", options.email},
                                {"organization", options.organization},
                                {"roles", json::array(options.roles.begin(), options.roles.end())}})
            << "\n";
  return {};
}

Result<void> remove(catalog::Users& users, const Options& options) {
  return users.remove_membership(options.email, options.organization);
}

using Action = Result<void> (*)(catalog::Users&, const Options&);

Result<void> with_users(const Options& options, Action action) {
  const auto data = open_data(options.data);
  if (!data) return std::unexpected(data.error());
  return action(data->store->users(), options);
}

}  // namespace

void add_member(CLI::App& app, Chosen& run) {
  auto* member = app.add_subcommand("member", "What users may do in an organization")->require_subcommand(1);
  auto options = std::make_shared<Options>();
  const auto add = [&](const std::string& name, const std::string& description, Action action) {
    CLI::App* command = member->add_subcommand(name, description);
    command->add_option("--data", options->data, "The data directory")->capture_default_str();
    command->add_option("--email", options->email, "The user's e-mail address")->required();
    command->add_option("--organization", options->organization, "The organization")->required();
    command->callback(
        [options, action, &run] { run = [options, action] { return with_users(*options, action); }; });
    return command;
  };
  add("set", "Give a user these roles and no others, with all keys the user has", set)
      ->add_option("--role", options->roles, catalog::role_names() + "; may be given several times")
      ->required();
  add("rm", "Take all roles in the organization from a user, and so from all of its keys", remove);
}

}  // namespace rucola::cli
