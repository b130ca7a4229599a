#include "render/worker/decoding/svg_bitmaps.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <glib.h>
#include <vips/vips8>

#include "base/ascii.h"
#include "base/c_handle.h"
#include "render/worker/colors/color.h"
#include "render/worker/decoding/sniff.h"
#include "render/worker/decoding/source.h"
#include "render/worker/encoding/encode.h"
#include "render/worker/svg/svg_policy.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;
using Bytes = CHandle<guchar, g_free>;

/// Of a number in base 16; negative for others.
int digit(char c) {
  return g_ascii_xdigit_value(c);
}

std::string without_percents(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escaped =
        text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    result += is_escaped ? static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])) : text[i];
    if (is_escaped) i += 2;
  }
  return result;
}

struct Bitmap {
  std::string mimetype;  ///< as the address has it, in lower case
  std::string bytes;
};

/// "data:image/gif;base64,R0lG…". Without base64 it is percent-encoded.
Bitmap bitmap_of(std::string_view address) {
  address.remove_prefix(std::min(address.find(':'), address.size() - 1) + 1);
  const std::size_t comma = std::min(address.find(','), address.size());
  const std::string head = lower(address.substr(0, comma));
  Bitmap bitmap{.mimetype = head.substr(0, head.find(';')), .bytes = {}};
  bitmap.bytes = without_percents(address.substr(std::min(comma + 1, address.size())));
  if (head.contains(";base64")) {  // letters that are none of it are skipped
    gsize size = 0;
    const Bytes decoded(g_base64_decode(bitmap.bytes.c_str(), &size));
    bitmap.bytes.assign(reinterpret_cast<const char*>(decoded.get()), size);
  }
  return bitmap;
}

std::string address_of(Format format, std::string_view bytes) {
  const std::unique_ptr<gchar, FreedBy<g_free>> text(
      g_base64_encode(reinterpret_cast<const guchar*>(bytes.data()), bytes.size()));
  return "data:" + std::string(mimetype_of(format)) + ";base64," + text.get();
}

bool is_known(Format format) {
  return format == Format::png || format == Format::jpg;
}

bool is_a_bitmap(Format format) {
  return is_known(format) || format == Format::gif || format == Format::webp;
}

/// The first frame, as it is shown.
std::string as_png(std::string_view bytes, const SourceHeader& header) {
  VImage image = to_srgb(decode(bytes, header, {}));
  if (header.orientation != 1) image = image.copy_memory().autorot();
  return encode(image, {.format = Format::png, .png_compression_level = 1});
}

class Bitmaps {
 public:
  explicit Bitmaps(const protocol::Limits& limits) : limits_(limits) {}

  /// The address to put in the place of the given one. Nothing: it stays.
  Result<std::optional<std::string>> better(std::string_view address) {
    const Bitmap bitmap = bitmap_of(address);
    const std::optional<Format> format = sniff(bitmap.bytes);
    if (!format || !is_a_bitmap(*format)) return std::nullopt;
    try {
      return better(bitmap, *format);
    } catch (const vips::VError&) {
      vips_error_clear();
      return std::nullopt;
    }
  }

 private:
  Result<std::optional<std::string>> better(const Bitmap& bitmap, Format format) {
    const Result<SourceHeader> header = examine(bitmap.bytes, limits_, Scrutiny::limits);
    if (!header) {
      if (header.error().code == ErrorCode::payload_too_large) return std::unexpected(header.error());
      return std::nullopt;
    }
    pixels_ += std::int64_t{header->stored.width} * header->stored.height;
    if (pixels_ > limits_.source_pixels) {
      return fail(ErrorCode::payload_too_large,
                  "The image is too large: the bitmaps inside the SVG have more than " +
                      std::to_string(limits_.source_pixels) +
                      " pixels together (setting render.max_source_pixels).");
    }
    if (!is_known(format)) return address_of(Format::png, as_png(bitmap.bytes, *header));
    if (bitmap.mimetype != mimetype_of(format)) return address_of(format, bitmap.bytes);
    return std::nullopt;
  }

  const protocol::Limits& limits_;
  std::int64_t pixels_ = 0;
};

}  // namespace

Result<std::optional<std::string>> with_known_bitmaps(std::string_view svg, const protocol::Limits& limits) {
  Bitmaps bitmaps(limits);
  std::optional<std::string> result;
  std::size_t copied = 0;
  for (const EmbeddedBitmap& embedded : embedded_bitmaps(svg)) {
    const auto better = bitmaps.better(embedded.address);
    if (!better) return std::unexpected(better.error());
    if (!*better) continue;
    if (!result) result.emplace();
    result->append(svg.substr(copied, embedded.at - copied)).append(**better);
    copied = embedded.at + embedded.bytes;
  }
  if (result) result->append(svg.substr(copied));
  return result;
}

}  // namespace rucola::render::worker
