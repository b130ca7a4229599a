#include "render/worker/video/pictures_from.h"

#include <algorithm>
#include <utility>

namespace rucola::render::worker {
namespace {

using ffmpeg::made;
using ffmpeg::Owned;

constexpr std::int64_t farthest = std::int64_t{1} << 60;  // sums of some fit as well

/// How much later it is than wanted.
std::int64_t lateness(const AVFrame& frame, std::int64_t time) {
  if (frame.best_effort_timestamp == AV_NOPTS_VALUE) return 0;
  return std::clamp(frame.best_effort_timestamp, -farthest, farthest) - std::clamp(time, -farthest, farthest);
}

/// So much earlier that it suffices where the next keyframe takes as long.
std::int64_t farther_back(std::int64_t begun, std::int64_t late) {
  return std::clamp(begun, -farthest, farthest) - late - 1;
}

}  // namespace

PicturesFrom::PicturesFrom(VideoFile& video, std::optional<std::int64_t> time, const Check& check)
    : video_(video), first_(made(av_frame_alloc(), "frame")) {
  if (time)
    search(*time, check);
  else
    begin_at(std::nullopt, check, 0);
}

void PicturesFrom::go_to(std::optional<std::int64_t> time) {
  if (time)
    video_.seek(*time);
  else
    video_.rewind();
}

void PicturesFrom::begin_at(std::optional<std::int64_t> time, const Check& check, std::int64_t already) {
  go_to(time);
  check(already);
  go_to(time);
  decoder_.emplace(video_, already);
  has_first_ = decoder_->next(*first_);
}

void PicturesFrom::search(std::int64_t time, const Check& check) {
  constexpr int most_tries = 6;  // the last one from the beginning
  const std::int64_t earliest = decoding_time_at(std::nullopt);
  std::optional<std::int64_t> from = time;
  std::int64_t already = 0;
  for (int tries = 1; tries <= most_tries; ++tries) {
    const std::int64_t begun = decoding_time_at(from);
    begin_at(from, check, already);
    const std::int64_t late = has_first_ ? lateness(*first_, time) : 0;
    if ((has_first_ && late <= 0) || begun == AV_NOPTS_VALUE || begun <= earliest) return;
    already = decoder_->decoded();
    from = farther_back(begun, late);
    if (tries + 1 == most_tries) from.reset();
  }
}

std::int64_t PicturesFrom::decoding_time_at(std::optional<std::int64_t> time) {
  const Owned<AVPacket> packet(made(av_packet_alloc(), "packet"));
  go_to(time);
  if (!video_.read(*packet)) return AV_NOPTS_VALUE;
  return packet->dts == AV_NOPTS_VALUE ? packet->pts : packet->dts;
}

bool PicturesFrom::next(AVFrame& frame) {
  if (!std::exchange(has_first_, false)) return decoder_->next(frame);
  av_frame_unref(&frame);
  av_frame_move_ref(&frame, first_.get());
  return true;
}

}  // namespace rucola::render::worker
