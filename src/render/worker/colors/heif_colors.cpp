#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <libheif/heif.h>

#include "base/c_handle.h"
#include "render/worker/colors/named_colors.h"
#include "render/worker/structure/big_endian.h"
#include "render/worker/structure/iso_boxes.h"

namespace rucola::render::worker {
namespace {

using Context = CHandle<heif_context, heif_context_free>;
using Handle = CHandle<heif_image_handle, heif_image_handle_release>;
using Nclx = CHandle<heif_color_profile_nclx, heif_nclx_color_profile_free>;

Handle primary_image(heif_context& context, std::string_view bytes) {
  heif_image_handle* handle = nullptr;
  if (heif_context_read_from_memory_without_copy(&context, bytes.data(), bytes.size(), nullptr).code !=
      heif_error_Ok) {
    return {};
  }
  if (heif_context_get_primary_image_handle(&context, &handle).code != heif_error_Ok) return {};
  return Handle(handle);
}

/// ISO 14496-12, 12.1.6; libheif tells of it only once the image is decoded. A file has one, if any.
double peak_of(std::string_view bytes) {
  constexpr std::size_t version_and_flags = 4;
  const std::string_view meta = find_box(bytes, "meta");
  const std::string_view properties =
      find_box(find_box(meta.substr(std::min(version_and_flags, meta.size())), "iprp"), "ipco");
  const std::string_view level = find_box(properties, "clli");
  const int brightest = level.size() >= 2 ? big_endian<std::uint16_t>(level, 0) : 0;
  return brightest > 0 ? brightest : ColorEncoding{}.peak_nits;
}

std::optional<ColorEncoding> encoding_in(const heif_image_handle& handle, std::string_view bytes) {
  heif_color_profile_nclx* found = nullptr;
  if (heif_image_handle_get_nclx_color_profile(&handle, &found).code != heif_error_Ok) return std::nullopt;
  const Nclx nclx(found);
  if (!nclx) return std::nullopt;
  auto encoding = encoding_of(
      {.primaries = nclx->color_primaries, .transfer = nclx->transfer_characteristics}, CicpIn::heif);
  if (encoding && encoding->is_hdr()) encoding->peak_nits = peak_of(bytes);
  return encoding;
}

}  // namespace

NamedColors named_in_heif(std::string_view bytes) {
  const Context context(heif_context_alloc());
  const Handle handle = primary_image(*context, bytes);
  if (!handle) return {};
  return {.encoding = encoding_in(*handle, bytes),
          .premultiplied_alpha = heif_image_handle_is_premultiplied_alpha(handle.get()) != 0};
}

}  // namespace rucola::render::worker
