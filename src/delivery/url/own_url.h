// URLs of this very server in the place of a remote image: they are looked up here instead of being fetched,
// so that there is no loop, and what is protected stays so.
//
// Pure; thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "base/error.h"
#include "delivery/url/render_url.h"

namespace rucola::delivery {

/// Where clients see the server. Views into the request and the settings.
struct ServerPlace {
  std::string_view host{};           ///< that the request was sent to
  std::string_view path_prefix{};    ///< as message::Request has it
  std::string_view render_domain{};  ///< as Settings has it; empty: the server knows no URL of its own
};

/// What a whole URL asks this server's organization for; nothing where it leads elsewhere, or to another
/// organization. The port is not looked at. Errors: those of parse_render_path(); bad_request for a URL of
/// the IIIF API.
Result<std::optional<RenderUrl>> own_render_url(std::string_view url, std::string_view organization,
                                                const ServerPlace& place);

}  // namespace rucola::delivery
