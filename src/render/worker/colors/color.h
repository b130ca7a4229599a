// Whatever colours a file has — CMYK, a profile of its own, 16 bits, Lab, grey — become 8-bit sRGB, or 8-bit
// grey where there is no colour. Alpha stays.
//
// Threads: a worker has one. Errors: vips::VError.
#pragma once

#include <string_view>

#include <vips/vips8>

namespace rucola::render::worker {

bool is_grey(const vips::VImage& image);
/// As it is for a screen: sRGB's, or other primaries that a profile tells of.
bool is_rgb(const vips::VImage& image);
int channels_of_color(const vips::VImage& image);

bool has_profile(const vips::VImage& image);
/// The bytes of the one it has, which live as long as the image.
std::string_view profile_of(const vips::VImage& image);
/// Is the profile, if there is one, for samples of the kind that the image has?
bool profile_fits(const vips::VImage& image);
vips::VImage without_profile(const vips::VImage& image);

/// May the image be resized before to_srgb(), which is cheaper on the smaller image? True of 8-bit RGB and
/// grey.
bool can_wait_for_srgb(const vips::VImage& image);

/// The result has no profile; one that does not fit the samples says nothing.
vips::VImage to_srgb(const vips::VImage& image);

}  // namespace rucola::render::worker
