#include "api/zip_names.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/controls.h"
#include "base/file_name.h"
#include "base/utf8.h"

namespace rucola::api {
namespace {

/// Those that Windows takes for devices, whatever ending they have.
constexpr std::array<std::string_view, 24> devices{
    "con",  "prn",  "aux",  "nul",  "com1", "com2", "com3", "com4", "com5", "com6", "com7",   "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "conin$", "conout$"};

/// Also with other digits ("COM\u00b9"), and with spaces before the ending.
bool is_device(std::string_view name) {
  std::string stem = caseless(std::string(name.substr(0, name.find('.'))));
  stem.erase(stem.find_last_not_of(' ') + 1);
  return std::ranges::find(devices, stem) != devices.end();
}

/// Beside controls, these turn the direction of writing around: "gpj.exe" can look like "exe.jpg".
constexpr std::array<std::string_view, 3> turning_marks{"\u061c", "\u200e", "\u200f"};

/// Not those that are separators, wildcards or no characters somewhere.
bool is_harmless(std::string_view character) {
  constexpr std::string_view others = "/\\:*?\"<>|";
  return control_length(character) == 0 && !others.contains(character.front()) &&
         std::ranges::find(turning_marks, character) == turning_marks.end();
}

/// Of text in UTF-8.
std::string with_harmless_characters(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, utf8_sequence_length(text));
    result += is_harmless(character) ? character : "_";
    text.remove_prefix(character.size());
  }
  return result;
}

/// Empty where nothing is left of it.
std::string harmless(std::string_view given) {
  std::string name = with_harmless_characters(plain_file_name(given));
  // Windows leaves out what stands at the end; ".." and hidden files begin with a dot.
  name.erase(name.find_last_not_of(". ") + 1);
  name.erase(0, name.find_first_not_of(". "));
  // What begins with a hyphen is an option to programs that are given all files.
  if (is_device(name) || name.starts_with('-')) name.replace(0, utf8_sequence_length(name), "_");
  return name;
}

constexpr std::size_t longest_ending = 16;

struct Pieces {
  std::string_view stem;
  std::string_view ending;  ///< with its dot
};

Pieces pieces_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name.size() - dot > longest_ending) return {name, {}};
  return {name.substr(0, dot), name.substr(dot)};
}

/// "lake.jpg" with "0dcabb" is "lake-0dcabb.jpg".
std::string with(const std::string& mark, std::string_view name) {
  const auto [stem, ending] = pieces_of(name);
  const std::size_t room = longest_file_name - ending.size() - mark.size() - 1;
  return std::string(cut_to(stem, room)) + "-" + mark + std::string(ending);
}

}  // namespace

bool ZipNames::take(const std::string& name) {
  return taken_.insert(caseless(name)).second;
}

std::string ZipNames::add(const catalog::SourceImage& image) {
  std::string name = harmless(image.name);
  if (name.empty()) name = image.hash + "." + image.format;
  if (take(name)) return name;
  std::string marked = with(image.hash, name);
  for (int again = 2; !take(marked); ++again)
    marked = with(image.hash + "-" + std::to_string(again), name);
  return marked;
}

}  // namespace rucola::api
