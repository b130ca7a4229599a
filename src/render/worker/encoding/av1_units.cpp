#include "render/worker/encoding/av1_units.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>

namespace rucola::render::worker {
namespace {

constexpr unsigned sequence_header = 1;
constexpr unsigned temporal_delimiter = 2;

/// An open bitstream unit.
struct Unit {
  unsigned type = 0;
  std::string_view whole;
  std::string_view content;
};

[[noreturn]] void refuse() {
  throw std::runtime_error("the encoder of AV1 wrote something unexpected");
}

/// A number of 7 bits a byte, the lowest first, which is taken off the bytes.
std::size_t take_leb128(std::string_view& bytes) {
  constexpr unsigned most_bytes = 8;
  constexpr unsigned more = 0x80;
  std::size_t value = 0;
  for (unsigned i = 0; i < most_bytes && !bytes.empty(); ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::size_t>(byte & ~more) << 7U * i;
    if ((byte & more) == 0) return value;
  }
  refuse();
}

/// The first, which is taken off the bytes. Nothing: there is none any more.
std::optional<Unit> take_unit(std::string_view& bytes) {
  constexpr unsigned has_extension = 4;
  constexpr unsigned has_size = 2;
  if (bytes.empty()) return std::nullopt;
  const auto header = static_cast<std::uint8_t>(bytes.front());
  const std::size_t header_bytes = (header & has_extension) != 0 ? 2 : 1;
  if ((header & has_size) == 0 || bytes.size() <= header_bytes) refuse();
  std::string_view rest = bytes.substr(header_bytes);
  const std::size_t size = take_leb128(rest);
  if (size > rest.size()) refuse();
  const std::size_t whole = bytes.size() - rest.size() + size;
  const Unit unit{
      .type = header >> 3U & 0xfU, .whole = bytes.substr(0, whole), .content = rest.substr(0, size)};
  bytes.remove_prefix(whole);
  return unit;
}

/// Bits from the highest of the first byte on.
class Bits {
 public:
  explicit Bits(std::string_view bytes) : bytes_(bytes) {}
  unsigned take(unsigned count) {
    unsigned value = 0;
    for (; count > 0; --count, ++at_) {
      if (at_ / 8 >= bytes_.size()) refuse();
      value = value << 1U | (static_cast<std::uint8_t>(bytes_[at_ / 8]) >> (7 - at_ % 8) & 1U);
    }
    return value;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

struct Level {
  unsigned profile = 0;
  unsigned level = 0;
  unsigned tier = 0;
};

/// AV1 Bitstream & Decoding Process Specification, 5.5.1.
Level level_of(std::string_view header) {
  constexpr unsigned last_level_of_one_tier = 7;
  Bits bits(header);
  Level found;
  found.profile = bits.take(3);
  bits.take(1);  // a still picture
  const bool is_reduced = bits.take(1) == 1;
  if (is_reduced) {
    found.level = bits.take(5);
    return found;
  }
  if (bits.take(1) == 1) refuse();  // times of its own
  bits.take(1);                     // delays of display
  bits.take(5);                     // how many operating points
  bits.take(12);
  found.level = bits.take(5);
  if (found.level > last_level_of_one_tier) found.tier = bits.take(1);
  return found;
}

unsigned flags_of(Av1Chroma chroma) {
  constexpr unsigned monochrome = 0x10;
  constexpr unsigned halved_both_ways = 0x0c;
  switch (chroma) {
    case Av1Chroma::none:
      return monochrome | halved_both_ways;
    case Av1Chroma::halved:
      return halved_both_ways;
    default:
      return 0;
  }
}

}  // namespace

std::string without_delimiters(std::string_view unit) {
  std::string kept;
  kept.reserve(unit.size());
  while (const auto part = take_unit(unit)) {
    if (part->type != temporal_delimiter) kept.append(part->whole);
  }
  return kept;
}

std::string av1_configuration(std::string_view first, Av1Chroma chroma) {
  constexpr unsigned marker_and_version = 0x81;
  while (const auto part = take_unit(first)) {
    if (part->type != sequence_header) continue;
    const Level level = level_of(part->content);
    std::string box{static_cast<char>(marker_and_version),
                    static_cast<char>(level.profile << 5U | level.level),
                    static_cast<char>(level.tier << 7U | flags_of(chroma)), '\0'};
    return box.append(part->whole);
  }
  refuse();
}

}  // namespace rucola::render::worker
