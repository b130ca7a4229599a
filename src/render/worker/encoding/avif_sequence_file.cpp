#include "render/worker/encoding/avif_sequence_file.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string_view>

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;
using Frames = std::vector<CodedFrame>;

constexpr std::uint32_t ticks_a_second = 1000;
constexpr std::uint32_t id_of_colors = 1;   // of the track as well as of the still picture
constexpr std::uint32_t id_of_opacity = 2;  // the same

template <class Unsigned>
std::string big(std::uint64_t value) {
  std::string bytes(sizeof(Unsigned), '\0');
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, value >>= 8U)
    *byte = static_cast<char>(value & 0xffU);
  return bytes;
}
std::string big8(std::uint64_t value) {
  return big<std::uint8_t>(value);
}
std::string big16(std::uint64_t value) {
  return big<std::uint16_t>(value);
}
std::string big32(std::uint64_t value) {
  return big<std::uint32_t>(value);
}
std::string big64(std::uint64_t value) {
  return big<std::uint64_t>(value);
}

std::string zeros(std::size_t count) {
  std::string bytes(count, '\0');
  return bytes;
}

std::string box(std::string_view type, const std::string& content) {
  return big32(8 + content.size()).append(type).append(content);
}

std::string full_box(std::string_view type, unsigned version, std::uint32_t flags,
                     const std::string& content) {
  return box(type, big8(version) + big32(flags).substr(1) + content);
}

std::string handler(std::string_view kind) {
  return full_box("hdlr", 0, 0, zeros(4).append(kind) + zeros(12) + zeros(1));
}

/// Pictures as they are, neither turned nor moved.
std::string unit_matrix() {
  constexpr std::uint32_t one = 0x10000;
  constexpr std::uint32_t one_of_depth = 0x40000000;
  return big32(one) + zeros(12) + big32(one) + zeros(12) + big32(one_of_depth);
}

std::string kind_of_opacity() {
  return "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"s;
}

/// sRGB, BT.601, the narrow range.
std::string colors_box() {
  constexpr unsigned bt709_primaries = 1;
  constexpr unsigned srgb_curve = 13;
  constexpr unsigned bt601_matrix = 6;
  constexpr unsigned narrow_range = 0;
  return box("colr",
             "nclx" + big16(bt709_primaries) + big16(srgb_curve) + big16(bt601_matrix) + big8(narrow_range));
}

std::string bits_box(unsigned channels) {
  return full_box("pixi", 0, 0, big8(channels) + std::string(channels, '\x08'));
}

/// One of the two tracks.
struct Track {
  std::uint32_t id = id_of_colors;
  const Frames& frames;
  std::string configuration;            ///< the box av1C
  std::vector<std::uint32_t> places{};  ///< of its frames in the file

  [[nodiscard]] bool is_opacity() const { return id == id_of_opacity; }
};

class Writer {
 public:
  explicit Writer(const CodedSequence& sequence)
      : sequence_(sequence),
        duration_(static_cast<std::uint64_t>(
            std::accumulate(sequence.delays_ms.begin(), sequence.delays_ms.end(), std::int64_t{0}))) {
    add_track(id_of_colors, sequence.colors, sequence.chroma);
    if (!sequence.opacity.empty()) add_track(id_of_opacity, sequence.opacity, Av1Chroma::none);
  }

  /// What stands before the frames is as long whatever their places are.
  std::string file() {
    constexpr std::size_t header = 8;
    place_frames(0);
    place_frames(head().size() + header);
    std::string bytes = head();
    bytes += big32(header + frame_bytes()) + "mdat";
    for (std::size_t i = 0; i < sequence_.colors.size(); ++i) {
      for (const Track& track : tracks_)
        bytes += track.frames[i].bytes;
    }
    return bytes;
  }

 private:
  void add_track(std::uint32_t id, const Frames& frames, Av1Chroma chroma) {
    tracks_.push_back({.id = id,
                       .frames = frames,
                       .configuration = box("av1C", av1_configuration(frames.front().bytes, chroma))});
  }

  [[nodiscard]] std::size_t frame_bytes() const {
    std::size_t bytes = 0;
    for (const Track& track : tracks_) {
      for (const CodedFrame& frame : track.frames)
        bytes += frame.bytes.size();
    }
    return bytes;
  }

  /// Opacity lies behind the colours that it belongs to.
  void place_frames(std::size_t begin) {
    if (begin + frame_bytes() > std::numeric_limits<std::uint32_t>::max())
      throw std::runtime_error("the animation is too large for a file");
    for (Track& track : tracks_)
      track.places.clear();
    for (std::size_t i = 0; i < sequence_.colors.size(); ++i) {
      for (Track& track : tracks_) {
        track.places.push_back(static_cast<std::uint32_t>(begin));
        begin += track.frames[i].bytes.size();
      }
    }
  }

  [[nodiscard]] std::string head() const { return brands() + still() + movie(); }

  [[nodiscard]] std::string brands() const {
    const std::string profile = sequence_.chroma == Av1Chroma::full ? "MA1A" : "MA1B";
    return box("ftyp", "avis" + zeros(4) + "avisavifmsf1iso8mif1miaf" + profile);
  }

  // The still picture

  [[nodiscard]] std::string still() const {
    return full_box("meta", 0, 0,
                    handler("pict") + full_box("pitm", 0, 0, big16(id_of_colors)) + item_places() + items() +
                        item_references() + item_properties());
  }

  [[nodiscard]] std::string item_places() const {
    constexpr unsigned places_and_lengths_of_4_bytes = 0x4400;
    std::string content = big16(places_and_lengths_of_4_bytes) + big16(tracks_.size());
    for (const Track& track : tracks_) {
      content += big16(track.id) + big16(0) + big16(1);
      content += big32(track.places.front()) + big32(track.frames.front().bytes.size());
    }
    return full_box("iloc", 0, 0, content);
  }

  [[nodiscard]] std::string items() const {
    std::string content = big16(tracks_.size());
    for (const Track& track : tracks_)
      content += full_box("infe", 2, 0, big16(track.id) + zeros(2) + "av01" + zeros(1));
    return full_box("iinf", 0, 0, content);
  }

  [[nodiscard]] std::string item_references() const {
    if (tracks_.size() == 1) return {};
    return full_box("iref", 0, 0, box("auxl", big16(id_of_opacity) + big16(1) + big16(id_of_colors)));
  }

  /// They are counted from 1 on, in this order.
  [[nodiscard]] std::string item_properties() const {
    constexpr unsigned essential = 0x80;
    const auto width = static_cast<std::uint32_t>(sequence_.size.width);
    const auto height = static_cast<std::uint32_t>(sequence_.size.height);
    std::string properties = full_box("ispe", 0, 0, big32(width) + big32(height));
    properties += bits_box(3) + tracks_.front().configuration + colors_box();
    std::string uses = big32(tracks_.size());
    uses += big16(id_of_colors) + big8(4) + big8(1) + big8(2) + big8(essential | 3U) + big8(4);
    if (tracks_.size() > 1) {
      properties += bits_box(1) + tracks_.back().configuration + full_box("auxC", 0, 0, kind_of_opacity());
      uses += big16(id_of_opacity) + big8(4) + big8(1) + big8(5) + big8(essential | 6U) + big8(7);
    }
    return box("iprp", box("ipco", properties) + full_box("ipma", 0, 0, uses));
  }

  // The sequence

  [[nodiscard]] std::uint64_t duration_of_all_plays() const {
    constexpr std::uint64_t without_end = std::numeric_limits<std::uint64_t>::max();
    return sequence_.plays == 0 ? without_end : duration_ * static_cast<std::uint64_t>(sequence_.plays);
  }

  [[nodiscard]] std::string movie() const {
    constexpr std::uint32_t usual_speed = 0x10000;
    constexpr std::uint32_t full_volume = 0x100;
    std::string content =
        full_box("mvhd", 1, 0,
                 zeros(16) + big32(ticks_a_second) + big64(duration_of_all_plays()) + big32(usual_speed) +
                     big16(full_volume) + zeros(10) + unit_matrix() + zeros(24) + big32(tracks_.size() + 1));
    for (const Track& track : tracks_)
      content += box("trak", track_boxes(track));
    return box("moov", content);
  }

  [[nodiscard]] std::string track_boxes(const Track& track) const {
    constexpr std::uint32_t enabled = 1;
    const auto width = static_cast<std::uint32_t>(sequence_.size.width);
    const auto height = static_cast<std::uint32_t>(sequence_.size.height);
    std::string boxes = full_box("tkhd", 1, enabled,
                                 zeros(16) + big32(track.id) + zeros(4) + big64(duration_of_all_plays()) +
                                     zeros(16) + unit_matrix() + big32(width << 16U) + big32(height << 16U));
    if (track.is_opacity()) boxes += box("tref", box("auxl", big32(id_of_colors)));
    return boxes + box("edts", edits()) + box("mdia", media(track));
  }

  /// All of it once, and again as long as the track's duration has room.
  [[nodiscard]] std::string edits() const {
    const std::uint32_t repeats = sequence_.plays == 1 ? 0 : 1;
    return full_box("elst", 1, repeats, big32(1) + big64(duration_) + big64(0) + big16(1) + big16(0));
  }

  [[nodiscard]] std::string media(const Track& track) const {
    constexpr std::uint32_t no_language = 0x55c4;
    const std::string times =
        zeros(16) + big32(ticks_a_second) + big64(duration_) + big16(no_language) + zeros(2);
    const std::string in_this_file = full_box("url ", 0, 1, {});
    const std::string references = box("dinf", full_box("dref", 0, 0, big32(1) + in_this_file));
    return full_box("mdhd", 1, 0, times) + handler(track.is_opacity() ? "auxv" : "pict") +
           box("minf", full_box("vmhd", 0, 1, zeros(8)) + references + box("stbl", samples(track)));
  }

  [[nodiscard]] std::string samples(const Track& track) const {
    std::string sizes = zeros(4) + big32(track.frames.size());
    std::string places = big32(track.places.size());
    for (const CodedFrame& frame : track.frames)
      sizes += big32(frame.bytes.size());
    for (const std::uint32_t place : track.places)
      places += big32(place);
    return full_box("stsd", 0, 0, big32(1) + sample_entry(track)) + full_box("stts", 0, 0, delays()) +
           full_box("stsc", 0, 0, big32(1) + big32(1) + big32(1) + big32(1)) + full_box("stsz", 0, 0, sizes) +
           full_box("stco", 0, 0, places) + full_box("stss", 0, 0, key_frames(track));
  }

  [[nodiscard]] std::string sample_entry(const Track& track) const {
    constexpr std::uint32_t pixels_an_inch = 72;
    constexpr std::uint32_t bits_a_pixel = 24;
    std::string entry = zeros(6) + big16(1) + zeros(16);
    entry += big16(static_cast<std::uint64_t>(sequence_.size.width));
    entry += big16(static_cast<std::uint64_t>(sequence_.size.height));
    entry += big32(pixels_an_inch << 16U) + big32(pixels_an_inch << 16U) + zeros(4) + big16(1) + zeros(32);
    entry += big16(bits_a_pixel) + big16(0xffff) + track.configuration;
    // Frames may refer to others, and to parts of themselves.
    constexpr std::uint32_t no_restrictions = 0x7c000000;
    entry += full_box("ccst", 0, 0, big32(no_restrictions));
    entry += track.is_opacity() ? full_box("auxi", 0, 0, kind_of_opacity()) : colors_box();
    return box("av01", entry);
  }

  [[nodiscard]] std::string delays() const {
    std::string runs;
    std::uint32_t count = 0;
    for (auto delay = sequence_.delays_ms.begin(); delay != sequence_.delays_ms.end();) {
      const auto next = std::ranges::find_if(delay, sequence_.delays_ms.end(),
                                             [&](std::int64_t other) { return other != *delay; });
      runs += big32(static_cast<std::uint64_t>(next - delay)) + big32(static_cast<std::uint64_t>(*delay));
      ++count;
      delay = next;
    }
    return big32(count) + runs;
  }

  [[nodiscard]] static std::string key_frames(const Track& track) {
    std::string numbers;
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < track.frames.size(); ++i) {
      if (!track.frames[i].is_key) continue;
      numbers += big32(i + 1);
      ++count;
    }
    return big32(count) + numbers;
  }

  const CodedSequence& sequence_;
  std::uint64_t duration_;  ///< of one play
  std::vector<Track> tracks_;
};

}  // namespace

std::string avif_sequence_file(const CodedSequence& sequence) {
  return Writer(sequence).file();
}

}  // namespace rucola::render::worker
