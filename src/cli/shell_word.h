// A text as one word of a command line, for commands that people copy from a message.
//
// Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace rucola::cli {

/// As it is where a POSIX shell takes it so, else in single quotes.
std::string shell_word(std::string_view text);

}  // namespace rucola::cli
