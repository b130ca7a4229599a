#include "render/worker/structure/apng_structure.h"

#include <algorithm>
#include <cmath>

#include "render/worker/structure/big_endian.h"
#include "render/worker/structure/byte_cursor.h"
#include "render/worker/structure/number_bytes.h"
#include "render/worker/structure/png_chunk.h"
#include "render/worker/structure/structure_fault.h"

namespace rucola::render::worker {
namespace {

constexpr std::size_t signature = 8;
constexpr std::size_t length_and_type = 8;
constexpr std::size_t checksum = 4;
constexpr std::size_t sequence_number = 4;
constexpr std::string_view animation_cut_off = "its animation is cut off";

struct Chunk {
  std::string_view type;
  std::string_view content;
  std::string_view checked;  ///< type and content
  std::uint32_t checksum = 0;

  [[nodiscard]] bool is_intact() const;
};

bool Chunk::is_intact() const {
  return png_checksum(checked) == checksum;
}

/// Nothing: there is no whole one any more.
std::optional<Chunk> next(ByteCursor& cursor) {
  if (!cursor.has(length_and_type)) return std::nullopt;
  const std::size_t length = cursor.big32();
  if (!cursor.has(4 + length + checksum)) return std::nullopt;
  const std::string_view checked = cursor.take(4 + length);
  return Chunk{.type = checked.substr(0, 4),
               .content = checked.substr(4),
               .checked = checked,
               .checksum = cursor.big32()};
}

/// The chunks from the first one on.
class Walk {
 public:
  Walk(std::string_view bytes, std::size_t most_frames) : cursor_(bytes), most_frames_(most_frames) {
    cursor_.skip(signature);
  }

  std::expected<std::optional<ApngStructure>, std::string> structure() {
    while (!is_finished_) {
      const std::size_t begin = cursor_.position();
      const std::optional<Chunk> chunk = next(cursor_);
      if (!chunk || chunk->type == "IEND") break;
      if (auto good = take(*chunk, begin); !good) return std::unexpected(good.error());
    }
    if (apng_.declared_frames == 0) return std::nullopt;
    if (apng_.declared_frames > most_frames_) return std::move(apng_);
    if (apng_.frames.size() < apng_.declared_frames || apng_.frames.back().end == 0)
      return wrong(animation_cut_off);
    return std::move(apng_);
  }

 private:
  using Taken = std::expected<void, std::string>;

  Taken take(const Chunk& chunk, std::size_t begin) {
    if (chunk.type == "IHDR") return take_header(chunk.content);
    if (chunk.type == "acTL") return take_animation(chunk.content);
    if (chunk.type == "fcTL" && is_animated()) return take_frame(chunk.content);
    if (chunk.type == "fdAT" && is_animated()) return take_pixels(chunk.content, begin);
    if (chunk.type == "IDAT") take_still(begin);
    if (chunk.type == "PLTE" && !has_still_) apng_.palette = chunk.content;
    if (chunk.type == "tRNS" && !has_still_) apng_.transparency = chunk.content;
    return {};
  }

  [[nodiscard]] bool is_animated() const { return apng_.declared_frames > 0; }

  Taken take_header(std::string_view content) {
    constexpr std::size_t header = 13;
    if (content.size() != header) return wrong("its header has the wrong size");
    apng_.header = content;
    const auto width = big_endian<std::uint32_t>(content, 0);
    const auto height = big_endian<std::uint32_t>(content, 4);
    if (width > INT32_MAX || height > INT32_MAX) return wrong("its size is impossible");
    apng_.width = static_cast<std::int32_t>(width);
    apng_.height = static_cast<std::int32_t>(height);
    return {};
  }

  /// After the still picture it is too late, for all readers.
  Taken take_animation(std::string_view content) {
    if (has_still_ || is_animated() || content.size() != 8) return {};
    apng_.declared_frames = big_endian<std::uint32_t>(content, 0);
    apng_.plays =
        static_cast<std::int32_t>(std::min<std::uint32_t>(big_endian<std::uint32_t>(content, 4), INT32_MAX));
    is_finished_ = apng_.declared_frames > most_frames_ || apng_.declared_frames == 0;
    return {};
  }

  Taken take_frame(std::string_view content) {
    constexpr std::size_t frame_control = 26;
    if (!apng_.frames.empty() && apng_.frames.back().end == 0)
      return wrong("one of its frames has no pixels");
    if (apng_.frames.size() == apng_.declared_frames) {
      is_finished_ = true;
      return {};
    }
    if (content.size() != frame_control) return wrong("one of its frames has a wrong header");
    if (!is_next(content)) return wrong("its frames are in the wrong order");
    const std::optional<ApngFrame> frame = frame_of(content.substr(sequence_number));
    if (!frame) return wrong("one of its frames lies outside of it");
    if (!has_still_) {
      if (frame->width != apng_.width || frame->height != apng_.height)
        return wrong("its first frame is smaller than it");
      apng_.still_is_first = true;
    }
    apng_.frames.push_back(*frame);
    return {};
  }

  [[nodiscard]] std::optional<ApngFrame> frame_of(std::string_view content) const {
    constexpr std::uint8_t last_disposal = 2;
    ByteCursor cursor(content);
    const std::int64_t width = cursor.big32();
    const std::int64_t height = cursor.big32();
    const std::int64_t left = cursor.big32();
    const std::int64_t top = cursor.big32();
    const bool is_inside =
        width > 0 && height > 0 && left + width <= apng_.width && top + height <= apng_.height;
    if (!is_inside) return std::nullopt;
    const std::uint32_t delay = cursor.big32();
    const std::uint8_t disposal = std::min(cursor.byte(), last_disposal);
    return ApngFrame{.left = static_cast<std::int32_t>(left),
                     .top = static_cast<std::int32_t>(top),
                     .width = static_cast<std::int32_t>(width),
                     .height = static_cast<std::int32_t>(height),
                     .delay_ms = delay_of(delay >> 16U, delay & 0xffffU),
                     .disposal = static_cast<ApngDisposal>(disposal),
                     .is_over = cursor.byte() == 1};
  }

  /// Up to 18 hours, of which a GIF has room for eleven minutes, and a WebP for four and a half hours.
  static std::int32_t delay_of(std::uint32_t numerator, std::uint32_t denominator) {
    constexpr std::uint32_t usual_denominator = 100;
    constexpr double milliseconds = 1000;
    constexpr double longest = 655'350;
    const double delay = milliseconds * numerator / (denominator == 0 ? usual_denominator : denominator);
    return static_cast<std::int32_t>(std::lround(std::min(delay, longest)));
  }

  Taken take_pixels(std::string_view content, std::size_t begin) {
    if (apng_.frames.empty() || (apng_.still_is_first && apng_.frames.size() == 1) ||
        content.size() < sequence_number || !is_next(content))
      return wrong("its frames are in the wrong order");
    extend_frame(begin);
    return {};
  }

  void take_still(std::size_t begin) {
    has_still_ = true;
    if (apng_.still_is_first && apng_.frames.size() == 1) extend_frame(begin);
  }

  void extend_frame(std::size_t begin) {
    ApngFrame& frame = apng_.frames.back();
    if (frame.end == 0) frame.begin = begin;
    frame.end = cursor_.position();
  }

  /// Frames and their pixels are counted together.
  bool is_next(std::string_view content) { return big_endian<std::uint32_t>(content, 0) == expected_++; }

  ByteCursor cursor_;
  std::size_t most_frames_;
  ApngStructure apng_;
  std::uint32_t expected_ = 0;
  bool has_still_ = false;
  bool is_finished_ = false;
};

std::string header_with_size(std::string_view header, const ApngFrame& frame) {
  const auto side = [](std::int32_t length) {
    return big_endian_bytes(static_cast<std::uint32_t>(length), 4);
  };
  return side(frame.width) + side(frame.height) + std::string(header.substr(8));
}

}  // namespace

std::expected<std::optional<ApngStructure>, std::string> read_apng_structure(std::string_view bytes,
                                                                             std::size_t most_frames) {
  return Walk(bytes, most_frames).structure();
}

std::optional<std::string> png_of_frame(std::string_view bytes, const ApngStructure& apng,
                                        const ApngFrame& frame) {
  std::string png(bytes.substr(0, signature));
  png.reserve(frame.end - frame.begin + apng.palette.size() + apng.transparency.size());
  append_png_chunk(png, "IHDR", header_with_size(apng.header, frame));
  if (!apng.palette.empty()) append_png_chunk(png, "PLTE", apng.palette);
  if (!apng.transparency.empty()) append_png_chunk(png, "tRNS", apng.transparency);
  ByteCursor cursor(bytes.substr(0, frame.end));
  cursor.skip(frame.begin);
  while (const std::optional<Chunk> chunk = next(cursor)) {
    const bool is_numbered = chunk->type == "fdAT";
    if (!is_numbered && chunk->type != "IDAT") continue;
    if (!chunk->is_intact()) return std::nullopt;
    append_png_chunk(png, "IDAT", chunk->content.substr(is_numbered ? sequence_number : 0));
  }
  append_png_chunk(png, "IEND", {});
  return png;
}

}  // namespace rucola::render::worker
