// A command on a data directory: it takes --data, and has it opened before it begins. What can be checked
// without the data, and must be before a directory is made for it, is for commands that open it themselves.
//
// Ownership: the command line keeps the options. Errors: as open_data(); then the action's own.
#pragma once

#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/data.h"

namespace rucola::cli {

template <class Options>
using DataAction = Result<void> (*)(const Data&, const Options&);

/// `options` has a member `data`; the command's other options are for the caller to add.
template <class Options>
CLI::App* add_data_command(CLI::App& parent, Chosen& run, const std::shared_ptr<Options>& options,
                           const std::string& name, const std::string& description,
                           DataAction<Options> action) {
  CLI::App* command = parent.add_subcommand(name, description);
  command->add_option("--data", options->data, "The data directory")->capture_default_str();
  command->callback([options, action, &run] {
    run = [options, action]() -> Result<void> {
      const auto data = open_data(options->data);
      if (!data) return std::unexpected(data.error());
      return action(*data, *options);
    };
  });
  return command;
}

}  // namespace rucola::cli
