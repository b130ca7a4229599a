#include "delivery/url/iiif_url.h"

#include <utility>
#include <vector>

#include "message/request.h"

namespace rucola::delivery {
namespace {

constexpr std::string_view prefix = "/_iiif/";
constexpr std::size_t parts_of_picture = 4;  // region, size, rotation, quality.format

std::unexpected<Error> malformed() {
  return fail(ErrorCode::bad_request,
              "The URL is not one of the IIIF Image API: /_iiif/{image}/info.json, or "
              "/_iiif/{image}/{region}/{size}/{rotation}/{quality}.{format}, as in "
              "/_iiif/0dcabb/full/max/0/default.jpg. docs/iiif.md says more.");
}

Result<std::vector<std::string>> decoded_segments(std::string_view path) {
  std::vector<std::string> segments;
  while (true) {
    const std::size_t slash = path.find('/');
    auto segment = message::percent_decode(path.substr(0, slash));
    if (!segment) return malformed();
    segments.push_back(*std::move(segment));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

Result<IiifPicture> parse_picture(const std::vector<std::string>& parts, std::size_t first) {
  const std::string& last = parts[first + parts_of_picture - 1];
  const std::size_t dot = last.rfind('.');
  if (dot == std::string::npos) return malformed();
  return IiifPicture{.region = parts[first],
                     .size = parts[first + 1],
                     .rotation = parts[first + 2],
                     .quality = last.substr(0, dot),
                     .format = last.substr(dot + 1)};
}

}  // namespace

bool is_iiif_path(std::string_view render_path) {
  return render_path.starts_with(prefix);
}

Result<IiifUrl> parse_iiif_path(std::string_view render_path) {
  auto parts = decoded_segments(render_path.substr(prefix.size()));
  if (!parts) return std::unexpected(std::move(parts).error());
  IiifUrl url;
  std::size_t next = 0;
  if (parts->front() == "2" || parts->front() == "3") {
    url.version = parts->front() == "2" ? 2 : 3;
    ++next;
  }
  if (next == parts->size()) return malformed();
  url.image = (*parts)[next++];
  auto reference = parse_image_reference(url.image);
  if (!reference) {
    return fail(ErrorCode::not_found, "There is no image \"" + url.image.substr(0, 64) +
                                          "\": an image is a hash of 6 to 40 lower-case hex characters, or "
                                          "-_alias_-.");
  }
  url.reference = *std::move(reference);
  const std::size_t left = parts->size() - next;
  if (left == 0 || (left == 1 && parts->back().empty())) return url;
  if (left == 1 && parts->back() == "info.json") {
    url.asks = IiifUrl::Asks::info;
    return url;
  }
  if (left != parts_of_picture) return malformed();
  auto picture = parse_picture(*parts, next);
  if (!picture) return std::unexpected(std::move(picture).error());
  url.picture = *std::move(picture);
  url.asks = IiifUrl::Asks::picture;
  return url;
}

}  // namespace rucola::delivery
