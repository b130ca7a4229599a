#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>

#include <sys/stat.h>

#include "base/author.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/failure_text.h"

namespace rucola::cli {
namespace {

constexpr std::chrono::seconds patience_at_exit{2};

/// What the log still has goes out first. Where nobody reads it, nobody would read this either, and a reader
/// that stalls must not keep the program from ending.
int fail_with(const std::string& message, const std::string& detail) {
  if (!log::flush(patience_at_exit)) return EXIT_FAILURE;
  std::cerr << "rucola: " << message << "\n";
  if (!detail.empty()) std::cerr << "        " << detail << "\n";
  return EXIT_FAILURE;
}

int run(int argc, char** argv) {
  CLI::App app{
      "rucola - an image service with aliases: stable names for images that can be pointed elsewhere."};
  app.set_version_flag("--version", "rucola " RUCOLA_VERSION);
  app.require_subcommand(1);
  app.failure_message(failure_text);
  Chosen chosen;
  add_serve(app, chosen);
  add_user(app, chosen);
  add_key(app, chosen);
  add_member(app, chosen);
  add_organization(app, chosen);
  add_alias(app, chosen);
  add_upload(app, chosen);
  add_audit(app, chosen);
  add_doctor(app, chosen);
  add_config(app, chosen);
  add_api(app, chosen);
  CLI11_PARSE(app, argc, argv);
  // stdout is for results: a command's log goes to stderr, and only what needs attention. `serve` sets up its
  // own.
  log::set_up(log::Level::warning, log::Format::text);
  const AuthorScope scope(system_author());
  const auto result = chosen();
  if (!result) return fail_with(result.error().message.text, result.error().detail.text);
  static_cast<void>(log::flush(patience_at_exit));
  return EXIT_SUCCESS;
}

int run_and_catch(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    return fail_with(error.what(), {});
  }
}

}  // namespace
}  // namespace rucola::cli

int main(int argc, char** argv) {
  // Signing keys and originals are in what it writes.
  ::umask(S_IRWXG | S_IRWXO);
  return rucola::cli::run_and_catch(argc, argv);
}
