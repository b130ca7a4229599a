#include "render/worker/structure/gif_structure.h"

#include <algorithm>

#include "render/worker/structure/byte_cursor.h"
#include "render/worker/structure/structure_fault.h"

namespace rucola::render::worker {
namespace {

/// The bits of a GIF's flags that tell the size of a colour table.
bool skip_color_table(ByteCursor& cursor, std::uint8_t flags) {
  if ((flags & 0x80U) == 0) return true;
  return cursor.skip(std::size_t{3} << ((flags & 7U) + 1));
}

bool skip_sub_blocks(ByteCursor& cursor) {
  while (cursor.has(1)) {
    const std::uint8_t length = cursor.byte();
    if (length == 0) return true;
    if (!cursor.skip(length)) return false;
  }
  return false;
}

/// The blocks from the first one on.
class Walk {
 public:
  Walk(std::string_view bytes, std::size_t most_frames) : cursor_(bytes), most_frames_(most_frames) {}

  std::expected<GifStructure, std::string> structure() {
    if (!read_screen()) return wrong(cut_off);
    while (cursor_.has(1)) {
      bool complete = true;
      switch (cursor_.byte()) {
        case 0x3b:  // trailer
          return finished();
        case 0x21:  // extension
          complete = read_extension();
          break;
        case 0x2c:  // image
          complete = read_image();
          if (gif_.frames.size() > most_frames_) return std::move(gif_);
          break;
        case 0x00:  // stray block ends are common and harmless
          break;
        default:
          return wrong("it has a block that GIF does not know");
      }
      if (!complete) return wrong(cut_off);
    }
    gif_.has_trailer = false;
    return finished();
  }

 private:
  std::expected<GifStructure, std::string> finished() {
    if (gif_.frames.empty()) return wrong("it has no frame");
    return std::move(gif_);
  }

  bool read_screen() {
    constexpr std::size_t signature = 6;
    constexpr std::size_t screen = 7;
    if (!cursor_.has(signature + screen)) return false;
    cursor_.skip(signature);
    gif_.width = cursor_.little16();
    gif_.height = cursor_.little16();
    const std::uint8_t flags = cursor_.byte();
    cursor_.skip(2);  // background, aspect ratio
    const bool complete = skip_color_table(cursor_, flags);
    gif_.frames_begin = cursor_.position();
    return complete;
  }

  bool read_extension() {
    constexpr std::uint8_t graphic_control = 0xf9;
    constexpr std::size_t length_and_flags = 2;
    if (!cursor_.has(1)) return false;
    if (cursor_.byte() == graphic_control && cursor_.has(length_and_flags)) {
      ByteCursor ahead = cursor_;
      if (ahead.byte() > 0) {
        next_.control_flags_at = ahead.position();
        const std::uint8_t flags = ahead.byte();
        next_.transparent = (flags & 1U) != 0;
        const unsigned disposal = (flags >> 2U) & 7U;
        next_.clears = disposal == 2 || (disposal == 3 && is_empty_);
      }
    }
    return skip_sub_blocks(cursor_);
  }

  bool read_image() {
    constexpr std::size_t descriptor = 9;
    constexpr std::size_t code_size = 1;
    if (!cursor_.has(descriptor)) return false;
    next_.area.left = cursor_.little16();
    next_.area.top = cursor_.little16();
    next_.area.width = cursor_.little16();
    next_.area.height = cursor_.little16();
    const std::uint8_t flags = cursor_.byte();
    if (!skip_color_table(cursor_, flags) || !cursor_.skip(code_size) || !skip_sub_blocks(cursor_))
      return false;
    next_.end = cursor_.position();
    if (gif_.frames.empty()) grow_canvas(next_.area);
    gif_.frames.push_back(next_);
    is_empty_ = is_empty_ && next_.clears;
    next_ = {};
    return true;
  }

  void grow_canvas(const GifArea& area) {
    gif_.width = std::max(gif_.width, area.left + area.width);
    gif_.height = std::max(gif_.height, area.top + area.height);
  }

  ByteCursor cursor_;
  std::size_t most_frames_;
  GifStructure gif_;
  GifFrame next_;
  bool is_empty_ = true;  ///< nothing is left of the frames so far
};

}  // namespace

bool covers(const GifArea& outer, const GifArea& inner) {
  return outer.left <= inner.left && outer.top <= inner.top &&
         outer.left + outer.width >= inner.left + inner.width &&
         outer.top + outer.height >= inner.top + inner.height;
}

std::expected<GifStructure, std::string> read_gif_structure(std::string_view bytes, std::size_t most_frames) {
  return Walk(bytes, most_frames).structure();
}

}  // namespace rucola::render::worker
