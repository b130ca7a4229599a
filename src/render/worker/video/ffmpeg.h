// FFmpeg's libraries in C++: results that are looked at, and things that have an owner.
//
// Threads: any; what is owned belongs to one at a time.
#pragma once

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

namespace rucola::render::worker::ffmpeg {

inline std::string error_text(int error) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(error, text.data(), text.size());
  return text.data();
}

/// `result`, where it is none of FFmpeg's errors, which are negative. Errors: std::runtime_error.
inline int checked(int result, const char* what) {
  if (result >= 0) return result;
  throw std::runtime_error(std::string("FFmpeg: ") + what + ": " + error_text(result));
}

/// `object`, which FFmpeg has made. Errors: std::runtime_error where it has not.
template <class T>
T* made(T* object, const char* what) {
  if (object == nullptr) throw std::runtime_error(std::string("FFmpeg: no ") + what);
  return object;
}

struct Deleter {
  void operator()(AVBSFContext* context) const { av_bsf_free(&context); }
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
  void operator()(AVCodecParameters* parameters) const { avcodec_parameters_free(&parameters); }
  void operator()(AVFormatContext* context) const { avformat_free_context(context); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(SwsContext* context) const { sws_freeContext(context); }
};
template <class T>
using Owned = std::unique_ptr<T, Deleter>;

}  // namespace rucola::render::worker::ffmpeg
