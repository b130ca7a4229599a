#include <cstdint>

#include <jxl/decode.h>
#include <jxl/version.h>

#include "base/c_handle.h"
#include "render/worker/colors/named_colors.h"

namespace rucola::render::worker {
namespace {

using Decoder = CHandle<JxlDecoder, JxlDecoderDestroy>;

bool reads_up_to_colors(JxlDecoder* decoder, std::string_view bytes) {
  if (JxlDecoderSubscribeEvents(decoder, JXL_DEC_COLOR_ENCODING) != JXL_DEC_SUCCESS) return false;
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  if (JxlDecoderSetInput(decoder, data, bytes.size()) != JXL_DEC_SUCCESS) return false;
  JxlDecoderCloseInput(decoder);
  return JxlDecoderProcessInput(decoder) == JXL_DEC_COLOR_ENCODING;
}

bool encoding_in(JxlDecoder* decoder, JxlColorEncoding& encoding) {
#if JPEGXL_NUMERIC_VERSION >= JPEGXL_COMPUTE_NUMERIC_VERSION(0, 9, 0)
  return JxlDecoderGetColorAsEncodedProfile(decoder, JXL_COLOR_PROFILE_TARGET_DATA, &encoding) ==
         JXL_DEC_SUCCESS;
#else
  return JxlDecoderGetColorAsEncodedProfile(decoder, nullptr, JXL_COLOR_PROFILE_TARGET_DATA, &encoding) ==
         JXL_DEC_SUCCESS;
#endif
}

Chromaticity chromaticity(const double (&xy)[2]) {
  return {.x = xy[0], .y = xy[1]};
}

/// libjxl fills the numbers in also where a name would do.
Primaries primaries_of(const JxlColorEncoding& found) {
  if (found.color_space == JXL_COLOR_SPACE_GRAY) return srgb_primaries;
  return {.red = chromaticity(found.primaries_red_xy),
          .green = chromaticity(found.primaries_green_xy),
          .blue = chromaticity(found.primaries_blue_xy),
          .white = chromaticity(found.white_point_xy)};
}

constexpr JxlColorEncoding srgb{.color_space = JXL_COLOR_SPACE_RGB,
                                .white_point = JXL_WHITE_POINT_D65,
                                .white_point_xy = {},
                                .primaries = JXL_PRIMARIES_SRGB,
                                .primaries_red_xy = {},
                                .primaries_green_xy = {},
                                .primaries_blue_xy = {},
                                .transfer_function = JXL_TRANSFER_FUNCTION_SRGB,
                                .gamma = 0,
                                .rendering_intent = JXL_RENDERING_INTENT_RELATIVE};

}  // namespace

NamedColors named_in_jxl(std::string_view bytes) {
  const Decoder decoder(JxlDecoderCreate(nullptr));
  JxlColorEncoding found = srgb;
  if (!decoder || !reads_up_to_colors(decoder.get(), bytes) || !encoding_in(decoder.get(), found)) return {};
  ColorEncoding encoding{.primaries = primaries_of(found)};
  if (found.transfer_function == JXL_TRANSFER_FUNCTION_PQ) encoding.transfer = Transfer::pq;
  if (found.transfer_function == JXL_TRANSFER_FUNCTION_HLG) encoding.transfer = Transfer::hlg;
  if (!encoding.is_hdr()) return {};
  return {.encoding = encoding, .outranks_profile = true};
}

}  // namespace rucola::render::worker
