#include "cli/given_key.h"

#include <fstream>
#include <iostream>
#include <istream>

#include "base/text.h"
#include "security/api_keys.h"

namespace rucola::cli {
namespace {

Result<std::string> read_key(std::istream& from, const std::string& file) {
  std::string line;
  if (!std::getline(from, line) && line.empty())
    return fail(ErrorCode::bad_request, "The file \"" + file + "\" can't be read, or is empty.");
  std::string key(trimmed(line, " \t\r\n"));
  if (security::looks_like_api_key(key)) return key;
  return fail(ErrorCode::bad_request, "The first line of \"" + file +
                                          "\" is no API key: keys are 64 letters and digits, old ones 32.");
}

}  // namespace

void add_key_file_option(CLI::App& command, std::string& file) {
  command.add_option(
      "--api-key-file", file,
      "A file with an API key to take over instead of making one, such as one of rokka.io; - is "
      "standard input");
}

Result<std::string> given_key(const std::string& file) {
  if (file.empty()) return security::new_api_key();
  if (file == "-") return read_key(std::cin, file);
  std::ifstream stream(file);
  return read_key(stream, file);
}

}  // namespace rucola::cli
