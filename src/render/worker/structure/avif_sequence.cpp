#include "render/worker/structure/avif_sequence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "render/worker/structure/big_endian.h"
#include "render/worker/structure/iso_boxes.h"
#include "render/worker/structure/structure_fault.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;
using Taken = std::expected<void, std::string>;

constexpr std::size_t version_and_flags = 4;

template <class Unsigned>
std::optional<Unsigned> number(std::string_view bytes, std::size_t at) {
  if (bytes.size() < sizeof(Unsigned) || at > bytes.size() - sizeof(Unsigned)) return std::nullopt;
  return big_endian<Unsigned>(bytes, at);
}

/// `count` records of `each` bytes behind a header of `header`. Nothing: they are not all there.
struct Table {
  std::string_view records;
  std::size_t count = 0;
};
std::optional<Table> table_of(std::string_view box, std::size_t count_at, std::size_t each) {
  const auto count = number<std::uint32_t>(box, count_at);
  if (!count) return std::nullopt;
  const std::string_view records = box.substr(count_at + 4);
  if (*count > records.size() / each) return std::nullopt;
  return Table{.records = records, .count = *count};
}

int version_of(std::string_view box) {
  return box.empty() ? 0 : static_cast<std::uint8_t>(box.front());
}

/// The boxes of a track, as far as they are asked for.
struct Track {
  std::uint32_t id = 0;
  std::string_view handler;
  std::string_view references;   ///< tref
  std::string_view description;  ///< the first sample entry, if it is of AV1
  std::string_view edits;        ///< elst
  std::string_view samples;      ///< stbl
  std::uint32_t ticks_a_second = 0;
  std::uint64_t duration = 0;  ///< of all plays, in units of the film; the largest number of 64 bits: no end
};

constexpr std::uint64_t without_end = std::numeric_limits<std::uint64_t>::max();

/// Of 32 or 64 bits, as the box's version has it.
std::optional<std::uint64_t> duration_at(std::string_view box, std::size_t at) {
  if (version_of(box) == 1) return number<std::uint64_t>(box, at);
  const auto duration = number<std::uint32_t>(box, at);
  if (!duration) return std::nullopt;
  return *duration == std::numeric_limits<std::uint32_t>::max() ? without_end : *duration;
}

/// Behind the first entry's name; empty where it is not AV1.
std::string_view av1_description(std::string_view stsd) {
  constexpr std::size_t count = 4;
  if (stsd.size() < version_and_flags + count) return {};
  std::string_view entries = stsd.substr(version_and_flags + count);
  const auto first = take_box(entries);
  return first && first->type == "av01" ? first->content : std::string_view();
}

Track read_track(std::string_view trak) {
  const std::string_view header = find_box(trak, "tkhd");
  const std::string_view media = find_box(trak, "mdia");
  const std::string_view times = find_box(media, "mdhd");
  const std::string_view handler = find_box(media, "hdlr");
  const bool is_long = version_of(header) == 1;
  Track track;
  track.id = number<std::uint32_t>(header, version_and_flags + (is_long ? 16 : 8)).value_or(0);
  track.duration = duration_at(header, version_and_flags + (is_long ? 24 : 16)).value_or(0);
  track.ticks_a_second =
      number<std::uint32_t>(times, version_and_flags + (version_of(times) == 1 ? 16 : 8)).value_or(0);
  if (handler.size() >= version_and_flags + 8) track.handler = handler.substr(version_and_flags + 4, 4);
  track.references = find_box(trak, "tref");
  track.edits = find_box(find_box(trak, "edts"), "elst");
  track.samples = find_box(find_box(media, "minf"), "stbl");
  track.description = av1_description(find_box(track.samples, "stsd"));
  return track;
}

bool refers_to(const Track& track, std::string_view kind, std::uint32_t id) {
  std::string_view ids = find_box(track.references, kind);
  for (; ids.size() >= 4; ids.remove_prefix(4)) {
    if (big_endian<std::uint32_t>(ids, 0) == id) return true;
  }
  return false;
}

/// The boxes behind the fixed part of a sample entry.
constexpr std::size_t visual_entry = 78;
std::string_view properties_of(const Track& track) {
  return track.description.substr(std::min(visual_entry, track.description.size()));
}

/// Pictures beside others may be something else: how far away things are.
bool is_opacity(const Track& track) {
  constexpr std::array kinds{"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"sv, "urn:mpeg:hevc:2015:auxid:1"sv};
  const std::string_view auxi = find_box(properties_of(track), "auxi");
  if (auxi.size() < version_and_flags) return true;
  std::string_view kind = auxi.substr(version_and_flags);
  kind = kind.substr(0, kind.find('\0'));
  return std::ranges::find(kinds, kind) != kinds.end();
}

std::vector<Track> tracks_of(std::string_view bytes) {
  constexpr std::size_t most = 64;
  std::vector<Track> tracks;
  std::string_view boxes = find_box(bytes, "moov");
  while (const auto box = take_box(boxes)) {
    if (box->type != "trak") continue;
    if (tracks.size() == most) break;
    tracks.push_back(read_track(box->content));
  }
  return tracks;
}

/// As browsers choose it: nothing is beside another picture.
const Track* track_of_colors(const std::vector<Track>& tracks) {
  const auto found = std::ranges::find_if(tracks, [](const Track& track) {
    return track.id != 0 && track.handler == "pict" && !track.description.empty() &&
           find_box(track.references, "auxl").empty();
  });
  return found == tracks.end() ? nullptr : &*found;
}

const Track* track_of_opacity(const std::vector<Track>& tracks, const Track& colors) {
  const auto found = std::ranges::find_if(tracks, [&](const Track& track) {
    return !track.description.empty() && refers_to(track, "auxl", colors.id) && is_opacity(track);
  });
  return found == tracks.end() ? nullptr : &*found;
}

std::optional<Size> size_of(const Track& track) {
  constexpr std::size_t at = 24;
  const auto width = number<std::uint16_t>(track.description, at);
  const auto height = number<std::uint16_t>(track.description, at + 2);
  if (!width || !height || *width == 0 || *height == 0) return std::nullopt;
  return Size{*width, *height};
}

/// A place in the file for each sample.
class SampleTable {
 public:
  SampleTable(std::string_view bytes, std::string_view boxes) : bytes_(bytes), boxes_(boxes) {}

  /// How many there are; nothing where the file doesn't say it.
  std::expected<std::size_t, std::string> count() {
    sizes_ = find_box(boxes_, "stsz");
    const auto common = number<std::uint32_t>(sizes_, version_and_flags);
    const auto count = number<std::uint32_t>(sizes_, version_and_flags + 4);
    if (!common || !count || *count == 0) return wrong("it does not say how large its frames are");
    common_size_ = *common;
    // No frame is empty, so that more can't be there.
    if (*count > bytes_.size() || (common_size_ == 0 && !table_of(sizes_, version_and_flags + 4, 4)))
      return wrong(frames_cut_off);
    count_ = *count;
    return count_;
  }

  /// After count().
  std::expected<std::vector<std::string_view>, std::string> samples() {
    const std::string_view chunks = find_box(boxes_, "stsc");
    const auto runs = table_of(chunks, version_and_flags, 12);
    if (!runs || runs->count == 0) return wrong(no_places);
    near_places_ = find_box(boxes_, "stco");
    far_places_ = find_box(boxes_, "co64");
    found_.reserve(count_);
    for (std::size_t run = 0; run < runs->count; ++run) {
      if (auto good = take_run(*runs, run); !good) return std::unexpected(good.error());
    }
    if (found_.size() != count_) return wrong(no_places);
    return std::move(found_);
  }

  static constexpr std::string_view frames_cut_off = "its frames are cut off";

 private:
  static constexpr std::string_view no_places = "it does not say where its frames lie";

  /// Of chunks that hold as many samples each: from the first up to that of the next run.
  Taken take_run(const Table& runs, std::size_t run) {
    const std::size_t at = 12 * run;
    const auto first = std::size_t{big_endian<std::uint32_t>(runs.records, at)};
    const auto each = std::size_t{big_endian<std::uint32_t>(runs.records, at + 4)};
    if (first == 0 || each == 0 || big_endian<std::uint32_t>(runs.records, at + 8) != 1)
      return wrong("the places of its frames contradict each other");
    const std::size_t end = run + 1 < runs.count
                                ? std::size_t{big_endian<std::uint32_t>(runs.records, at + 12)}
                                : std::numeric_limits<std::size_t>::max();
    for (std::size_t chunk = first; chunk < end && found_.size() < count_; ++chunk) {
      const auto begin = begin_of_chunk(chunk - 1);
      if (!begin) return wrong(no_places);
      if (auto good = take_chunk(*begin, each); !good) return good;
    }
    return {};
  }

  [[nodiscard]] std::optional<std::uint64_t> begin_of_chunk(std::size_t chunk) const {
    constexpr std::size_t head = 8;
    if (near_places_.empty()) return number<std::uint64_t>(far_places_, head + 8 * chunk);
    const auto begin = number<std::uint32_t>(near_places_, head + 4 * chunk);
    return begin ? std::optional<std::uint64_t>(*begin) : std::nullopt;
  }

  Taken take_chunk(std::uint64_t begin, std::size_t samples) {
    for (std::size_t i = 0; i < samples && found_.size() < count_; ++i) {
      const std::size_t size =
          common_size_ > 0 ? common_size_
                           : big_endian<std::uint32_t>(sizes_, version_and_flags + 8 + 4 * found_.size());
      if (size == 0) return wrong("one of its frames is empty");
      if (begin > bytes_.size() || size > bytes_.size() - begin) return wrong(frames_cut_off);
      found_.push_back(bytes_.substr(static_cast<std::size_t>(begin), size));
      begin += size;
    }
    return {};
  }

  std::string_view bytes_;
  std::string_view boxes_;
  std::string_view sizes_;
  std::string_view near_places_;  ///< of 32 bits
  std::string_view far_places_;   ///< of 64 bits, where there are none of those
  std::size_t count_ = 0;
  std::size_t common_size_ = 0;
  std::vector<std::string_view> found_;
};

/// Milliseconds. Their sums are rounded, so that the whole is as long as it should be.
std::expected<std::vector<std::int32_t>, std::string> delays_of(const Track& track, std::size_t count) {
  constexpr double longest = 655'350;  // of a GIF
  constexpr double milliseconds = 1000;
  const auto runs = table_of(find_box(track.samples, "stts"), version_and_flags, 8);
  if (!runs || track.ticks_a_second == 0) return wrong("it does not say how long its frames are shown");
  std::vector<std::int32_t> delays;
  delays.reserve(count);
  double ticks = 0;
  double shown = 0;
  for (std::size_t run = 0; run < runs->count; ++run) {
    const auto frames = big_endian<std::uint32_t>(runs->records, 8 * run);
    const auto each = big_endian<std::uint32_t>(runs->records, 8 * run + 4);
    for (std::uint32_t i = 0; i < frames && delays.size() < count; ++i) {
      ticks += each;
      const double until = std::round(ticks * milliseconds / track.ticks_a_second);
      delays.push_back(static_cast<std::int32_t>(std::lround(std::min(until - shown, longest))));
      shown = until;
    }
  }
  if (delays.size() != count) return wrong("it does not say how long all of its frames are shown");
  return delays;
}

/// An edit that is repeated until the track's time is over.
std::int32_t plays_of(const Track& track) {
  constexpr unsigned repeats = 1;
  const auto flags = number<std::uint32_t>(track.edits, 0);
  const auto count = number<std::uint32_t>(track.edits, version_and_flags);
  if (!flags || count != 1U) return 0;
  if ((*flags & repeats) == 0) return 1;
  const auto once = duration_at(track.edits, version_and_flags + 4);
  if (!once || *once == 0 || track.duration == without_end) return 0;
  const std::uint64_t plays = track.duration / *once + (track.duration % *once > 0 ? 1 : 0);
  constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int32_t>(std::clamp<std::uint64_t>(plays, 1, most));
}

/// irot turns against the clock, before imir exchanges top and bottom (0) or left and right (1).
std::int32_t orientation_of(std::string_view properties) {
  constexpr std::array<std::array<std::int32_t, 3>, 4> orientations{
      {{1, 4, 2}, {8, 5, 7}, {3, 2, 4}, {6, 7, 5}}};
  const std::string_view turn = find_box(properties, "irot");
  const std::string_view mirror = find_box(properties, "imir");
  const std::size_t quarters = turn.empty() ? 0 : static_cast<std::uint8_t>(turn.front()) & 3U;
  const std::size_t how = mirror.empty() ? 0 : 1 + (static_cast<std::uint8_t>(mirror.front()) & 1U);
  return orientations.at(quarters).at(how);
}

std::optional<AvifNclx> nclx_in(std::string_view colr) {
  constexpr std::size_t kind = 4;
  constexpr std::uint8_t full_range = 0x80;
  if (!colr.starts_with("nclx") || colr.size() < kind + 7) return std::nullopt;
  return AvifNclx{.primaries = big_endian<std::uint16_t>(colr, kind),
                  .transfer = big_endian<std::uint16_t>(colr, kind + 2),
                  .matrix = big_endian<std::uint16_t>(colr, kind + 4),
                  .full_range = (static_cast<std::uint8_t>(colr[kind + 6]) & full_range) != 0};
}

void take_colors(std::string_view properties, AvifSequence& sequence) {
  const std::string_view light = find_box(properties, "clli");
  if (const auto peak = number<std::uint16_t>(light, 0); peak && *peak > 0) sequence.peak_nits = *peak;
  while (const auto box = take_box(properties)) {
    if (box->type != "colr") continue;
    if (const auto nclx = nclx_in(box->content)) sequence.nclx = nclx;
    if (box->content.starts_with("prof") || box->content.starts_with("rICC"))
      sequence.icc_profile = box->content.substr(4);
  }
}

/// Of the configuration of its decoder: nothing where there is none.
std::optional<int> bits_of(std::string_view properties) {
  constexpr unsigned high = 0x40;
  constexpr unsigned twelve = 0x20;
  const std::string_view config = find_box(properties, "av1C");
  if (config.size() < 4) return std::nullopt;
  const auto flags = static_cast<std::uint8_t>(config[2]);
  if ((flags & high) == 0) return 8;
  return (flags & twelve) != 0 ? 12 : 10;
}

Taken take_opacity(std::string_view bytes, const Track& track, AvifSequence& sequence) {
  if (size_of(track) != sequence.size) return wrong("its opacity is of another size than its colours");
  SampleTable table(bytes, track.samples);
  const auto count = table.count();
  if (!count) return std::unexpected(count.error());
  if (*count != sequence.frames.size()) return wrong("its opacity has other frames than its colours");
  const auto samples = table.samples();
  if (!samples) return std::unexpected(samples.error());
  for (std::size_t i = 0; i < samples->size(); ++i)
    sequence.frames[i].opacity = (*samples)[i];
  sequence.has_opacity = true;
  return {};
}

Taken take_frames(const Track& track, SampleTable& table, AvifSequence& sequence) {
  const auto samples = table.samples();
  if (!samples) return std::unexpected(samples.error());
  const auto delays = delays_of(track, samples->size());
  if (!delays) return std::unexpected(delays.error());
  sequence.frames.reserve(samples->size());
  for (std::size_t i = 0; i < samples->size(); ++i)
    sequence.frames.push_back({.colors = (*samples)[i], .opacity = {}, .delay_ms = (*delays)[i]});
  return {};
}

bool is_sequence(std::string_view bytes) {
  return bytes.size() >= 12 && bytes.substr(4, 8) == "ftypavis";
}

}  // namespace

std::expected<std::optional<AvifSequence>, std::string> read_avif_sequence(std::string_view bytes,
                                                                           std::size_t most_frames) {
  if (!is_sequence(bytes)) return std::nullopt;
  const std::vector<Track> tracks = tracks_of(bytes);
  const Track* colors = track_of_colors(tracks);
  if (colors == nullptr) return wrong("it has no sequence of AV1 pictures, which its first bytes announce");
  const auto size = size_of(*colors);
  const auto bits = bits_of(properties_of(*colors));
  if (!size || !bits) return wrong("it does not say what its pictures are");
  SampleTable table(bytes, colors->samples);
  const auto count = table.count();
  if (!count) return std::unexpected(count.error());
  AvifSequence sequence{.size = *size, .declared_frames = *count, .plays = plays_of(*colors), .bits = *bits};
  sequence.orientation = orientation_of(properties_of(*colors));
  take_colors(properties_of(*colors), sequence);
  if (*count > most_frames) return sequence;
  if (auto good = take_frames(*colors, table, sequence); !good) return std::unexpected(good.error());
  if (const Track* opacity = track_of_opacity(tracks, *colors)) {
    if (auto good = take_opacity(bytes, *opacity, sequence); !good) return std::unexpected(good.error());
    sequence.is_premultiplied = refers_to(*colors, "prem", opacity->id);
  }
  return sequence;
}

}  // namespace rucola::render::worker
