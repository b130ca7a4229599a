// rucola key list, add, revoke: the API keys of a user
#include <iostream>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/key_terms.h"
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
  std::string key;
  std::string key_file;
  catalog::KeyTerms terms;
  std::string expires;
};

json::object memberships_json(const std::vector<catalog::Membership>& memberships) {
  json::object organizations;
  for (const catalog::Membership& membership : memberships)
    organizations[membership.organization] = roles_json(membership.roles);
  return organizations;
}

/// One JSON object a line.
Result<void> list(const Data& data, const Options& options) {
  const auto keys = data.store->users().keys(options.email);
  if (!keys) return std::unexpected(keys.error());
  for (const catalog::ApiKey& key : *keys) {
    json::object shown = api::key_json(key);
    shown["roles"] = memberships_json(key.memberships);
    std::cout << json::serialize(shown) << "\n";
  }
  return {};
}

Result<catalog::KeyTerms> terms_of(const Options& options) {
  json::object given{
      {"comment", options.terms.comment},
      {"trusted", options.terms.trusted},
      {"allowed_ips", json::array(options.terms.allowed_ips.begin(), options.terms.allowed_ips.end())}};
  if (!options.expires.empty()) given["expires"] = options.expires;
  return api::read_key_terms(given, now());
}

Result<void> add(const Data& data, const Options& options) {
  const auto terms = terms_of(options);
  if (!terms) return std::unexpected(terms.error());
  const auto key = given_key(options.key_file);
  if (!key) return std::unexpected(key.error());
  const std::string digest = security::api_key_digest(*key);
  const auto user = data.store->users().add_key(options.email, digest, *terms);
  if (!user) return std::unexpected(user.error());
  std::cout << json::serialize(json::object{{"user_id", user->id},
                                            {"email", user->email},
                                            {"api_key", *key},
                                            {"id", security::api_key_id(digest)}})
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
                               DataAction<Options> action, OpenData open = open_or_make_data) {
    return add_data_command(*key, run, options, name, description, action, open);
  };
  const auto of_user = [&](CLI::App* command) {
    command->add_option("--email", options->email, "The user's e-mail address")->required();
  };
  of_user(add_command("list", "Show the keys of a user and what each may do, one JSON object a line", list,
                      open_data_to_read));
  CLI::App* further =
      add_command("add", "Make a further key, which is shown once, for all that the user may do", add);
  of_user(further);
  further->add_option("--comment", options->terms.comment, "What it is for");
  further->add_flag("--trusted", options->terms.trusted,
                    "Nobody of the public is given it: it may see and change the user's keys");
  further->add_option("--allowed-ip", options->terms.allowed_ips,
                      "An IP address or IPv4 network that it may be used from; may be given several times");
  further->add_option("--expires", options->expires, "When it ends");
  add_key_file_option(*further, options->key_file);
  add_command("revoke", "Take a key back; it is refused from the next request on", revoke)
      ->add_option("key", options->key, "Its id, or the key itself")
      ->required();
}

}  // namespace rucola::cli
