// Fonts for tests: those of the package fonts-dejavu-core, wherever fontconfig finds it. Its command is
// asked, since its library never gives back what it read of its configuration.
#pragma once

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>

namespace rucola::render::samples {

/// `name` goes through the shell.
inline std::string font_file(const std::string& name) {
  const std::unique_ptr<FILE, int (*)(FILE*)> output(
      ::popen(("fc-match -f '%{file}' '" + name + "'").c_str(), "r"), &::pclose);
  std::array<char, 4096> path{};
  if (!output || std::fgets(path.data(), path.size(), output.get()) == nullptr) {
    throw std::runtime_error("fc-match of the package fontconfig finds no font");
  }
  std::ifstream file(path.data(), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string dejavu_sans() {
  return font_file("DejaVu Sans:style=Book");
}

}  // namespace rucola::render::samples
