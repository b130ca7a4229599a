#include "render/worker/structure/tiff_page.h"

#include <utility>

namespace rucola::render::worker {
namespace {

struct Header {
  TiffBytes file;
  std::uint64_t first = 0;  ///< where the first page's directory lies
};

std::optional<Header> header_of(std::string_view bytes) {
  constexpr std::uint16_t of_tiff = 42;
  constexpr std::uint16_t of_bigtiff = 43;
  const std::optional<ByteOrder> order = byte_order_of(bytes);
  if (!order) return std::nullopt;
  const TiffBytes file(bytes, *order);
  const auto version = file.number16(2);
  if (version == of_tiff) {
    const auto first = file.number32(4);
    return first ? std::optional(Header{.file = file, .first = *first}) : std::nullopt;
  }
  const auto first = version == of_bigtiff ? file.number64(8) : std::nullopt;
  if (!first) return std::nullopt;
  return Header{.file = TiffBytes(bytes, *order, TiffKind::bigtiff), .first = *first};
}

}  // namespace

std::optional<TiffPage> tiff_page(std::string_view bytes, std::int32_t page) {
  const std::optional<Header> header = header_of(bytes);
  if (!header) return std::nullopt;
  std::optional<std::uint64_t> at = header->first;
  for (std::int32_t i = 1; i < page && at; ++i)
    at = header->file.next_of(*at);
  // Where no other follows, the header lies.
  auto directory = at && *at != 0 ? header->file.directory(*at) : std::nullopt;
  if (!directory) return std::nullopt;
  return TiffPage{.file = header->file, .directory = *std::move(directory), .at = *at};
}

}  // namespace rucola::render::worker
