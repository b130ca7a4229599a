#include "render/worker/metadata/xmp_data.h"

#include <string>

#include "render/worker/metadata/xmp_qualifiers.h"

namespace rucola::render::worker {
namespace {

std::optional<Exiv2::XmpData> decoded(const std::string& packet) {
  Exiv2::XmpData xmp;
  if (Exiv2::XmpParser::decode(xmp, packet) != 0) return std::nullopt;
  return xmp;
}

}  // namespace

std::optional<Exiv2::XmpData> read_xmp_data(std::string_view packet) {
  Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
  try {
    return decoded(std::string(packet));
  } catch (const Exiv2::Error&) {
    const auto plain = without_qualifiers(packet);
    if (!plain) throw;
    return decoded(*plain);
  }
}

}  // namespace rucola::render::worker
