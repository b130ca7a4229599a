// rucola key list, add, revoke: the API keys of a user
#include <iostream>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cli/commands.h"
#include "cli/data_command.h"
#include "security/api_keys.h"

namespace rucola::cli {
namespace {

namespace json = boost::json;

struct Options {
  std::string data = default_data_directory;
  std::string email;
  std::string key;
};

json::object roles_json(const std::vector<catalog::Membership>& memberships) {
  json::object organizations;
  for (const catalog::Membership& membership : memberships) {
    json::array roles;
    for (const catalog::Role role : membership.roles)
      roles.emplace_back(catalog::name_of(role));
    organizations[membership.organization] = std::move(roles);
  }
  return organizations;
}

/// One JSON object a line.
Result<void> list(const Data& data, const Options& options) {
  const auto keys = data.store->users().keys(options.email);
  if (!keys) return std::unexpected(keys.error());
  for (const catalog::ApiKey& key : *keys) {
    std::cout << json::serialize(json::object{{"key_id", security::api_key_id(key.sha256)},
                                              {"created", format_rfc3339(key.created)},
                                              {"roles", roles_json(key.memberships)}})
              << "\n";
  }
  return {};
}

Result<void> add(const Data& data, const Options& options) {
  const std::string key = security::new_api_key();
  const std::string digest = security::api_key_digest(key);
  const auto user = data.store->users().add_key(options.email, digest);
  if (!user) return std::unexpected(user.error());
  std::cout << json::serialize(json::object{{"user_id", user->id},
                                            {"email", user->email},
                                            {"api_key", key},
                                            {"key_id", security::api_key_id(digest)}})
            << "\n";
  return {};
}

Result<void> revoke(const Data& data, const Options& options) {
  const bool whole = security::looks_like_api_key(options.key);
  return data.store->users().revoke_key(whole ? security::api_key_digest(options.key) : options.key);
}

}  // namespace

void add_key(CLI::App& app, Chosen& run) {
  auto* key = app.add_subcommand("key", "API keys of users")->require_subcommand(1);
  auto options = std::make_shared<Options>();
  const auto add_command = [&](const std::string& name, const std::string& description,
                               DataAction<Options> action, OpenData open = open_data) {
    return add_data_command(*key, run, options, name, description, action, open);
  };
  const auto of_user = [&](CLI::App* command) {
    command->add_option("--email", options->email, "The user's e-mail address")->required();
  };
  of_user(add_command("list", "Show the keys of a user and what each may do, one JSON object a line", list,
                      open_data_to_read));
  of_user(add_command("add", "Make a further key, which is shown once, for all that the user may do", add));
  add_command("revoke", "Take a key back; it is refused from the next request on", revoke)
      ->add_option("key", options->key, "Its key_id, or the key itself")
      ->required();
}

}  // namespace rucola::cli
