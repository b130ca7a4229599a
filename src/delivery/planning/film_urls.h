// The URLs inside the lists of a video: absolute paths that begin as that of the list itself, up to the
// image, which they name by its hash. So they are as good for a host of renders as for /render/{org}, behind
// a proxy that mounts the server below a path, and with the options that the list's URL has; and an alias
// that moves leaves each list with the parts of one video.
//
// Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "delivery/look_up/protection.h"
#include "delivery/url/render_url.h"
#include "message/request.h"

namespace rucola::delivery {

class FilmUrls {
 public:
  /// Of the list that `request` asks for, whose URL is `url`; `hash`: the image's. Errors: bad_request where
  /// the slug has a slash.
  static Result<FilmUrls> of(const message::Request& request, const RenderUrl& url, std::string_view hash);

  /// Those that are asked for from then on are signed.
  void sign(SignUrl sign) { sign_ = std::move(sign); }

  /// `name`: what stands behind the image, slug and ending. `linked`: the hash of another image; empty: it is
  /// the list's own.
  [[nodiscard]] std::string operator()(std::string_view name, std::string_view linked = {}) const;

 private:
  FilmUrls(std::string base, std::string_view hash, std::string query)
      : base_(std::move(base)), hash_(hash), query_(std::move(query)) {}

  std::string base_;  ///< up to the slash before the image
  std::string hash_;
  std::string query_;  ///< without its '?'
  SignUrl sign_;       ///< empty: they are not
};

}  // namespace rucola::delivery
