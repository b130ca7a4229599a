#include <cstdlib>
#include <exception>
#include <iostream>

#include "base/log.h"
#include "cli/commands.h"

namespace rucola::cli {
namespace {

int fail_with(const Error& error) {
  std::cerr << "rucola: " << error.message.text << "\n";
  if (!error.detail.text.empty()) std::cerr << "        " << error.detail.text << "\n";
  return EXIT_FAILURE;
}

int run(int argc, char** argv) {
  CLI::App app{
      "rucola - an image service with aliases: stable names for images that can be pointed elsewhere."};
  app.set_version_flag("--version", "rucola " RUCOLA_VERSION);
  app.require_subcommand(1);
  Chosen chosen;
  add_serve(app, chosen);
  add_user(app, chosen);
  add_organization(app, chosen);
  add_alias(app, chosen);
  add_upload(app, chosen);
  add_doctor(app, chosen);
  add_config(app, chosen);
  CLI11_PARSE(app, argc, argv);
  // stdout is for results: a command's log goes to stderr, and only what needs attention. `serve` sets up its
  // own.
  log::set_up(log::Level::warning, log::Format::text);
  const auto result = chosen();
  return result ? EXIT_SUCCESS : fail_with(result.error());
}

}  // namespace
}  // namespace rucola::cli

int main(int argc, char** argv) {
  try {
    return rucola::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "rucola: " << error.what() << "\n";
    return EXIT_FAILURE;
  }
}
