#include "render/worker/metadata/exif_text.h"

#include <algorithm>
#include <cstddef>

namespace rucola::render::worker {
namespace {

bool is_readable(char c) {
  constexpr char delete_control = '\x7f';
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= ' ' && c != delete_control) || c == '\t' || c == '\n' || c == '\r';
}

/// EXIF's copyright has two parts, with a NUL between; more of these are numbers of 16 bits.
bool is_text(std::string_view bytes) {
  bytes = bytes.substr(0, bytes.find_last_not_of('\0') + 1);
  const auto gaps = std::ranges::count(bytes, '\0');
  return gaps <= 1 && std::ranges::all_of(bytes, [](char c) { return c == '\0' || is_readable(c); });
}

}  // namespace

std::optional<std::string> exif_text(const Exiv2::Value& value) {
  // toString() ends at a NUL.
  if (const auto* text = dynamic_cast<const Exiv2::StringValueBase*>(&value)) return text->value_;
  const auto* data = dynamic_cast<const Exiv2::DataValue*>(&value);
  if (data == nullptr) return std::nullopt;
  std::string bytes(static_cast<std::size_t>(data->size()), '\0');
  data->copy(reinterpret_cast<Exiv2::byte*>(bytes.data()), Exiv2::invalidByteOrder);
  return exif_text(bytes);
}

std::optional<std::string> exif_text(std::string_view bytes) {
  return is_text(bytes) ? std::optional(std::string(bytes)) : std::nullopt;
}

}  // namespace rucola::render::worker
