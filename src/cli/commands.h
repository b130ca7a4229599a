// The program's commands, one file each. Each adds itself to the command line and sets `run` when it was
// chosen; the main function then calls it. Results go to stdout, everything else to stderr.
#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "base/error.h"

namespace rucola::cli {

/// What the chosen command does; nothing until one was chosen.
using Chosen = std::function<Result<void>()>;

void add_serve(CLI::App& app, Chosen& run);
void add_user(CLI::App& app, Chosen& run);
void add_key(CLI::App& app, Chosen& run);
void add_member(CLI::App& app, Chosen& run);
void add_organization(CLI::App& app, Chosen& run);
void add_alias(CLI::App& app, Chosen& run);
void add_upload(CLI::App& app, Chosen& run);
void add_audit(CLI::App& app, Chosen& run);
void add_doctor(CLI::App& app, Chosen& run);
void add_config(CLI::App& app, Chosen& run);
void add_api(CLI::App& app, Chosen& run);

}  // namespace rucola::cli
