#include "catalog/image_rules.h"

#include <algorithm>
#include <utility>

#include <boost/json/serialize.hpp>

#include "catalog/json_fields.h"
#include "catalog/names.h"
#include "catalog/stored_json.h"
#include "catalog/user_metadata.h"

namespace rucola::catalog {
namespace {

constexpr std::size_t full_hash_length = 40;
constexpr std::size_t shortest_short_hash = 6;
constexpr std::string_view cannot_change = "its metadata can't be changed";

std::size_t common_prefix(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

std::unexpected<Error> is_locked(std::string_view hash, std::string_view cannot) {
  return fail(ErrorCode::forbidden, "The image \"" + std::string(hash) + "\" is locked and " +
                                        std::string(cannot) + "; unlock it first.");
}

Result<void> may_become(const ImageState& before, const ImageState& after, std::string_view hash) {
  if (!before.locked || after.user_metadata_json == before.user_metadata_json) return {};
  return is_locked(hash, cannot_change);
}

/// It lives, and but for the lock nothing of what was there is left.
ImageState as_it_comes(const ImageState& before, const SourceImage& image) {
  return {.locked = before.locked,
          .name = image.name,
          .user_metadata_json = image.user_metadata_json,
          .dynamic_metadata_json = image.dynamic_metadata_json,
          .static_metadata_json = image.static_metadata_json};
}

/// The very text of `before` where nothing changes.
Result<std::string> with_more_user_metadata(std::string_view before, std::string_view more) {
  const auto stored = parse_object(before);
  if (!stored) return std::unexpected(stored.error());
  const auto additions = parse_object(more);
  if (!additions) return std::unexpected(additions.error());
  const auto after = changed_user_metadata(*stored, *additions);
  if (!after) return std::unexpected(after.error());
  return *after == *stored ? std::string(before) : boost::json::serialize(*after);
}

}  // namespace

std::string short_hash(std::string_view hash, std::string_view before, std::string_view after) {
  const std::size_t shared = std::max(common_prefix(hash, before), common_prefix(hash, after));
  return std::string(hash.substr(0, std::max(shared + 1, shortest_short_hash)));
}

Result<HashRange> hashes_beginning_with(std::string_view hash_or_prefix) {
  if (!is_hash_or_prefix(hash_or_prefix)) {
    return fail(ErrorCode::bad_request,
                "\"" + std::string(hash_or_prefix) +
                    "\" is no hash: a hash has 40 characters of 0-9 and a-f, a short hash "
                    "is the beginning of one and has at least 6.");
  }
  HashRange range{std::string(hash_or_prefix), std::string(hash_or_prefix)};
  range.first.resize(full_hash_length, '0');
  range.last.resize(full_hash_length, 'f');
  return range;
}

Result<ImageMatch> the_image_of(std::vector<ImageMatch> matches, std::string_view organization,
                                std::string_view hash_or_prefix, Deleted deleted) {
  const bool any =
      deleted == Deleted::found_too ? !matches.empty() : !std::ranges::all_of(matches, &ImageMatch::deleted);
  if (!any) {
    return fail(ErrorCode::not_found, "There is no image \"" + std::string(hash_or_prefix) +
                                          "\" in the organization \"" + std::string(organization) + "\".");
  }
  if (matches.size() > 1) {
    // Ambiguous even where only one of them lives: what a short hash means must not change by a delete.
    return fail(ErrorCode::bad_request,
                "The short hash \"" + std::string(hash_or_prefix) +
                    "\" is ambiguous: more than one image begins with it. Use more of the "
                    "hash, or all 40 characters.");
  }
  return std::move(matches.front());
}

Result<void> may_delete_image(const ImageMatch& image) {
  if (!image.locked) return {};
  return is_locked(image.hash, "can't be deleted");
}

Result<void> may_change_image(const ImageMatch& image) {
  if (!image.locked) return {};
  return is_locked(image.hash, cannot_change);
}

Result<void> may_delete_images(const std::vector<ImageMatch>& images) {
  if (images.empty())
    return fail(ErrorCode::not_found, "No image of this organization has that binary hash.");
  for (const ImageMatch& image : images) {
    if (auto allowed = may_delete_image(image); !allowed) return allowed;
  }
  return {};
}

Result<void> refuse_collision(bool other_content_has_its_sha1, std::string_view name) {
  if (!other_content_has_its_sha1) return {};
  return fail(ErrorCode::conflict,
              "Another file with the same SHA-1 as \"" + std::string(name) +
                  "\" but other content is stored already; this file is a SHA-1 collision and can't be "
                  "taken. Save it anew from an image editor, then upload that.");
}

std::optional<std::string> stays_deleted(const std::vector<SameFile>& images, std::string_view hash) {
  const auto itself = std::ranges::find(images, hash, &SameFile::hash);
  if (itself != images.end()) return itself->deleted ? std::optional(itself->hash) : std::nullopt;
  if (images.empty() || !std::ranges::all_of(images, &SameFile::deleted)) return std::nullopt;
  return images.back().hash;
}

std::unexpected<Error> image_stays_deleted(std::string_view hash) {
  return fail(ErrorCode::forbidden, "This file was deleted, as the image \"" + std::string(hash) +
                                        "\". To bring it back takes a role that may change images, such as "
                                        "write.");
}

Result<std::optional<ImageState>> added_again(const ImageState& before, const SourceImage& image) {
  ImageState after{
      .locked = before.locked,
      .name = before.name,
      .user_metadata_json = {},
      .dynamic_metadata_json = before.deleted ? image.dynamic_metadata_json : before.dynamic_metadata_json,
      .static_metadata_json = {}};
  Result<std::string> user =
      with_more_user_metadata(readable_metadata(image, before.user_metadata_json), image.user_metadata_json);
  if (!user) return std::unexpected(std::move(user.error()));
  Result<std::string> fixed =
      merge_objects(readable_metadata(image, before.static_metadata_json), image.static_metadata_json);
  if (!fixed) return std::unexpected(std::move(fixed.error()));
  after.user_metadata_json = *std::move(user);
  after.static_metadata_json = *std::move(fixed);
  const bool same = after.user_metadata_json == before.user_metadata_json &&
                    after.static_metadata_json == before.static_metadata_json;
  if (same && !before.deleted) return std::nullopt;
  if (auto allowed = may_become(before, after, image.hash); !allowed)
    return std::unexpected(std::move(allowed.error()));
  return after;
}

Result<std::optional<ImageState>> derived_again(const ImageState& before, const SourceImage& image) {
  if (!before.deleted) return std::nullopt;
  ImageState after = as_it_comes(before, image);
  if (auto allowed = may_become(before, after, image.hash); !allowed)
    return std::unexpected(std::move(allowed.error()));
  return after;
}

Result<std::optional<ImageState>> copied_again(const ImageState& before, const SourceImage& image) {
  ImageState after = as_it_comes(before, image);
  if (after == before) return std::nullopt;
  if (before.locked && after.dynamic_metadata_json != before.dynamic_metadata_json)
    return is_locked(image.hash, cannot_change);
  if (auto allowed = may_become(before, after, image.hash); !allowed)
    return std::unexpected(std::move(allowed.error()));
  return after;
}

Error after_copies(Error refusal, std::size_t made) {
  if (made > 0) {
    refusal.message.text += " Copied before that, and so they stay: " + std::to_string(made) +
                            " of the images that were asked for.";
  }
  return refusal;
}

}  // namespace rucola::catalog
