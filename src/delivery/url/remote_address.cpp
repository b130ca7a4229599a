#include "delivery/url/remote_address.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/ascii.h"
#include "base/wording.h"
#include "render/source/video_length.h"

namespace rucola::delivery {
namespace {

constexpr std::string_view how_an_at_is_written =
    R"( What stands behind the last "@" is the time of a picture of a video; where the "@" is a part of the )"
    "URL itself, write it as %40, in a render URL as %2540 (docs/videos.md).";

/// Where the host and all before it ends; 0 where the text is no http or https URL.
std::size_t authority_end(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string scheme = lower(text.substr(0, colon));
  if (scheme != "http" && scheme != "https") return 0;
  const std::size_t host = text.find_first_not_of('/', colon + 1);
  if (host == std::string_view::npos || host == colon + 1) return 0;
  return std::min(text.find_first_of("/?#", host), text.size());
}

}  // namespace

std::string RemoteAddress::name() const {
  return time ? url + " @" + std::to_string(*time) + "ms" : url;
}

RemoteAddress read_address(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at < authority_end(text)) return {.url = std::string(text)};
  const auto time = render::parse_timestamp(text.substr(at + 1));
  if (!time) return {.url = std::string(text)};
  return {.url = std::string(text.substr(0, at)), .time = time};
}

Error no_video_behind(std::string_view kind) {
  std::string message = "A time stands behind the URL, and what is there is no video, but of the kind ";
  message += in_quotes(kind) + '.';
  message += how_an_at_is_written;
  return {ErrorCode::unprocessable, {std::move(message)}};
}

Error about_time_too(Error error, const std::optional<std::int32_t>& time) {
  if (time && error.code == ErrorCode::unprocessable) error.message.text += how_an_at_is_written;
  return error;
}

}  // namespace rucola::delivery
