// The URLs of the IIIF Image API, versions 2.1 and 3.0, behind /_iiif/ (https://iiif.io/api/image/3.0/).
//
//   /_iiif/[{version}/]{image}/info.json
//   /_iiif/[{version}/]{image}/{region}/{size}/{rotation}/{quality}.{format}
//
// `image` is a hash or an alias as in render URLs. Pure; thread-safe. Errors: bad_request, not_found.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "delivery/url/render_url.h"

namespace rucola::delivery {

/// As written; iiif_picture.h makes numbers of them.
struct IiifPicture {
  std::string region;
  std::string size;
  std::string rotation;
  std::string quality;
  std::string format;
};

struct IiifUrl {
  int version = 3;
  std::string image;  ///< as written, for links
  ImageReference reference;
  enum class Asks { base, info, picture } asks = Asks::base;
  IiifPicture picture{};
};

bool is_iiif_path(std::string_view render_path);
/// `render_path` is what follows the organization, percent-encoded.
Result<IiifUrl> parse_iiif_path(std::string_view render_path);

}  // namespace rucola::delivery
