// Where a file of another server is fetched from, and the time that may stand behind it: of
// https://example.org/film.mp4@00:00:22 what is meant is the picture that the video there shows then.
//
// Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace rucola::delivery {

struct RemoteAddress {
  std::string url{};                   ///< what is asked for; of a render URL first only a reference
  std::optional<std::int32_t> time{};  ///< of a video, in milliseconds: its picture then, and not the video

  /// What the catalog remembers its image by: that of another time is another image. However the time was
  /// spelled, and told by a space, which is in no URL, from one that ends so by itself.
  [[nodiscard]] std::string name() const;
};

/// The time is what stands behind the last `@`, where that is one (render::parse_timestamp()) and something
/// stands before it. An `@` before the path of an http or https URL ends a user name, never a URL.
RemoteAddress read_address(std::string_view text);

/// A time stands behind the URL of what is no video, but of the kind `kind`.
Error no_video_behind(std::string_view kind);

/// Where nothing can be fetched, or what is fetched is no video: who meant the `@` as a part of the URL
/// learns how it is written then. Errors of another kind, and those of a URL without a time, stay as they
/// are.
Error about_time_too(Error error, const std::optional<std::int32_t>& time);

}  // namespace rucola::delivery
