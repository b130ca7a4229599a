// rucola alias set, get, list, rm: the same moves as the API makes, on the data directory itself
#include <iostream>

#include <boost/json/serialize.hpp>

#include "api/alias_json.h"
#include "catalog/names.h"
#include "cli/commands.h"
#include "cli/data_command.h"

namespace rucola::cli {
namespace {

struct Options {
  std::string data = default_data_directory;
  std::string organization;
  std::string name;
  std::string hash;
};

void print(const catalog::Alias& alias) {
  std::cout << boost::json::serialize(api::alias_json(alias)) << "\n";
}

Result<void> set(const Data& data, const Options& options) {
  if (!catalog::is_alias_name(options.name)) {
    return fail(ErrorCode::bad_request,
                "An alias' name consists of 1 to 255 letters, digits and underscores.");
  }
  if (!catalog::is_hash_or_prefix(options.hash)) {
    return fail(ErrorCode::bad_request, "A hash is 6 to 40 lower-case hex characters.");
  }
  const auto put = data.store->aliases().put(options.organization, options.name, options.hash,
                                             catalog::Overwrite::yes, {});
  if (!put) return std::unexpected(put.error());
  print(put->alias);
  return {};
}

Result<void> get(const Data& data, const Options& options) {
  const auto alias = data.store->aliases().find(options.organization, options.name);
  if (!alias) return std::unexpected(alias.error());
  print(*alias);
  return {};
}

/// One JSON object a line, so that a million of them stream through a pipe.
Result<void> list(const Data& data, const Options& options) {
  constexpr std::int64_t page_size = 1000;
  for (std::int64_t offset = 0;; offset += page_size) {
    const auto page = data.store->aliases().list(options.organization, page_size, offset);
    if (!page) return std::unexpected(page.error());
    for (const catalog::Alias& alias : page->items)
      print(alias);
    if (offset + page_size >= page->total) return {};
  }
}

Result<void> remove(const Data& data, const Options& options) {
  return data.store->aliases().remove(options.organization, options.name, {});
}

}  // namespace

void add_alias(CLI::App& app, Chosen& run) {
  auto* alias =
      app.add_subcommand("alias", "Aliases: stable names that point at images")->require_subcommand(1);
  auto options = std::make_shared<Options>();
  const auto add = [&](const std::string& name, const std::string& description, DataAction<Options> action,
                       OpenData open = open_or_make_data) {
    CLI::App* command = add_data_command(*alias, run, options, name, description, action, open);
    command->add_option("--organization", options->organization, "The organization")->required();
    return command;
  };
  const auto add_named = [&](const std::string& name, const std::string& description,
                             DataAction<Options> action, OpenData open = open_or_make_data) {
    CLI::App* command = add(name, description, action, open);
    command->add_option("name", options->name, "The alias")->required();
    return command;
  };
  add_named("set", "Create an alias, or point it at another image", set)
      ->add_option("hash", options->hash, "The image: a hash, or 6 or more characters of one")
      ->required();
  add_named("get", "Show an alias", get, open_data_to_read);
  add("list", "Show all aliases, one JSON object a line", list, open_data_to_read);
  add_named("rm", "Delete an alias; caches in front keep what they have until they are purged", remove);
}

}  // namespace rucola::cli
