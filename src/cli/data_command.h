// A command on a data directory: it takes --data, and has it opened before it begins. What can be checked
// without the data, and must be before a directory is made for it, is for commands that open it themselves.
//
// Ownership: the command line keeps the options. Errors: as the opening; then the action's own.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/data.h"

namespace rucola::cli {

/// As open_data(), for who may be in another folder than the server: where there was no catalog, stderr says
/// that there is one now. A key of the wrong one looks as good as any.
Result<Data> open_or_make_data(const std::filesystem::path& directory);

template <class Options>
using DataAction = Result<void> (*)(const Data&, const Options&);

/// How the data are opened: who only looks makes none where there are none.
using OpenData = Result<Data> (*)(const std::filesystem::path&);

/// `options` has a member `data`; the command's other options are for the caller to add.
template <class Options>
CLI::App* add_data_command(CLI::App& parent, Chosen& run, const std::shared_ptr<Options>& options,
                           const std::string& name, const std::string& description,
                           DataAction<Options> action, OpenData open = open_or_make_data) {
  CLI::App* command = parent.add_subcommand(name, description);
  command->add_option("--data", options->data, "The data directory")->capture_default_str();
  command->callback([options, action, open, &run] {
    run = [options, action, open]() -> Result<void> {
      const auto data = open(options->data);
      if (!data) return std::unexpected(data.error());
      return action(*data, *options);
    };
  });
  return command;
}

}  // namespace rucola::cli
