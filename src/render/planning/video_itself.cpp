#include "render/planning/video_itself.h"

#include <string>

namespace rucola::render {

Result<void> check_video_as_it_is(const SourceFacts& video, std::string_view format, bool url_operates) {
  const std::string stored(name_of(video.format));
  if (parse_format(format) != video.format) {
    return fail(ErrorCode::unsupported_media_type,
                "The video is a file of the kind " + stored +
                    ", and videos are not converted: ask for it as it is (." + stored +
                    "), or for a picture of it (.jpg, .webp, …).");
  }
  if (url_operates) {
    return fail(
        ErrorCode::unprocessable,
        "Videos are delivered as they are: operations are possible with pictures of them (.jpg, .webp, "
        "…), not with the video itself.");
  }
  return {};
}

}  // namespace rucola::render
