// The way back: reverts/ has for each migration since the seventh the SQL that takes it back, in a file of
// the migration's name. The integration tests read it, too (tests/harness/catalog.py).
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <ranges>
#include <string>

namespace rucola::test {

/// By the version that the migration makes.
inline std::map<std::int64_t, std::string> reverts() {
  std::map<std::int64_t, std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(RUCOLA_REVERTS)) {
    std::ifstream file(entry.path());
    found[std::stoi(entry.path().filename().string())] = {std::istreambuf_iterator<char>(file), {}};
  }
  return found;
}

/// What makes a catalog of this program's version one of an older version.
inline std::string back_to(std::int64_t version) {
  std::string script;
  for (const auto& [number, sql] : std::views::reverse(reverts())) {
    if (number > version) script += sql;
  }
  return script + "PRAGMA user_version = " + std::to_string(version) + ";";
}

}  // namespace rucola::test
