// From a render URL to the things of the catalog that it names.
//
// Threads: any; blocks on the catalog. Errors: not_found (organization, stack, alias, image), forbidden
// (protected and not signed), bad_request (ambiguous short hash).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/store.h"
#include "delivery/protection.h"
#include "delivery/render_url.h"
#include "render/planning/planner.h"
#include "render/stack/definition.h"

namespace rucola::delivery {

struct Resolved {
  catalog::Organization organization;
  render::StackDefinition stack;  ///< with the URL's overrides
  catalog::SourceImage image;
  std::optional<catalog::Alias> alias;
  std::vector<std::string> tags;    ///< of everything the render depends on
  Time depends_on_changes_until{};  ///< when the newest movable thing it depends on last changed
  bool preview = false;
  std::string to_fetch{};  ///< a remote image that has never been fetched; `image` and `tags` are then empty
  std::vector<std::string> to_fetch_from{};  ///< as RemotePolicy::hosts; empty: all
  SentUrl sent;                              ///< views into the request
  bool is_signed = false;            ///< something in it is protected, and the URL's signature is good
  std::optional<Time> good_until{};  ///< when the URL's signature ends: nobody may keep the answer for longer
};

class Resolver {
 public:
  explicit Resolver(catalog::Store& store) : store_(store) {}

  /// Errors: forbidden where something is protected and `sent` is not signed.
  Result<Resolved> resolve_blocking(const std::string& organization, const RenderUrl& url,
                                    const SentUrl& sent);

 private:
  Result<render::StackDefinition> stack_of(Resolved& resolved, const RenderUrl& url);
  /// In the organization itself, else in the one that it names as its fallback.
  Result<catalog::SourceImage> image_of(Resolved& resolved, const ImageReference& reference);
  Result<catalog::SourceImage> remote_image_of(Resolved& resolved, const std::string& reference);
  Result<catalog::SourceImage> image_in(const std::string& organization, Resolved& resolved,
                                        const ImageReference& reference);

  catalog::Store& store_;
};

/// To be called for everything protected that a render uses, before it is used; `what` is "The image".
/// Errors: forbidden.
Result<void> demand_signature(catalog::Store& store, Resolved& resolved, std::string_view what);

/// The tags that a failed look-up would have carried, so that a purge finds a cached 404 too.
std::vector<std::string> tags_of_url(const std::string& organization, const RenderUrl& url);

render::SourceFacts facts_of(const catalog::SourceImage& image);

}  // namespace rucola::delivery
