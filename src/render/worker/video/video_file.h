// A video as its container describes it, read by FFmpeg out of memory: which of its streams is the picture,
// how large that is and which way up, how long it lasts. Nothing but these bytes is read: where a container
// names other files or addresses, nobody opens them.
//
// Hostile input is expected. Threads: a worker has one. Ownership: the bytes outlive it. Errors: Refused
// (unprocessable: damaged, or no picture; unsupported_media_type: a codec that is not read). Where FFmpeg
// gets no memory it says that the file is damaged, or nothing; worker/jobs.cpp finds out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "render/plan/format.h"
#include "render/plan/size.h"
#include "render/protocol/messages.h"
#include "render/worker/video/ffmpeg.h"

namespace rucola::render::worker {

class VideoFile {
 public:
  /// `format`: as it was sniffed.
  static std::shared_ptr<VideoFile> open(std::string_view bytes, Format format,
                                         const protocol::Limits& limits);

  [[nodiscard]] const AVFormatContext& container() const { return *container_; }
  [[nodiscard]] const AVStream& pictures() const { return *pictures_; }
  /// Null where there is none.
  [[nodiscard]] const AVStream* sound() const { return sound_; }
  [[nodiscard]] const protocol::Limits& limits() const { return limits_; }

  /// As it is shown, but not turned yet: with square pixels, of which it has at least as many each way as
  /// there are in the file.
  [[nodiscard]] Size shown() const;
  /// How it is turned and mirrored, as EXIF counts it, 1 to 8.
  [[nodiscard]] int orientation() const;
  /// Microseconds; where the container doesn't say it, all of it is read.
  [[nodiscard]] std::int64_t duration();

  /// To the first of the pictures.
  void rewind();
  /// To a place from which the picture at `time` can be decoded; in units of pictures().time_base.
  void seek(std::int64_t time);
  /// To the sound at `time`, or somewhat before it; in units of sound()->time_base. There is some.
  void seek_sound(std::int64_t time);
  /// The next of the pictures, coded; after seek_sound(), of the sound. False: there is no other.
  bool read(AVPacket& packet);
  /// That time 0 stands for, in units of pictures().time_base.
  [[nodiscard]] std::int64_t first_time() const;

  /// How many pictures the file's own index names, if those are all of them; otherwise 0.
  [[nodiscard]] int indexed_pictures() const;
  /// In the order in which they are decoded; `number` from 0.
  [[nodiscard]] const AVIndexEntry& indexed_picture(int number) const;

 private:
  class Input;
  struct Close {
    void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
  };

  VideoFile(std::string_view bytes, Format format, const protocol::Limits& limits);
  void open_container(Format format);
  void find_streams(Format format);
  void choose(const AVStream& stream);
  bool go_to(std::int64_t time);
  [[nodiscard]] bool says_duration() const;
  [[nodiscard]] std::int64_t said_duration() const;
  std::int64_t duration_by_reading();

  const protocol::Limits limits_;
  std::unique_ptr<Input> input_;
  std::unique_ptr<AVFormatContext, Close> container_;
  AVStream* pictures_ = nullptr;
  const AVStream* sound_ = nullptr;
  const AVStream* chosen_ = nullptr;      ///< that is read
  std::optional<std::int64_t> duration_;  ///< once somebody has asked for it
};

/// An answer of FFmpeg's, where it is no error. Errors: as above.
int readable(int answer);

/// What says of the pictures what their codec does not. Null where there is none.
const std::uint8_t* side_data(const AVStream& stream, AVPacketSideDataType type);

}  // namespace rucola::render::worker
