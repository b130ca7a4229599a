#include "render/worker/svg/style_policy.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view space = " \t\r\n\f";

// Colours, lengths, shapes, gradients and selectors. Not among them: what takes an address even without
// url(), such as image(), image-set(), src(), and what some browser has yet to give a meaning.
constexpr std::array functions{"blur"sv,
                               "brightness"sv,
                               "calc"sv,
                               "circle"sv,
                               "clamp"sv,
                               "color"sv,
                               "color-mix"sv,
                               "conic-gradient"sv,
                               "contrast"sv,
                               "counter"sv,
                               "counters"sv,
                               "cubic-bezier"sv,
                               "device-cmyk"sv,
                               "drop-shadow"sv,
                               "ellipse"sv,
                               "env"sv,
                               "grayscale"sv,
                               "has"sv,
                               "hsl"sv,
                               "hsla"sv,
                               "hue-rotate"sv,
                               "hwb"sv,
                               "icc-color"sv,
                               "inset"sv,
                               "invert"sv,
                               "is"sv,
                               "lab"sv,
                               "lang"sv,
                               "lch"sv,
                               "linear"sv,
                               "linear-gradient"sv,
                               "matrix"sv,
                               "matrix3d"sv,
                               "max"sv,
                               "min"sv,
                               "not"sv,
                               "nth-child"sv,
                               "nth-last-child"sv,
                               "nth-last-of-type"sv,
                               "nth-of-type"sv,
                               "oklab"sv,
                               "oklch"sv,
                               "opacity"sv,
                               "path"sv,
                               "perspective"sv,
                               "polygon"sv,
                               "radial-gradient"sv,
                               "rect"sv,
                               "repeating-conic-gradient"sv,
                               "repeating-linear-gradient"sv,
                               "repeating-radial-gradient"sv,
                               "rgb"sv,
                               "rgba"sv,
                               "rotate"sv,
                               "rotate3d"sv,
                               "rotatex"sv,
                               "rotatey"sv,
                               "rotatez"sv,
                               "saturate"sv,
                               "scale"sv,
                               "scale3d"sv,
                               "scalex"sv,
                               "scaley"sv,
                               "scalez"sv,
                               "sepia"sv,
                               "skew"sv,
                               "skewx"sv,
                               "skewy"sv,
                               "steps"sv,
                               "translate"sv,
                               "translate3d"sv,
                               "translatex"sv,
                               "translatey"sv,
                               "translatez"sv,
                               "var"sv,
                               "where"sv,
                               "xywh"sv};
static_assert(std::ranges::is_sorted(functions));

// Not @import and @font-face, which load, nor @namespace, which takes an address.
constexpr std::array rules{"keyframes"sv, "layer"sv,          "media"sv,
                           "supports"sv,  "-moz-keyframes"sv, "-webkit-keyframes"sv};

// What joins conditions. No browser has a function of that name, and minified styles have no space there.
constexpr std::array words{"and"sv, "not"sv, "only"sv, "or"sv};

bool is_of_a_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::string_view name_before(std::string_view text) {
  std::size_t start = text.size();
  while (start > 0 && is_of_a_name(text[start - 1]))
    --start;
  return text.substr(start);
}

std::string_view name_at(std::string_view text) {
  return text.substr(0, std::ranges::find_if_not(text, is_of_a_name) - text.begin());
}

std::string_view without_leading_space(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
  return text;
}

bool is_rule(std::string_view name) {
  return std::ranges::find(rules, name) != rules.end();
}

/// `rest` is what follows the bracket: nothing of it is a comment, whatever it looks like. The address's
/// beginning decides, so that its end is not looked for: after an opening quote no bracket is one.
bool address_stays_inside(std::string_view rest) {
  rest = without_leading_space(rest);
  if (rest.starts_with('"') || rest.starts_with('\'')) rest.remove_prefix(1);
  return stays_inside(rest);
}

/// `before` is what precedes the bracket. After anything else than a name it is that of no function: "and (",
/// "translate (".
bool is_harmless_bracket(std::string_view before, std::string_view after) {
  const std::string_view written = name_before(before);
  const std::string name = lower(written);
  if (name.empty()) return true;
  if (before.substr(0, before.size() - written.size()).ends_with('@')) return is_rule(name);
  if (name == "url") return address_stays_inside(after);
  return std::ranges::binary_search(functions, name) || std::ranges::find(words, name) != words.end();
}

}  // namespace

bool stays_inside(std::string_view address) {
  constexpr std::array bitmaps{"data:image/png"sv, "data:image/jpeg"sv, "data:image/jpg"sv,
                               "data:image/gif"sv, "data:image/webp"sv};
  address = without_leading_space(address);
  if (address.starts_with('#')) return true;
  return std::ranges::any_of(bitmaps, [&](std::string_view bitmap) {
    return equal_ignoring_case(address.substr(0, bitmap.size()), bitmap) &&
           (address.substr(bitmap.size()).starts_with(';') || address.substr(bitmap.size()).starts_with(','));
  });
}

bool loads_nothing(std::string_view style) {
  if (style.contains('\\')) return false;
  for (std::size_t at = style.find_first_of("(@"); at != std::string_view::npos;
       at = style.find_first_of("(@", at + 1)) {
    if (style[at] == '@') {
      if (!is_rule(lower(name_at(style.substr(at + 1))))) return false;
    } else if (!is_harmless_bracket(style.substr(0, at), style.substr(at + 1))) {
      return false;
    }
  }
  return true;
}

}  // namespace rucola::render::worker
