#include "delivery/look_up/named_image.h"

#include <algorithm>
#include <string>
#include <utility>

#include "catalog/names.h"
#include "catalog/purge.h"
#include "delivery/look_up/stored_hash.h"

namespace rucola::delivery {
namespace {

/// The name in `-_name_-`; anything else as it is.
std::string_view alias_name(std::string_view reference) {
  const bool in_marks = reference.size() > 4 && reference.starts_with("-_") && reference.ends_with("_-");
  return in_marks ? reference.substr(2, reference.size() - 4) : reference;
}

/// What it is called may come out of an expression, and so out of what is nobody's business.
std::unexpected<Error> not_there(std::string_view what, std::string_view reference, std::string_view how) {
  return fail(ErrorCode::not_found, std::string(what) + " is not there" + std::string(how) + ".",
              "the reference is \"" + std::string(reference) + "\"");
}

Result<catalog::SourceImage> by_alias(CatalogView& catalog, Resolved& resolved, const std::string& name) {
  resolved.uses_alias = true;
  add_tag(resolved, catalog::alias_tag(resolved.organization.name, name));
  const auto alias = catalog.alias(resolved.organization.name, name);
  if (!alias) return std::unexpected(alias.error());
  depends_on_change(resolved, alias->updated);
  const auto hash = stored_hash(*alias);
  if (!hash) return std::unexpected(hash.error());
  return catalog.image(resolved.organization.name, *hash);
}

Result<catalog::SourceImage> by_hash(CatalogView& catalog, Resolved& resolved, std::string_view hash) {
  // Where there is none yet, a purge must find the answer too.
  if (catalog::is_full_hash(hash)) add_tag(resolved, catalog::image_tag(resolved.organization.name, hash));
  return catalog.image(resolved.organization.name, hash);
}

Result<catalog::SourceImage> by_hash_or_alias(CatalogView& catalog, Resolved& resolved,
                                              std::string_view reference) {
  const bool may_be_hash = catalog::is_hash_or_prefix(reference);
  if (may_be_hash) {
    auto image = by_hash(catalog, resolved, reference);
    if (image || image.error().code != ErrorCode::not_found) return image;
  }
  // A name such as "facade" may be both.
  const std::string name(alias_name(reference));
  if (!catalog::is_alias_name(name)) return fail(ErrorCode::not_found, "It is no name of an image.");
  if (may_be_hash) resolved.is_dated = false;  // an image would come before it
  return by_alias(catalog, resolved, name);
}

/// Protected, it may be used where the URL is signed.
Result<catalog::SourceImage> if_allowed(CatalogView& catalog, Resolved& resolved,
                                        Result<catalog::SourceImage> found, std::string_view what) {
  if (!found) return found;
  if (found->is_protected) {
    if (auto allowed = demand_signature(catalog, resolved, what); !allowed)
      return std::unexpected(std::move(allowed).error());
  }
  add_tag(resolved, catalog::image_tag(resolved.organization.name, found->hash));
  if (found->changed) depends_on_change(resolved, *found->changed);
  return found;
}

}  // namespace

Result<catalog::SourceImage> named_image(CatalogView& catalog, Resolved& resolved, std::string_view reference,
                                         std::string_view what) {
  auto found = by_hash_or_alias(catalog, resolved, reference);
  if (!found && found.error().code == ErrorCode::not_found)
    return not_there(what, reference, ", neither by hash nor by alias");
  return if_allowed(catalog, resolved, std::move(found), what);
}

Result<catalog::SourceImage> hashed_image(CatalogView& catalog, Resolved& resolved, std::string_view hash,
                                          std::string_view what) {
  auto found = by_hash(catalog, resolved, hash);
  if (!found && found.error().code == ErrorCode::not_found) return not_there(what, hash, "");
  return if_allowed(catalog, resolved, std::move(found), what);
}

}  // namespace rucola::delivery
