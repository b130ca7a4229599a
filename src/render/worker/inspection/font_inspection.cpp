#include "render/worker/inspection/font_inspection.h"

#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <ft2build.h>
#include FT_FREETYPE_H

namespace rucola::render::worker {
namespace {

namespace json = boost::json;

constexpr std::size_t font_bytes = std::size_t{32} << 20;

struct EndLibrary {
  void operator()(FT_Library library) const { FT_Done_FreeType(library); }
};
struct EndFace {
  void operator()(FT_Face face) const { FT_Done_Face(face); }
};
using Library = std::unique_ptr<std::remove_pointer_t<FT_Library>, EndLibrary>;
using Face = std::unique_ptr<std::remove_pointer_t<FT_Face>, EndFace>;

std::unexpected<Error> refused(const std::string& why) {
  return fail(ErrorCode::unprocessable, "The font " + why + ".");
}

/// Names may be any bytes: only printable ASCII is kept, and not much of it.
std::string printable(const char* name) {
  constexpr std::size_t most = 100;
  std::string result;
  for (const char c : std::string_view(name == nullptr ? "" : name).substr(0, most)) {
    if (c >= ' ' && c <= '~') result += c;
  }
  return result;
}

/// Every glyph is read once: a file that is cut off does not get into the store.
bool has_all_glyphs(FT_Face face) {
  for (FT_Long glyph = 0; glyph < face->num_glyphs; ++glyph) {
    const FT_Error error =
        FT_Load_Glyph(face, static_cast<FT_UInt>(glyph), FT_LOAD_NO_SCALE | FT_LOAD_NO_HINTING);
    if (error != 0) return false;
  }
  return true;
}

}  // namespace

Result<Inspection> inspect_font(std::string_view bytes, Format format) {
  if (bytes.size() > font_bytes) {
    return fail(ErrorCode::payload_too_large, "The font has " + std::to_string(bytes.size()) +
                                                  " bytes; at most " + std::to_string(font_bytes) +
                                                  " are allowed.");
  }
  FT_Library opened = nullptr;
  if (FT_Init_FreeType(&opened) != 0) return refused("could not be read");
  const Library library(opened);
  FT_Face loaded = nullptr;
  const auto* data = reinterpret_cast<const FT_Byte*>(bytes.data());
  if (FT_New_Memory_Face(opened, data, static_cast<FT_Long>(bytes.size()), 0, &loaded) != 0) {
    return refused("is damaged");
  }
  const Face face(loaded);
  if (face->num_faces != 1) return refused("is a collection; a file of one font is allowed");
  if (!FT_IS_SCALABLE(face.get())) return refused("has no outlines, so it has one size only");
  if (FT_Select_Charmap(face.get(), FT_ENCODING_UNICODE) != 0) return refused("has no table of characters");
  if (!has_all_glyphs(face.get())) return refused("is damaged: it lacks some of its glyphs");
  Inspection inspection{.format = format, .size = {0, 0}};
  inspection.opaque = false;
  inspection.static_metadata_json = json::serialize(
      json::object{{"font", json::object{{"family", printable(face->family_name)},
                                         {"style", printable(face->style_name)},
                                         {"glyphs", static_cast<std::int64_t>(face->num_glyphs)}}}});
  return inspection;
}

}  // namespace rucola::render::worker
