#include "delivery/look_up/look_up.h"

#include <algorithm>
#include <array>

#include "catalog/names.h"
#include "catalog/organization_options.h"
#include "catalog/purge.h"
#include "delivery/look_up/named_image.h"
#include "delivery/look_up/stored_hash.h"
#include "delivery/look_up/stored_stack.h"
#include "delivery/url/remote_reference.h"
#include "render/planning/film_renditions.h"
#include "render/stack/options.h"

namespace rucola::delivery {
namespace {

/// What is purged there must go here as well.
void add_tags_of_fallback(Resolved& resolved) {
  const std::string& owner = resolved.image.organization;
  add_tag(resolved, catalog::organization_tag(owner));
  add_tag(resolved, catalog::image_tag(owner, resolved.image.hash));
  if (resolved.alias) add_tag(resolved, catalog::alias_tag(owner, resolved.alias->name));
}

Result<render::StackDefinition> named_stack(CatalogView& catalog, Resolved& resolved, const RenderUrl& url) {
  auto stored = catalog.stack(resolved.organization.name, url.stack);
  if (!stored) return std::unexpected(stored.error());
  resolved.preview = resolved.preview || catalog::is_preview_stack_name(url.stack);
  depends_on_change(resolved, stored->updated);
  auto definition = stored_stack(*stored);
  if (!definition) return definition;
  // What is stored decides, before the URL has changed anything of it.
  if (render::is_protected(*definition)) {
    if (auto allowed = demand_signature(catalog, resolved, "The stack"); !allowed)
      return std::unexpected(allowed.error());
  }
  return render::apply(std::move(*definition), url.overrides);
}

Result<render::StackDefinition> stack_of(CatalogView& catalog, Resolved& resolved, const RenderUrl& url) {
  if (url.stack != "dynamic") return named_stack(catalog, resolved, url);
  if (catalog::options_of(resolved.organization).protect_dynamic_stack) {
    if (auto allowed = demand_signature(catalog, resolved, "The stack \"dynamic\""); !allowed)
      return std::unexpected(allowed.error());
  }
  return render::dynamic_stack(url.overrides);
}

Result<catalog::SourceImage> image_in(CatalogView& catalog, const std::string& organization,
                                      Resolved& resolved, const ImageReference& reference) {
  if (reference.kind == ImageReference::Kind::hash) return catalog.image(organization, reference.value);
  auto alias = catalog.alias(organization, reference.value);
  if (!alias) return std::unexpected(alias.error());
  depends_on_change(resolved, alias->updated);
  resolved.alias = std::move(*alias);
  const auto hash = stored_hash(*resolved.alias);
  if (!hash) return std::unexpected(hash.error());
  auto image = catalog.image(organization, *hash);
  if (!image && image.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::not_found, "The image that this alias points at has been deleted.");
  }
  return image;
}

/// In the organization itself, else in the one that it names as its fallback.
Result<catalog::SourceImage> own_image_of(CatalogView& catalog, Resolved& resolved,
                                          const ImageReference& reference) {
  auto image = image_in(catalog, resolved.organization.name, resolved, reference);
  if (image || image.error().code != ErrorCode::not_found) return image;
  const std::string fallback = catalog::options_of(resolved.organization).render_org_fallback;
  if (fallback.empty()) return image;
  resolved.is_dated = false;
  auto other = image_in(catalog, fallback, resolved, reference);
  // Of the fallback nothing shows but its images: not even that one of them was deleted.
  return other || other.error().code != ErrorCode::not_found ? other : image;
}

using FoundImage = std::variant<catalog::SourceImage, RemoteImageWanted>;

/// URLs of ours may stand in each other.
constexpr std::size_t most_within = 3;

Result<FoundImage> image_of(CatalogView& catalog, Resolved& resolved, const ImageReference& reference,
                            const render::Options& stack, const ServerPlace& place);

/// The image of a URL of ours; its stack is what the one above works on.
Result<FoundImage> image_within(CatalogView& catalog, Resolved& resolved, const RenderUrl& url,
                                const std::optional<std::int32_t>& still_at, const ServerPlace& place) {
  if (resolved.within.size() == most_within) {
    return fail(ErrorCode::bad_request,
                "More than " + std::to_string(most_within) + " URLs of this server stand in each other.");
  }
  for (std::string& tag : tags_of_url(resolved.organization.name, url))
    add_tag(resolved, std::move(tag));
  auto stack = stack_of(catalog, resolved, url);
  if (!stack) {
    resolved.lacks_stack_within = true;
    return std::unexpected(std::move(stack).error());
  }
  const render::Options options = stack->options;
  if (still_at || !render::delivers_source(*stack)) {
    resolved.within.push_back({.stack = *std::move(stack),
                               .variables = url.overrides.variables,
                               .format = url.format,
                               .operates = operates(url),
                               .still_at = still_at});
  }
  return image_of(catalog, resolved, url.image, options, place);
}

Result<void> demand_signature_for(CatalogView& catalog, Resolved& resolved,
                                  const catalog::SourceImage& image) {
  return image.is_protected ? demand_signature(catalog, resolved, "The image") : Result<void>();
}

/// What was fetched under that name; nothing where it never was. Errors: not_found where it was deleted, of
/// which nobody is told the hash who did not ask for it.
Result<std::optional<catalog::SourceImage>> fetched_image(CatalogView& catalog,
                                                          const std::string& organization,
                                                          const std::string& name) {
  const auto stored = catalog.remote_image(organization, name);
  if (!stored) {
    if (stored.error().code == ErrorCode::not_found) return std::nullopt;
    return std::unexpected(stored.error());
  }
  const auto hash = stored_hash_of_remote(organization, name, *stored);
  if (!hash) return std::unexpected(hash.error());
  auto image = catalog.image(organization, *hash);
  if (image) return *std::move(image);
  if (image.error().code != ErrorCode::not_found) return std::unexpected(std::move(image).error());
  return fail(
      ErrorCode::not_found,
      "The image that was fetched from that URL was deleted. docs/remote-images.md says how it comes back.",
      image.error().message.text);
}

/// The video that was fetched from that URL, and is to be shown as it is at that time.
Result<FoundImage> still_of_fetched(CatalogView& catalog, Resolved& resolved, catalog::SourceImage video,
                                    std::int32_t time) {
  const auto format = render::parse_format(video.format);
  if (format && !render::is_video(*format)) {
    if (auto allowed = demand_signature_for(catalog, resolved, video); !allowed)
      return std::unexpected(std::move(allowed).error());
    return std::unexpected(no_video_behind(video.format));
  }
  resolved.within.push_back({.stack = render::dynamic_stack({}),
                             .variables = {},
                             .format = video.format,
                             .operates = false,
                             .still_at = time});
  return video;
}

Result<FoundImage> remote_image_of(CatalogView& catalog, Resolved& resolved, const std::string& reference,
                                   const render::Options& stack, const ServerPlace& place) {
  const std::string& organization = resolved.organization.name;
  // Before the rest is looked at: what is checked is what is fetched.
  RemoteAddress address = read_address(reference);
  const bool is_full = is_full_url(address.url);
  const auto own = own_render_url(address.url, organization, place);
  if (!own) return std::unexpected(own.error());
  if (*own) return image_within(catalog, resolved, **own, address.time, place);
  auto policy = remote_policy(catalog::options_of(resolved.organization), stack);
  auto url = remote_url(address.url, policy);
  if (!url) return std::unexpected(std::move(url).error());
  address.url = *std::move(url);
  if (!is_full) {
    resolved.is_dated = false;  // the base path may be another one tomorrow
    const auto under_base = own_render_url(address.url, organization, place);
    if (!under_base) return std::unexpected(under_base.error());
    if (*under_base) return image_within(catalog, resolved, **under_base, address.time, place);
  }
  auto image = fetched_image(catalog, organization, address.name());
  if (!image) return std::unexpected(std::move(image).error());
  if (*image) return **std::move(image);
  if (address.time) {
    auto video = fetched_image(catalog, organization, address.url);
    if (!video) return std::unexpected(std::move(video).error());
    // As a file there is none of its picture but one that comes in.
    const bool is_fetched = !*video || (render::delivers_source(resolved.stack) && !(*video)->is_protected);
    if (!is_fetched) return still_of_fetched(catalog, resolved, **std::move(video), *address.time);
  }
  return RemoteImageWanted{.address = std::move(address),
                           .hosts = is_full ? std::move(policy.hosts) : std::vector<std::string>()};
}

Result<FoundImage> image_of(CatalogView& catalog, Resolved& resolved, const ImageReference& reference,
                            const render::Options& stack, const ServerPlace& place) {
  if (reference.kind == ImageReference::Kind::remote)
    return remote_image_of(catalog, resolved, reference.value, stack, place);
  return own_image_of(catalog, resolved, reference);
}

/// The image that is asked for. Errors: also that of `failed`, where it is that one.
Result<LookedUp> image_into(Resolved& resolved, CatalogView& catalog, const ImageReference& reference,
                            const ServerPlace& place, const FailedImage* failed) {
  auto image = image_of(catalog, resolved, reference, resolved.stack.options, place);
  if (!image) return std::unexpected(image.error());
  if (auto* wanted = std::get_if<RemoteImageWanted>(&*image)) {
    if (failed != nullptr && failed->hash.empty()) return std::unexpected(failed->error);
    return std::move(*wanted);
  }
  resolved.image = std::move(std::get<catalog::SourceImage>(*image));
  if (resolved.image.changed) depends_on_change(resolved, *resolved.image.changed);
  if (auto allowed = demand_signature_for(catalog, resolved, resolved.image); !allowed)
    return std::unexpected(std::move(allowed).error());
  const std::string& organization = resolved.organization.name;
  add_tag(resolved, catalog::image_tag(organization, resolved.image.hash));
  if (resolved.image.organization != organization) add_tags_of_fallback(resolved);
  if (failed != nullptr && failed->hash == resolved.image.hash) return std::unexpected(failed->error);
  return std::move(resolved);
}

/// Missing or broken. What is protected is neither.
bool can_be_stood_in_for(const Error& error) {
  return error.code == ErrorCode::not_found || error.code == ErrorCode::unprocessable;
}

/// Nothing is said of the image by it.
bool is_of_the_moment(ErrorCode code) {
  constexpr std::array codes{ErrorCode::too_many_requests, ErrorCode::internal, ErrorCode::overloaded,
                             ErrorCode::timed_out, ErrorCode::storage_full};
  return std::ranges::find(codes, code) != codes.end();
}

/// The stack's option wins over the organization's.
bool fallback_is_ok(const Resolved& resolved) {
  const render::OptionReader options(render::stack_options(), resolved.stack.options);
  if (const auto status = options.optional_text("fallback_image_status")) return *status == "ok";
  return catalog::options_of(resolved.organization).fallback_image_is_ok;
}

/// Who downloads a file must not get another one, and no player shows a picture in place of a film.
bool shows_picture(const Resolved& resolved, std::string_view format) {
  const auto known = render::parse_format(format);
  const bool is_film = (known && render::is_video(*known)) || render::is_film_ending(format);
  return !render::delivers_source(resolved.stack) && !is_film;
}

/// The stack's option wins over the organization's. Empty: there is none.
std::string fallback_image_of(const Resolved& resolved) {
  const render::OptionReader options(render::stack_options(), resolved.stack.options);
  if (const auto image = options.optional_text("fallback_image")) return std::string(*image);
  return catalog::options_of(resolved.organization).fallback_image;
}

/// What was found; where that is an image's error, the fallback image, as far as `rule` lets it.
Result<LookedUp> with_fallback(Resolved& resolved, CatalogView& catalog, const FallbackRule& rule,
                               Result<LookedUp> found) {
  if (found || !rule.is_allowed || resolved.lacks_stack_within || !can_be_stood_in_for(found.error()))
    return found;
  const std::string reference = fallback_image_of(resolved);
  if (reference.empty()) return found;
  resolved.is_dated = false;  // what is missing may come, and an option has no date
  resolved.instead_of = std::move(found).error();
  resolved.fallback_is_ok = fallback_is_ok(resolved);
  auto image = named_image(catalog, resolved, reference, "The fallback image");
  if (!image) return std::unexpected(error_to_answer(resolved, std::move(image).error()));
  resolved.image = *std::move(image);
  // What stands in for a video is a picture already.
  std::erase_if(resolved.within, [](const RenderWithin& within) { return within.still_at.has_value(); });
  return std::move(resolved);
}

Result<LookedUp> look_up_into(Resolved& resolved, CatalogView& catalog, const std::string& organization,
                              const RenderUrl& url, const SentUrl& sent, const ServerPlace& place,
                              const FallbackRule& fallback) {
  resolved.tags = tags_of_url(organization, url);
  auto found =
      catalog::is_organization_name(organization)
          ? catalog.organization(organization)
          : Result<catalog::Organization>(fail(ErrorCode::not_found, "There is no such organization."));
  if (!found) return std::unexpected(found.error());
  resolved.organization = std::move(*found);
  resolved.sent = sent;

  auto stack = stack_of(catalog, resolved, url);
  if (!stack) return std::unexpected(stack.error());
  resolved.stack = std::move(*stack);

  FallbackRule rule = fallback;
  rule.is_allowed = rule.is_allowed && shows_picture(resolved, url.format);
  return with_fallback(resolved, catalog, rule,
                       image_into(resolved, catalog, url.image, place, fallback.failed));
}

}  // namespace

Result<LookedUp> look_up(CatalogView& catalog, const std::string& organization, const RenderUrl& url,
                         const SentUrl& sent, const ServerPlace& place, std::vector<std::string>* refused,
                         FallbackRule fallback) {
  Resolved resolved;
  auto found = look_up_into(resolved, catalog, organization, url, sent, place, fallback);
  if (!found && refused != nullptr) *refused = std::move(resolved.tags);
  return found;
}

Error error_to_answer(const Resolved& resolved, Error error) {
  if (!resolved.instead_of) return error;
  if (is_of_the_moment(error.code)) return error;
  Error original = *resolved.instead_of;
  std::string& detail = original.detail.text;
  if (!detail.empty()) detail += "; ";
  detail += "with the fallback image: " + error.message.text + " " + error.detail.text;
  return original;
}

void add_tag(Resolved& resolved, std::string tag) {
  if (std::ranges::find(resolved.tags, tag) == resolved.tags.end()) resolved.tags.push_back(std::move(tag));
}

void depends_on_change(Resolved& resolved, Time changed) {
  resolved.depends_on_changes_until = std::max(resolved.depends_on_changes_until, changed);
}

Result<void> demand_signature(CatalogView& catalog, Resolved& resolved, std::string_view what) {
  if (resolved.is_signed) return {};
  const auto good_until = require_signature(catalog, resolved.organization.name, resolved.sent, what);
  if (!good_until) return std::unexpected(good_until.error());
  resolved.is_signed = true;
  resolved.good_until = *good_until;
  return {};
}

bool url_reads_private(const Resolved& resolved) {
  return catalog::options_of(resolved.organization).url_expressions_read_private;
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

}  // namespace rucola::delivery
