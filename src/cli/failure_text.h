// What is said of a command line that can't be read. Where it names no command, or one that there is not,
// CLI11 by itself says only that one is required.
//
// Pure; thread-safe.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace rucola::cli {

/// For CLI::App::failure_message(): `app` is the whole program.
std::string failure_text(const CLI::App* app, const CLI::Error& error);

}  // namespace rucola::cli
