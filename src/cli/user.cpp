// rucola user create, list, rm
#include <iostream>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "catalog/user_rules.h"
#include "cli/commands.h"
#include "cli/data_command.h"
#include "cli/given_key.h"
#include "cli/roles.h"
#include "security/api_keys.h"

namespace rucola::cli {
namespace {

namespace json = boost::json;

struct Options {
  std::string data = default_data_directory;
  std::string email;
  std::string organization;
  std::vector<std::string> roles{"admin"};
  std::string key_file;
  bool force = false;
};

Result<void> create(const Options& options) {
  const auto roles = parse_roles(options.roles);
  if (!roles) return std::unexpected(roles.error());
  if (auto good = catalog::may_be_email(options.email); !good) return good;
  const auto key = given_key(options.key_file);
  if (!key) return std::unexpected(key.error());
  const auto data = open_or_make_data(options.data);
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
  std::cout << json::serialize(json::object{{"user_id", user->id},
                                            {"email", user->email},
                                            {"api_key", *key},
                                            {"organization", options.organization}})
            << "\n";
  return {};
}

json::array memberships_json(const std::vector<catalog::Member>& members) {
  json::array list;
  for (const catalog::Member& member : members) {
    list.push_back(json::object{{"organization", member.organization.name},
                                {"roles", roles_json(member.roles)},
                                {"active", member.active}});
  }
  return list;
}

Result<json::object> user_json(const Data& data, const catalog::User& user) {
  const auto keys = data.store->users().keys(user.id);
  if (!keys) return std::unexpected(keys.error());
  const auto members = data.store->members().of_user(user.id);
  if (!members) return std::unexpected(members.error());
  return json::object{{"user_id", user.id},
                      {"email", user.email},
                      {"created", format_rfc3339(user.created)},
                      {"keys", keys->size()},
                      {"memberships", memberships_json(*members)}};
}

/// One JSON object a line. Who is removed meanwhile is left out.
Result<void> list(const Data& data, const Options& /*options*/) {
  const auto users = data.store->users().list();
  if (!users) return std::unexpected(users.error());
  for (const catalog::User& user : *users) {
    const auto shown = user_json(data, user);
    if (shown) {
      std::cout << json::serialize(*shown) << "\n";
    } else if (shown.error().code != ErrorCode::not_found) {
      return std::unexpected(shown.error());
    }
  }
  return {};
}

/// What was removed is said, since nothing else knows it any more.
Result<void> remove(const Data& data, const Options& options) {
  const auto user = data.store->users().find(options.email);
  if (!user) return std::unexpected(user.error());
  const auto shown = user_json(data, *user);
  if (!shown) return std::unexpected(shown.error());
  auto gone = data.store->users().remove(
      user->id, options.force ? catalog::LastAdmin::may_go : catalog::LastAdmin::stays);
  if (!gone) return gone;
  std::cout << json::serialize(*shown) << "\n";
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

  add_data_command<Options>(
      *user, run, options, "list",
      "Show all users, their memberships and how many keys each has, one JSON object a line", list,
      open_data_to_read);
  CLI::App* removal = add_data_command<Options>(
      *user, run, options, "rm",
      "Remove a user with all keys and memberships; it is refused from the next request on, and what it did "
      "stays in the histories",
      remove);
  removal->add_option("--email", options->email, "The user's e-mail address, or its id")->required();
  removal->add_flag("--force", options->force, "Also where an organization is left without an active admin");
}

}  // namespace rucola::cli
