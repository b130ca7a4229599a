#include "delivery/look_up/catalog_library.h"

#include <algorithm>
#include <utility>

#include "catalog/names.h"
#include "catalog/purge.h"
#include "delivery/look_up/stored_hash.h"
#include "delivery/look_up/stored_image.h"
#include "delivery/look_up/stored_stack.h"

namespace rucola::delivery {
namespace {

/// The name in `-_name_-`; anything else as it is.
std::string_view alias_name(std::string_view reference) {
  const bool in_marks = reference.size() > 4 && reference.starts_with("-_") && reference.ends_with("_-");
  return in_marks ? reference.substr(2, reference.size() - 4) : reference;
}

// What an image or a stack is called may come out of an expression, and so out of what is nobody's business:
// names are for the log alone.

std::unexpected<Error> no_such_image(std::string_view reference) {
  return fail(ErrorCode::not_found,
              "An image that the stack uses is not there, neither by hash nor by alias.",
              "the reference is \"" + std::string(reference) + "\"");
}

}  // namespace

CatalogLibrary::CatalogLibrary(CatalogView& catalog, Resolved& resolved, FindMeasured find_measured)
    : catalog_(catalog), resolved_(resolved), find_measured_(std::move(find_measured)) {}

Result<render::SourceFacts> CatalogLibrary::image(std::string_view reference) {
  const std::string& organization = resolved_.organization.name;
  Result<catalog::SourceImage> found = no_such_image(reference);
  if (catalog::is_hash_or_prefix(reference)) found = catalog_.image(organization, reference);
  // A name such as "facade" may be both.
  if (!found && found.error().code == ErrorCode::not_found) {
    const std::string name(alias_name(reference));
    if (!catalog::is_alias_name(name)) return no_such_image(reference);
    if (catalog::is_hash_or_prefix(reference)) resolved_.is_dated = false;  // an image would come before it
    depends_on(catalog::alias_tag(organization, name));
    found = by_alias(name);
  }
  if (!found && found.error().code == ErrorCode::not_found) return no_such_image(reference);
  if (!found) return std::unexpected(std::move(found).error());
  if (found->is_protected) {
    if (auto allowed = demand_signature(catalog_, resolved_, "An image that the stack uses"); !allowed)
      return std::unexpected(allowed.error());
  }
  depends_on(catalog::image_tag(organization, found->hash));
  if (found->changed) depends_on(*found->changed);
  return facts_of(*found);
}

Result<catalog::SourceImage> CatalogLibrary::by_alias(const std::string& name) {
  const auto alias = catalog_.alias(resolved_.organization.name, name);
  if (!alias) return std::unexpected(alias.error());
  depends_on(alias->updated);
  const auto hash = stored_hash(*alias);
  if (!hash) return std::unexpected(hash.error());
  return catalog_.image(resolved_.organization.name, *hash);
}

Result<render::StackDefinition> CatalogLibrary::stack(std::string_view name) {
  const std::string& organization = resolved_.organization.name;
  if (!catalog::is_stack_name(name)) {
    return fail(ErrorCode::not_found, "There is no stack \"" + std::string(name) + "\" that could be used.");
  }
  depends_on(catalog::stack_tag(organization, name));
  if (catalog::is_preview_stack_name(name)) resolved_.preview = true;
  auto stored = catalog_.stack(organization, name);
  if (!stored && stored.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::not_found, "A stack that this one uses does not exist.",
                "it is called \"" + std::string(name) + "\"");
  }
  if (!stored) return std::unexpected(std::move(stored).error());
  depends_on(stored->updated);
  auto definition = stored_stack(*stored);
  if (definition && render::is_protected(*definition)) {
    if (auto allowed = demand_signature(catalog_, resolved_, "A stack that this one uses"); !allowed)
      return std::unexpected(allowed.error());
  }
  return definition;
}

void CatalogLibrary::depends_on(std::string tag) {
  if (std::ranges::find(resolved_.tags, tag) == resolved_.tags.end())
    resolved_.tags.push_back(std::move(tag));
}

void CatalogLibrary::depends_on(Time changed) {
  resolved_.depends_on_changes_until = std::max(resolved_.depends_on_changes_until, changed);
}

}  // namespace rucola::delivery
