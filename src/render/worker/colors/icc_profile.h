// ICC profiles as bytes: what their header says, and profiles for colours that are named without one.
//
// Pure; hostile input is expected.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "render/worker/colors/color_encoding.h"

namespace rucola::render::worker {

enum class ProfileSpace { grey, rgb, cmyk, other };

/// Of the samples that the profile is for. Nothing: this is no profile, or one that is for no image.
std::optional<ProfileSpace> space_of_profile(std::string_view profile);

/// Since version 4.4 a profile may name its colours as well, which matters where they are brighter than
/// white.
std::optional<Cicp> cicp_of_profile(std::string_view profile);

/// Nothing where the primaries span no colours. `encoding` is not HDR. For grey only its curve counts.
std::optional<std::string> icc_profile(const ColorEncoding& encoding, ProfileSpace space);

}  // namespace rucola::render::worker
