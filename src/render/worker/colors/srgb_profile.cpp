#include "render/worker/colors/srgb_profile.h"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include <vips/vips8>

namespace rucola::render::worker {
namespace {

using vips::VImage;

/// What is much longer has tables of its own.
constexpr std::size_t longest_plain_profile = 16 << 10;
constexpr std::size_t profiles_remembered = 16;

struct Answer {
  std::string profile;
  bool is_srgb;
};

/// 17 levels of each of red, green and blue, in every combination.
VImage color_cube() {
  constexpr int levels = 17;
  const VImage index = VImage::xyz(levels, levels * levels);
  const VImage red = index.extract_band(0);
  const VImage green = index.extract_band(1) % levels;
  const VImage blue = (index.extract_band(1) / levels).floor();
  return (VImage::bandjoin(std::vector<VImage>{red, green, blue}) * (255.0 / (levels - 1)))
      .cast(VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB))
      .copy_memory();
}

bool changes_nothing(std::string_view profile) {
  try {
    const VImage plain = color_cube();
    const VImage tagged = plain.copy();
    vips_image_set_blob_copy(tagged.get_image(), VIPS_META_ICC_NAME, profile.data(), profile.size());
    const VImage converted = tagged.icc_transform(
        "srgb",
        VImage::option()->set("embedded", TRUE)->set("intent", VIPS_INTENT_RELATIVE)->set("depth", 8));
    return converted.bands() == plain.bands() && (converted - plain).abs().max() <= 1;
  } catch (const vips::VError&) {
    vips_error_clear();
    return false;
  }
}

}  // namespace

bool is_srgb_profile(std::string_view profile) {
  if (profile.size() > longest_plain_profile) return false;
  static std::deque<Answer> answers;
  const auto known = std::ranges::find(answers, profile, &Answer::profile);
  if (known != answers.end()) return known->is_srgb;
  if (answers.size() == profiles_remembered) answers.pop_front();
  answers.push_back({std::string(profile), changes_nothing(profile)});
  return answers.back().is_srgb;
}

}  // namespace rucola::render::worker
