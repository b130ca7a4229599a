#include "delivery/look_up/catalog_library.h"

#include <utility>

#include "catalog/names.h"
#include "catalog/purge.h"
#include "delivery/look_up/named_image.h"
#include "delivery/look_up/stored_image.h"
#include "delivery/look_up/stored_stack.h"

namespace rucola::delivery {

// What an image or a stack is called may come out of an expression, and so out of what is nobody's business:
// names are for the log alone.

CatalogLibrary::CatalogLibrary(CatalogView& catalog, Resolved& resolved, FindMeasured find_measured)
    : catalog_(catalog), resolved_(resolved), find_measured_(std::move(find_measured)) {}

Result<render::SourceFacts> CatalogLibrary::image(std::string_view reference) {
  const auto found = named_image(catalog_, resolved_, reference, "An image that the stack uses");
  if (!found) return std::unexpected(found.error());
  return facts_of(*found);
}

/// No stack names it, and the one who reads the message may not know that anything is linked.
Result<render::SourceFacts> CatalogLibrary::linked_video(std::string_view hash) {
  const auto found = hashed_image(catalog_, resolved_, hash,
                                  "A video that is linked to this one, for the list of its sizes,");
  if (found) return facts_of(*found);
  if (found.error().code == ErrorCode::not_found) {
    resolved_.lacks_linked = true;
    resolved_.is_dated = false;
  }
  return std::unexpected(found.error());
}

Result<render::StackDefinition> CatalogLibrary::stack(std::string_view name) {
  const std::string& organization = resolved_.organization.name;
  if (!catalog::is_stack_name(name)) {
    return fail(ErrorCode::not_found, "There is no stack \"" + std::string(name) + "\" that could be used.");
  }
  add_tag(resolved_, catalog::stack_tag(organization, name));
  if (catalog::is_preview_stack_name(name)) resolved_.preview = true;
  auto stored = catalog_.stack(organization, name);
  if (!stored && stored.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::not_found, "A stack that this one uses does not exist.",
                "it is called \"" + std::string(name) + "\"");
  }
  if (!stored) return std::unexpected(std::move(stored).error());
  depends_on_change(resolved_, stored->updated);
  auto definition = stored_stack(*stored);
  if (definition && render::is_protected(*definition)) {
    if (auto allowed = demand_signature(catalog_, resolved_, "A stack that this one uses"); !allowed)
      return std::unexpected(allowed.error());
  }
  return definition;
}

}  // namespace rucola::delivery
