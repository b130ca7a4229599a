// The grammar of render URLs: /{stack}/{modifiers…}/{image}[/{slug}].{format}, on the render host of an
// organization or behind /render/{org}.
//
// Pure; thread-safe. Errors: bad_request, saying which part is wrong and what is allowed; not_found for an
// image reference that can't exist.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "render/stack/overrides.h"

namespace rucola::delivery {

struct ImageReference {
  enum class Kind { hash, alias, remote };
  Kind kind = Kind::hash;
  std::string value;  ///< full or short hash; the alias' name; the remote image's path or URL
};

struct RenderUrl {
  std::string stack;  ///< a stored stack, or "dynamic"
  render::Overrides overrides;
  ImageReference image;
  std::string format;  ///< as written
  /// What stands between image and format, and names the file; no picture depends on it, but of a video's
  /// lists and parts (.m3u8, .ts) it says which.
  std::string slug;
  bool has_slug = false;  ///< it may be empty
};

/// Does the URL itself ask for operations, not only its stack? One that does nothing is none.
bool operates(const RenderUrl& url);

/// A hash or `-_alias_-`. Errors: bad_request, not_found.
Result<ImageReference> parse_image_reference(std::string_view segment);

/// `path` starts with the stack: what is left once the organization is known.
Result<RenderUrl> parse_render_path(std::string_view path);

struct RenderTarget {
  std::string organization;
  std::string_view path;  ///< points into the request's path
};

/// Nothing where neither the host nor the path asks for a render.
std::optional<RenderTarget> find_render_target(std::string_view host, std::string_view path,
                                               std::string_view render_domain);

}  // namespace rucola::delivery
