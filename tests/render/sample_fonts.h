// Fonts for tests: those of the package fonts-dejavu-core, wherever fontconfig finds it.
#pragma once

#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>

#include <fontconfig/fontconfig.h>

namespace rucola::render::samples {

inline std::string font_file(const char* name) {
  const std::unique_ptr<FcPattern, decltype(&FcPatternDestroy)> wanted(
      FcNameParse(reinterpret_cast<const FcChar8*>(name)), &FcPatternDestroy);
  FcConfigSubstitute(nullptr, wanted.get(), FcMatchPattern);
  FcDefaultSubstitute(wanted.get());
  FcResult result = FcResultMatch;
  const std::unique_ptr<FcPattern, decltype(&FcPatternDestroy)> found(
      FcFontMatch(nullptr, wanted.get(), &result), &FcPatternDestroy);
  FcChar8* path = nullptr;
  if (!found || FcPatternGetString(found.get(), FC_FILE, 0, &path) != FcResultMatch) {
    throw std::runtime_error("no font is installed");
  }
  std::ifstream file(reinterpret_cast<const char*>(path), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string dejavu_sans() {
  return font_file("DejaVu Sans:style=Book");
}

}  // namespace rucola::render::samples
