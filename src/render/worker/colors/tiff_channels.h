// What the channels of a TIFF are that are not its colour: one of them may be its opacity, others are saved
// selections, masks, inks.
//
// Hostile input is expected. Errors: vips::VError.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <vips/vips8>

namespace rucola::render::worker {

/// TIFF 6.0, ExtraSamples.
enum class ExtraSample : std::uint8_t { unspecified, associated_alpha, unassociated_alpha };

/// Of page `page`, from 1. Empty where the file says nothing of them.
std::vector<ExtraSample> tiff_extra_samples(std::string_view bytes, std::int32_t page);

/// `image` with the first channel that is said to be opacity, and no other one besides its colour.
vips::VImage without_other_channels(const vips::VImage& image, const std::vector<ExtraSample>& extra);

}  // namespace rucola::render::worker
