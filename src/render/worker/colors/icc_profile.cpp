#include "render/worker/colors/icc_profile.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include <lcms2.h>

#include "base/c_handle.h"
#include "render/worker/structure/big_endian.h"

namespace rucola::render::worker {
namespace {

using Curve = CHandle<cmsToneCurve, cmsFreeToneCurve>;
using Profile = CHandle<void, cmsCloseProfile>;

constexpr std::size_t header_size = 128;
constexpr std::size_t tag_size = 12;

/// ICC.1:2022, 7.2.5: not a link between devices, an effect, or a list of names.
bool is_of_images(std::string_view device_class) {
  return device_class == "mntr" || device_class == "scnr" || device_class == "prtr" || device_class == "spac";
}

/// Y = (a X + b) ^ g from d on, Y = c X below.
Curve parametric(const std::array<double, 5>& g_a_b_c_d) {
  constexpr int kind = 4;
  return Curve(cmsBuildParametricToneCurve(nullptr, kind, g_a_b_c_d.data()));
}

Curve curve_of(const ColorEncoding& encoding) {
  switch (encoding.transfer) {
    case Transfer::power:
      return Curve(cmsBuildGamma(nullptr, encoding.exponent));
    case Transfer::smpte_240:
      return parametric({1 / 0.45, 1 / 1.1115, 0.1115 / 1.1115, 1 / 4.0, 0.0912});
    case Transfer::smpte_428:
      return parametric({2.6, 1.0340805, 0, 0, 0});  // light is 52.37 ÷ 48 of the power
    default:
      return parametric({2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045});
  }
}

cmsCIExyY lit(Chromaticity color) {
  return {.x = color.x, .y = color.y, .Y = 1};
}

/// Does lcms divide by none of them?
bool spans_colors(const Primaries& primaries) {
  const auto area = [](Chromaticity a, Chromaticity b, Chromaticity c) {
    return (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
  };
  constexpr double least = 1e-3;
  for (const Chromaticity& color : {primaries.red, primaries.green, primaries.blue, primaries.white}) {
    if (color.y < least || color.x < 0 || color.x + color.y > 1) return false;
  }
  return area(primaries.red, primaries.green, primaries.blue) > least;
}

Profile created(const ColorEncoding& encoding, ProfileSpace space) {
  const Curve curve = curve_of(encoding);
  if (!curve) return {};
  if (space == ProfileSpace::grey) return Profile(cmsCreateGrayProfile(cmsD50_xyY(), curve.get()));
  if (!spans_colors(encoding.primaries)) return {};
  const cmsCIExyY white = lit(encoding.primaries.white);
  const cmsCIExyYTRIPLE primaries{.Red = lit(encoding.primaries.red),
                                  .Green = lit(encoding.primaries.green),
                                  .Blue = lit(encoding.primaries.blue)};
  const std::array<cmsToneCurve*, 3> curves{curve.get(), curve.get(), curve.get()};
  return Profile(cmsCreateRGBProfile(&white, &primaries, curves.data()));
}

/// Of the second in which it was made nothing is kept: the same colours have the same profile.
void forget_date(std::string& profile) {
  constexpr std::size_t date = 24;
  constexpr std::size_t date_size = 12;
  profile.replace(date, date_size, date_size, '\0');
}

}  // namespace

std::optional<ProfileSpace> space_of_profile(std::string_view profile) {
  constexpr std::size_t device_class = 12;
  constexpr std::size_t space = 16;
  constexpr std::size_t signature = 36;
  if (profile.size() < header_size || profile.substr(signature, 4) != "acsp") return std::nullopt;
  if (!is_of_images(profile.substr(device_class, 4))) return std::nullopt;
  const std::string_view name = profile.substr(space, 4);
  if (name == "GRAY") return ProfileSpace::grey;
  if (name == "RGB ") return ProfileSpace::rgb;
  if (name == "CMYK") return ProfileSpace::cmyk;
  return ProfileSpace::other;
}

std::optional<Cicp> cicp_of_profile(std::string_view profile) {
  constexpr std::size_t content_size = 12;  // signature, reserved, four code points
  if (profile.size() < header_size + 4) return std::nullopt;
  const std::size_t tags = big_endian<std::uint32_t>(profile, header_size);
  if (tags > (profile.size() - header_size - 4) / tag_size) return std::nullopt;
  for (std::size_t i = 0; i < tags; ++i) {
    const std::size_t at = header_size + 4 + tag_size * i;
    if (profile.substr(at, 4) != "cicp") continue;
    const std::size_t content = big_endian<std::uint32_t>(profile, at + 4);
    if (content > profile.size() || profile.size() - content < content_size) break;
    if (profile.substr(content, 4) != "cicp") break;
    return Cicp{.primaries = big_endian<std::uint8_t>(profile, content + 8),
                .transfer = big_endian<std::uint8_t>(profile, content + 9)};
  }
  return std::nullopt;
}

std::optional<std::string> icc_profile(const ColorEncoding& encoding, ProfileSpace space) {
  const Profile profile = created(encoding, space);
  cmsUInt32Number size = 0;
  if (!profile || cmsSaveProfileToMem(profile.get(), nullptr, &size) == 0) return std::nullopt;
  std::string bytes(size, '\0');
  if (cmsSaveProfileToMem(profile.get(), bytes.data(), &size) == 0) return std::nullopt;
  forget_date(bytes);
  return bytes;
}

}  // namespace rucola::render::worker
