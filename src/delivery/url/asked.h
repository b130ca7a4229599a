// What a client asks for when it asks for a render: the first step, made of the request alone.
//
// Threads: immutable once made. Ownership: Asked owns the request and stays in its place, since its target
// views into it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "delivery/url/iiif_url.h"
#include "delivery/url/render_url.h"
#include "message/request.h"
#include "render/planning/planner.h"

namespace rucola::delivery {

/// The request headers that may change an answer, reduced to what matters.
struct ClientHints {
  render::AcceptClass accept = render::AcceptClass::neither;
  bool save_data = false;

  static ClientHints of(const message::Request& request);
};

/// What an answer depends on besides the catalog: where it was asked for, and what the client hinted.
std::string hot_key_of(const message::Request& request, ClientHints hints);

struct Asked {
  /// `asked` is one that find_render_target() finds a target in.
  Asked(message::Request asked, std::string_view render_domain);
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;
  ~Asked() = default;

  const message::Request request;
  const RenderTarget target;
  const ClientHints hints;
  const std::string hot_key;
};

/// The URL in its parts. Of a request to the IIIF API, `url` says which image.
struct AskedUrl {
  RenderUrl url;
  std::optional<IiifUrl> iiif{};
};

/// Not for an event loop: a URL may hold hundreds of expressions, with regular expressions in them.
/// Errors: bad_request, not_found; unsupported_media_type for a list or a part of an image of another server.
Result<AskedUrl> read_url(const Asked& asked);

}  // namespace rucola::delivery
