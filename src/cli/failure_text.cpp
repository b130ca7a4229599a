#include "cli/failure_text.h"

#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/wording.h"

namespace rucola::cli {
namespace {

/// The last command that was understood: the program itself, or one that has commands of its own.
const CLI::App& last_understood(const CLI::App& app) {
  const CLI::App* last = &app;
  for (auto chosen = last->get_subcommands(); !chosen.empty(); chosen = last->get_subcommands())
    last = chosen.front();
  return *last;
}

/// Of an option in front of the command nobody knows which command it is for.
std::string what_is_wrong(const CLI::App& app, const std::vector<std::string_view>& commands) {
  const std::string of = app.get_parent() == nullptr ? "" : " of " + in_quotes(app.get_name());
  const std::vector<std::string> rest = app.remaining();
  if (rest.empty()) return "A command" + of + " is missing.";
  const std::string& word = rest.front();
  if (word.starts_with('-')) return "A command" + of + " has to stand in front of " + in_quotes(word) + ".";
  return "There is no command " + in_quotes(word) + of + suggestion(word, commands);
}

}  // namespace

std::string failure_text(const CLI::App* app, const CLI::Error& error) {
  const CLI::App& last = last_understood(*app);
  const bool lacks_command =
      dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && last.get_require_subcommand_min() > 0;
  if (!lacks_command) return CLI::FailureMessage::simple(app, error);
  const std::vector<const CLI::App*> subcommands = last.get_subcommands({});
  std::vector<std::string> names;
  names.reserve(subcommands.size());
  for (const CLI::App* subcommand : subcommands)
    names.push_back(subcommand->get_name());
  const std::string wrong = what_is_wrong(last, {names.begin(), names.end()});
  return CLI::FailureMessage::simple(
      app, CLI::RequiredError(wrong + " The commands are: " + joined(names) + ".", error.get_exit_code()));
}

}  // namespace rucola::cli
