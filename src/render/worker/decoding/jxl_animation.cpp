#include "render/worker/decoding/jxl_animation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include <jxl/decode.h>

#include "base/c_handle.h"
#include "render/worker/decoding/source_checks.h"

namespace rucola::render::worker {
namespace {

using Decoder = CHandle<JxlDecoder, JxlDecoderDestroy>;
using Animation = std::shared_ptr<const JxlAnimation>;

/// A page's: it stays until somebody turns it over.
constexpr std::uint32_t for_ever = std::numeric_limits<std::uint32_t>::max();

bool begins(JxlDecoder* decoder, std::string_view bytes) {
  if (JxlDecoderSubscribeEvents(decoder, JXL_DEC_BASIC_INFO | JXL_DEC_FRAME) != JXL_DEC_SUCCESS) return false;
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  if (JxlDecoderSetInput(decoder, data, bytes.size()) != JXL_DEC_SUCCESS) return false;
  JxlDecoderCloseInput(decoder);
  return JxlDecoderProcessInput(decoder) == JXL_DEC_BASIC_INFO;
}

/// How long each frame is shown, in ticks. Layers that make one frame together are one.
Result<std::vector<std::uint32_t>> ticks_of_frames(JxlDecoder* decoder, const JxlBasicInfo& info,
                                                   const protocol::Limits& limits) {
  std::vector<std::uint32_t> ticks;
  for (;;) {
    const auto frames = static_cast<std::int64_t>(ticks.size());
    if (auto good = check_pixels(info.xsize, info.ysize, frames, limits); !good)
      return std::unexpected(good.error());
    const JxlDecoderStatus status = JxlDecoderProcessInput(decoder);
    if (status == JXL_DEC_SUCCESS) return ticks;
    JxlFrameHeader header{};
    if (status != JXL_DEC_FRAME || JxlDecoderGetFrameHeader(decoder, &header) != JXL_DEC_SUCCESS)
      return damaged(Format::jxl, "its frames are cut off, or can't be told from each other");
    ticks.push_back(header.duration);
  }
}

/// Their sums are rounded, so that the whole is as long as it should be.
std::vector<std::int32_t> milliseconds(std::span<const std::uint32_t> ticks,
                                       const JxlAnimationHeader& clock) {
  constexpr double longest = 655'350;  // of a GIF
  constexpr double milliseconds_a_second = 1000;
  const double tick =
      milliseconds_a_second * clock.tps_denominator / std::max(clock.tps_numerator, std::uint32_t{1});
  std::vector<std::int32_t> delays;
  delays.reserve(ticks.size());
  double passed = 0;
  double shown = 0;
  for (const std::uint32_t each : ticks) {
    passed += each;
    const double until = std::round(passed * tick);
    delays.push_back(static_cast<std::int32_t>(std::lround(std::min(until - shown, longest))));
    shown = until;
  }
  return delays;
}

std::int32_t plays_of(const JxlAnimationHeader& clock) {
  constexpr std::uint32_t most = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int32_t>(std::min(clock.num_loops, most));
}

bool are_pages(std::span<const std::uint32_t> ticks) {
  return std::ranges::all_of(ticks, [](std::uint32_t each) { return each == for_ever; });
}

}  // namespace

Result<Animation> read_jxl_animation(std::string_view bytes, const protocol::Limits& limits) {
  const Decoder decoder(JxlDecoderCreate(nullptr));
  JxlBasicInfo info;  // not zeroed: 0 is none of the ways that a picture may lie
  if (!decoder || !begins(decoder.get(), bytes)) return nullptr;
  if (JxlDecoderGetBasicInfo(decoder.get(), &info) != JXL_DEC_SUCCESS) return nullptr;
  if (info.have_animation == JXL_FALSE) return nullptr;
  const auto ticks = ticks_of_frames(decoder.get(), info, limits);
  if (!ticks) return std::unexpected(ticks.error());
  if (ticks->size() < 2 || are_pages(*ticks)) return nullptr;
  return std::make_shared<const JxlAnimation>(
      JxlAnimation{.plays = plays_of(info.animation), .delays_ms = milliseconds(*ticks, info.animation)});
}

vips::VImage with_timing(const vips::VImage& frames, const JxlAnimation& animation) {
  vips::VImage timed = frames.copy();
  timed.set("delay", animation.delays_ms);
  timed.set("loop", animation.plays);
  return timed;
}

}  // namespace rucola::render::worker
