#include "render/worker/svg/svg_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include <gio/gio.h>

#include "base/c_handle.h"
#include "render/worker/svg/svg_encoding.h"
#include "render/worker/svg/svg_entities.h"
#include "render/worker/svg/svg_policy.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;
using Converter = CHandle<GZlibDecompressor, g_object_unref>;
using GlibError = CHandle<GError, g_error_free>;

bool is_packed(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b"sv);
}

std::unexpected<Error> too_large() {
  return fail(ErrorCode::payload_too_large, "The image is too large: an SVG may have " +
                                                std::to_string(most_svg_bytes) +
                                                " bytes, unpacked and with its entities replaced.");
}

enum class Unpacking { all, beginning };

/// Of a file that is cut off or damaged, the beginning is what there is.
Result<std::string> unpacked(std::string_view bytes, Unpacking how) {
  constexpr std::size_t piece = std::size_t{64} << 10;
  const Converter converter(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  std::string text;
  for (;;) {
    const std::size_t known = text.size();
    if (known > most_svg_bytes && how == Unpacking::beginning) return text;
    if (known > most_svg_bytes) return too_large();
    text.resize(known + piece);
    gsize read = 0;
    gsize written = 0;
    GError* raised = nullptr;
    const GConverterResult result =
        g_converter_convert(G_CONVERTER(converter.get()), bytes.data(), bytes.size(), text.data() + known,
                            piece, G_CONVERTER_INPUT_AT_END, &read, &written, &raised);
    const GlibError error(raised);
    text.resize(known + written);
    bytes.remove_prefix(read);
    if (result == G_CONVERTER_FINISHED) return text;
    if (result != G_CONVERTER_ERROR) continue;
    if (how == Unpacking::beginning) return text;
    return fail(ErrorCode::unprocessable, "The SVGZ file is damaged or cut off: it can't be unpacked.");
  }
}

}  // namespace

bool is_svg(std::string_view bytes) {
  std::string plain;
  if (is_packed(bytes)) {
    plain = unpacked(bytes, Unpacking::beginning).value_or(std::string());
    bytes = plain;
  }
  if (!is_in_wide_characters(bytes)) return looks_like_svg(bytes);
  const auto text = in_utf8(bytes.substr(0, most_svg_bytes));
  return text && *text && looks_like_svg(**text);
}

Result<std::optional<std::string>> unpacked_svg(std::string_view bytes) {
  if (!is_packed(bytes)) return std::nullopt;
  auto text = unpacked(bytes, Unpacking::all);
  if (!text) return std::unexpected(std::move(text).error());
  return std::optional(*std::move(text));
}

Result<std::optional<std::string>> readable_svg(std::string_view bytes) {
  std::optional<std::string> changed;
  const auto change = [&](Result<std::optional<std::string>> step) -> Result<void> {
    if (!step) return std::unexpected(std::move(step).error());
    if (*step) changed = **std::move(step);
    return {};
  };
  const auto text = [&] { return changed ? std::string_view(*changed) : bytes; };
  if (auto done = change(unpacked_svg(bytes)); !done) return std::unexpected(done.error());
  if (text().size() > most_svg_bytes) return too_large();
  if (auto done = change(in_utf8(text())); !done) return std::unexpected(done.error());
  if (auto done = change(without_entities(text(), most_svg_bytes)); !done)
    return std::unexpected(done.error());
  if (text().size() > most_svg_bytes) return too_large();
  return changed;
}

}  // namespace rucola::render::worker
