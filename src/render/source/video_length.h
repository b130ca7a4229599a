// How long a video lasts, as ingesting found it, and times in it, as the stack option timestamp says them,
// and what stands behind the URL of a video of another server.
//
// The server keeps it in the image's static metadata: {"video": {"data": {"duration": "00:01:19.34"}}}, cut
// off after hundredths of a second.
//
// Values and pure functions; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"

namespace rucola::render {

/// [[HH:]MM:]SS with up to three digits behind a point, in milliseconds: "00:00:40", "1:02:03.5", "40".
/// Nothing for all else, and past 100 hours.
std::optional<std::int32_t> parse_timestamp(std::string_view text);

class VideoLength {
 public:
  /// Nothing where the metadata has none.
  static std::optional<VideoLength> parse(std::string_view static_metadata_json);

  /// Is there a picture at `timestamp`, in milliseconds? Errors: bad_request, naming how long the video is,
  /// and what the time is: "The stack option …".
  [[nodiscard]] Result<void> check_within(std::int32_t timestamp, std::string_view what) const;
  /// Milliseconds from `timestamp` on: as many as there are at least.
  [[nodiscard]] std::int32_t rest_after(std::int32_t timestamp) const;
  /// Is there surely nothing left of it at that time?
  [[nodiscard]] bool is_over_at(std::int64_t milliseconds) const { return milliseconds >= milliseconds_; }

 private:
  explicit VideoLength(std::int32_t milliseconds) : milliseconds_(milliseconds) {}

  std::int32_t milliseconds_;  ///< no shorter than the video
};

}  // namespace rucola::render
