// The second step of a render request: from its URL to the things of the catalog that it names.
//
// Threads: any; blocks on the catalog, inside the snapshot of `catalog`. Errors: not_found (organization,
// stack, alias, image), forbidden (protected and not signed), bad_request (ambiguous short hash).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "delivery/look_up/catalog_view.h"
#include "delivery/look_up/protection.h"
#include "delivery/url/own_url.h"
#include "delivery/url/remote_address.h"
#include "delivery/url/render_url.h"
#include "render/planning/planner.h"
#include "render/stack/definition.h"

namespace rucola::delivery {

/// A render of this organization whose URL stands in the place of an image.
struct RenderWithin {
  render::StackDefinition stack;            ///< with its URL's overrides
  std::vector<render::Variable> variables;  ///< that its URL sets
  std::string format;                       ///< as its URL has it
  bool operates = false;                    ///< its URL itself, not only its stack, asks for operations
  std::optional<std::int32_t> still_at{};   ///< the time behind its URL, as RemoteAddress has it
};

struct Resolved {
  catalog::Organization organization;
  render::StackDefinition stack;       ///< with the URL's overrides
  std::vector<RenderWithin> within{};  ///< what the stack works on, each on the next, the last on the image
  catalog::SourceImage image;
  std::optional<catalog::Alias> alias;
  bool uses_alias = false;          ///< besides, in its stack
  bool lacks_linked = false;        ///< a video that is linked to it is missing, and may come
  std::vector<std::string> tags;    ///< of everything the render depends on
  Time depends_on_changes_until{};  ///< when the newest movable thing it depends on last changed
  /// False where it was found in place of something that is not there, or by an option of the organization:
  /// neither what goes nor an option has a date, and what shows then may have changed long before.
  bool is_dated = true;
  bool preview = false;
  SentUrl sent;                      ///< views into the request
  bool is_signed = false;            ///< something in it is protected, and the URL's signature is good
  std::optional<Time> good_until{};  ///< when the URL's signature ends: nobody may keep the answer for longer
  bool lacks_stack_within = false;   ///< that of a URL within: no image can stand in for it
  /// Why the image is not the one that was asked for, but the fallback image. Nothing: it is.
  std::optional<Error> instead_of{};
  bool fallback_is_ok = false;  ///< it is answered 200, and not with the status of that error
};

void add_tag(Resolved& resolved, std::string tag);
void depends_on_change(Resolved& resolved, Time changed);

/// A remote image that has never been fetched. Once it has been, the same look-up finds it.
struct RemoteImageWanted {
  RemoteAddress address;
  std::vector<std::string> hosts{};  ///< as RemotePolicy::hosts; empty: all
};

using LookedUp = std::variant<Resolved, RemoteImageWanted>;

/// An image that turned out to be broken after it had been looked up, or that could not be fetched.
struct FailedImage {
  std::string hash;  ///< empty of a remote image that never came
  Error error;
};

/// When the fallback image may show in place of the one that is asked for.
struct FallbackRule {
  bool is_allowed = true;               ///< where the image is missing
  const FailedImage* failed = nullptr;  ///< where it is this one, too
};

/// Errors: forbidden where something is protected and `sent` is not signed. Of an image for which the
/// fallback image can't stand in, because there is none or it is not there itself, the image's own error.
/// `refused` then gets the tags that the answer would have carried as far as it was looked up.
Result<LookedUp> look_up(CatalogView& catalog, const std::string& organization, const RenderUrl& url,
                         const SentUrl& sent, const ServerPlace& place = {},
                         std::vector<std::string>* refused = nullptr, FallbackRule fallback = {});

/// What is answered where the image is `resolved`'s and `error` happens on the way to its picture: of a
/// fallback image the error that it stands in for, unless the server has to be asked again in any case.
Error error_to_answer(const Resolved& resolved, Error error);

/// To be called for everything protected that a render uses, before it is used; `what` is "The image".
/// Errors: forbidden.
Result<void> demand_signature(CatalogView& catalog, Resolved& resolved, std::string_view what);

/// May expressions of the URL read what only those of stored stacks may (render::EvaluationInputs)?
bool url_reads_private(const Resolved& resolved);

/// The tags that a failed look-up would have carried, so that a purge finds a cached 404 too.
std::vector<std::string> tags_of_url(const std::string& organization, const RenderUrl& url);

}  // namespace rucola::delivery
