// rucola user create
#include <iostream>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cli/commands.h"
#include "cli/data.h"
#include "cli/given_key.h"
#include "cli/roles.h"
#include "security/api_keys.h"

namespace rucola::cli {
namespace {

struct Options {
  std::string data = default_data_directory;
  std::string email;
  std::string organization;
  std::vector<std::string> roles{"admin"};
  std::string key_file;
};

Result<void> create(const Options& options) {
  const auto roles = parse_roles(options.roles);
  if (!roles) return std::unexpected(roles.error());
  if (!options.email.contains('@'))
    return fail(ErrorCode::bad_request, "\"" + options.email + "\" is no e-mail address: it has no @.");
  const auto key = given_key(options.key_file);
  if (!key) return std::unexpected(key.error());
  const auto data = open_data(options.data);
  if (!data) return std::unexpected(data.error());
  if (const auto known = data->store->organizations().find(options.organization); !known) {
    if (known.error().code != ErrorCode::not_found) return std::unexpected(known.error());
    const auto made = make_organization(*data, options.organization, options.organization, options.email);
    // Another command may have made it in the meantime, which is as good.
    if (!made && made.error().code != ErrorCode::conflict) return std::unexpected(made.error());
  }
  const auto user = data->store->users().create(options.email, options.organization, *roles,
                                                security::api_key_digest(*key));
  if (!user) return std::unexpected(user.error());
  std::cout << boost::json::serialize(boost::json::object{{"user_id", user->id},
                                                          {"email", user->email},
                                                          {"api_key", *key},
                                                          {"organization", options.organization}})
            << "\n";
  return {};
}

}  // namespace

void add_user(CLI::App& app, Chosen& run) {
  auto* user = app.add_subcommand("user", "Users and their API keys")->require_subcommand(1);
  auto* command = user->add_subcommand(
      "create",
      "Make a user with an API key, which is shown once; makes the organization where it is missing. A known "
      "user gets a further key and these roles; what the older keys may do stays as it is");
  auto options = std::make_shared<Options>();
  command->add_option("--data", options->data, "The data directory")->capture_default_str();
  command->add_option("--email", options->email, "The user's e-mail address")->required();
  command->add_option("--organization", options->organization, "The organization the user works in")
      ->required();
  command->add_option("--role", options->roles, catalog::role_names() + "; may be given several times")
      ->capture_default_str();
  add_key_file_option(*command, options->key_file);
  command->callback([options, &run] { run = [options] { return create(*options); }; });
}

}  // namespace rucola::cli
