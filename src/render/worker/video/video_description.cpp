#include "render/worker/video/video_description.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace rucola::render::worker {
namespace {

namespace json = boost::json;
using ffmpeg::made;
using ffmpeg::Owned;

/// FFmpeg's line begins with the kind of the stream: "Video: h264 (High) …".
std::string info_of(const AVStream& stream) {
  const Owned<AVCodecContext> codec(made(avcodec_alloc_context3(nullptr), "codec"));
  readable(avcodec_parameters_to_context(codec.get(), stream.codecpar));
  constexpr std::size_t longest = 512;
  std::array<char, longest> text{};
  avcodec_string(text.data(), static_cast<int>(text.size()), codec.get(), 0);
  const std::string_view line(text.data());
  const std::size_t colon = line.find(": ");
  return std::string(colon == std::string_view::npos ? line : line.substr(colon + 2));
}

std::string two_digits(std::int64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

/// With two digits behind the point where it isn't a whole number: 25, 29.97.
std::string rate_text(AVRational frames_per_second) {
  const std::int64_t hundredths = std::llround(av_q2d(frames_per_second) * 100);
  const std::string whole = std::to_string(hundredths / 100);
  return hundredths % 100 == 0 ? whole : whole + '.' + two_digits(hundredths % 100);
}

std::string with_rate(std::string info, AVRational frames_per_second) {
  if (frames_per_second.num <= 0 || frames_per_second.den <= 0) return info;
  return info.append(", ").append(rate_text(frames_per_second)).append(" fps");
}

}  // namespace

json::object describe_video(VideoFile& video, std::size_t bytes) {
  constexpr std::int64_t hundredth = AV_TIME_BASE / 100;
  const std::int64_t duration = video.duration();
  const std::int64_t hundredths = duration / hundredth;
  const std::int64_t seconds = hundredths / 100;
  const std::string hours = two_digits(seconds / 3600);
  const std::string mins = two_digits(seconds / 60 % 60);
  const std::string secs = two_digits(seconds % 60);
  const std::string ms = two_digits(hundredths % 100);
  json::object data;
  data["video_info"] = with_rate(info_of(video.pictures()), video.pictures().avg_frame_rate);
  if (video.sound() != nullptr) data["audio_info"] = info_of(*video.sound());
  data["hours"] = hours;
  data["mins"] = mins;
  data["secs"] = secs;
  data["ms"] = ms;
  data["duration"] =
      std::string(hours).append(":").append(mins).append(":").append(secs).append(".").append(ms);
  if (duration > 0) {
    const double bits_of_a_second =
        8.0 * static_cast<double>(bytes) * AV_TIME_BASE / static_cast<double>(duration);
    data["bitrate_per_sec"] = std::llround(bits_of_a_second);
  }
  return {{"data", std::move(data)}};
}

}  // namespace rucola::render::worker
