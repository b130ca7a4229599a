// The API key that a command gives to a user: a new one, or one that people have already and bring along from
// rokka.io. It comes in a file, because a command line is read by everybody on the machine.
//
// Errors: bad_request, for what is no key, and files that can't be read.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "base/error.h"

namespace rucola::cli {

/// --api-key-file
void add_key_file_option(CLI::App& command, std::string& file);

/// "": a new key. "-": standard input.
Result<std::string> given_key(const std::string& file);

}  // namespace rucola::cli
