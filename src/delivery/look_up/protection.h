// Protected images, protected stacks and, where the organization says so, the dynamic stack are shown only
// to those who have a signed URL. The look-up asks here, before anything is planned or rendered.
//
// Threads: any; blocks on the catalog, inside the snapshot of `catalog`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "delivery/look_up/catalog_view.h"

namespace rucola::delivery {

/// The URL as it was asked for, which is what a signature is over. Views into the request.
struct SentUrl {
  /// Where a proxy mounts the server below a path: clients sign it with the rest.
  std::string_view path_prefix{};
  std::string_view path;         ///< the whole path behind that, percent-encoded
  std::string_view render_path;  ///< what is left of it behind /render/{org}; the same on a render host
  std::string_view query;        ///< without its '?'
  bool has_slug = false;  ///< the path ends in /{slug}.{format}; clients leave the slug out when they sign
};

/// `what` is protected: "The image", for the message. Until when the signature is good, or nothing where that
/// is for ever. Errors: forbidden, with what is missing, wrong or over.
Result<std::optional<Time>> require_signature(CatalogView& catalog, std::string_view organization,
                                              const SentUrl& url, std::string_view what);

/// Signs a URL, in the spelling that browsers give to it. `query` goes without its '?'.
using SignUrl = std::function<std::string(std::string_view path, std::string_view query)>;

/// On behalf of a URL that require_signature() has let pass: by the same key, with the same end. Errors: as
/// there.
Result<SignUrl> signer_for(CatalogView& catalog, std::string_view organization, const SentUrl& url);

}  // namespace rucola::delivery
