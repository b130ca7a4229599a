#include "delivery/resolver.h"

#include <algorithm>

#include "base/json.h"
#include "catalog/names.h"
#include "catalog/organization_options.h"
#include "catalog/purge.h"
#include "delivery/remote_reference.h"

namespace rucola::delivery {
namespace {

void add_tag(std::vector<std::string>& tags, std::string tag) {
  if (std::ranges::find(tags, tag) == tags.end()) tags.push_back(std::move(tag));
}

/// What is purged there must go here as well.
void add_tags_of_fallback(Resolved& resolved) {
  const std::string& owner = resolved.image.organization;
  add_tag(resolved.tags, catalog::organization_tag(owner));
  add_tag(resolved.tags, catalog::image_tag(owner, resolved.image.hash));
  if (resolved.alias) add_tag(resolved.tags, catalog::alias_tag(owner, resolved.alias->name));
}

}  // namespace

Result<Resolved> Resolver::resolve_blocking(const std::string& organization, const RenderUrl& url,
                                            const SentUrl& sent) {
  Resolved resolved;
  auto found =
      catalog::is_organization_name(organization)
          ? store_.organization(organization)
          : Result<catalog::Organization>(fail(ErrorCode::not_found, "There is no such organization."));
  if (!found) return std::unexpected(found.error());
  resolved.organization = std::move(*found);
  resolved.sent = sent;

  auto stack = stack_of(resolved, url);
  if (!stack) return std::unexpected(stack.error());
  resolved.stack = std::move(*stack);

  auto image = image_of(resolved, url.image);
  if (!resolved.to_fetch.empty()) return resolved;
  if (!image) return std::unexpected(image.error());
  resolved.image = std::move(*image);
  if (resolved.image.is_protected) {
    if (auto allowed = demand_signature(store_, resolved, "The image"); !allowed)
      return std::unexpected(allowed.error());
  }

  resolved.tags = tags_of_url(organization, url);
  add_tag(resolved.tags, catalog::image_tag(organization, resolved.image.hash));
  if (resolved.image.organization != organization) add_tags_of_fallback(resolved);
  return resolved;
}

Result<render::StackDefinition> Resolver::stack_of(Resolved& resolved, const RenderUrl& url) {
  if (url.stack == "dynamic") {
    if (catalog::options_of(resolved.organization).protect_dynamic_stack) {
      if (auto allowed = demand_signature(store_, resolved, "The stack \"dynamic\""); !allowed)
        return std::unexpected(allowed.error());
    }
    return render::dynamic_stack(url.overrides);
  }
  auto stored = store_.stack(resolved.organization.name, url.stack);
  if (!stored) return std::unexpected(stored.error());
  resolved.preview = catalog::is_preview_stack_name(url.stack);
  resolved.depends_on_changes_until = std::max(resolved.depends_on_changes_until, stored->updated);
  const auto json = parse_json(stored->definition_json);
  if (!json) return std::unexpected(json.error());
  auto definition = render::parse_stack(*json);
  if (!definition) return definition;
  // What is stored decides, before the URL has changed anything of it.
  if (render::is_protected(*definition)) {
    if (auto allowed = demand_signature(store_, resolved, "The stack"); !allowed)
      return std::unexpected(allowed.error());
  }
  return render::apply(std::move(*definition), url.overrides);
}

Result<catalog::SourceImage> Resolver::image_of(Resolved& resolved, const ImageReference& reference) {
  if (reference.kind == ImageReference::Kind::remote) return remote_image_of(resolved, reference.value);
  auto image = image_in(resolved.organization.name, resolved, reference);
  if (image || image.error().code != ErrorCode::not_found) return image;
  const std::string fallback = catalog::options_of(resolved.organization).render_org_fallback;
  if (fallback.empty()) return image;
  auto other = image_in(fallback, resolved, reference);
  // Of the fallback nothing shows but its images: not even that one of them was deleted.
  return other || other.error().code != ErrorCode::not_found ? other : image;
}

Result<catalog::SourceImage> Resolver::remote_image_of(Resolved& resolved, const std::string& reference) {
  const auto policy = remote_policy(catalog::options_of(resolved.organization), resolved.stack.options);
  const auto url = remote_url(reference, policy);
  if (!url) return std::unexpected(url.error());
  const std::string& organization = resolved.organization.name;
  const auto hash = store_.remote_image(organization, *url);
  if (hash) return store_.image(organization, *hash);
  if (hash.error().code == ErrorCode::not_found) {
    resolved.to_fetch = *url;
    if (is_full_url(reference)) resolved.to_fetch_from = policy.hosts;
  }
  return std::unexpected(hash.error());
}

Result<catalog::SourceImage> Resolver::image_in(const std::string& organization, Resolved& resolved,
                                                const ImageReference& reference) {
  if (reference.kind == ImageReference::Kind::hash) return store_.image(organization, reference.value);
  auto alias = store_.alias(organization, reference.value);
  if (!alias) return std::unexpected(alias.error());
  resolved.depends_on_changes_until = std::max(resolved.depends_on_changes_until, alias->updated);
  resolved.alias = std::move(*alias);
  auto image = store_.image(organization, resolved.alias->hash);
  if (!image && image.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::not_found, "The image that this alias points at has been deleted.");
  }
  return image;
}

Result<void> demand_signature(catalog::Store& store, Resolved& resolved, std::string_view what) {
  if (resolved.is_signed) return {};
  const auto good_until = require_signature(store, resolved.organization.name, resolved.sent, what);
  if (!good_until) return std::unexpected(good_until.error());
  resolved.is_signed = true;
  resolved.good_until = *good_until;
  return {};
}

std::vector<std::string> tags_of_url(const std::string& organization, const RenderUrl& url) {
  std::vector<std::string> tags{catalog::organization_tag(organization)};
  if (url.stack != "dynamic") tags.push_back(catalog::stack_tag(organization, url.stack));
  if (url.image.kind == ImageReference::Kind::alias) {
    tags.push_back(catalog::alias_tag(organization, url.image.value));
  } else if (url.image.kind == ImageReference::Kind::hash && catalog::is_full_hash(url.image.value)) {
    tags.push_back(catalog::image_tag(organization, url.image.value));
  }
  return tags;
}

render::SourceFacts facts_of(const catalog::SourceImage& image) {
  return {.sha256 = image.blob,
          .format = render::parse_format(image.format).value_or(render::Format::jpg),
          .size = {image.width, image.height},
          .frames = image.frames,
          .opaque = image.opaque,
          .pages = image.format == "pdf" ? render::DocumentPages::parse(image.static_metadata_json)
                                         : render::DocumentPages(),
          .hash = image.hash,
          .user_metadata_json = image.user_metadata_json,
          .dynamic_metadata_json = image.dynamic_metadata_json};
}

}  // namespace rucola::delivery
