#include "storage/catalog/ports/images.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "base/log.h"
#include "catalog/image_rules.h"
#include "storage/catalog/sqlite/aliases.h"
#include "storage/catalog/sqlite/description_wishes.h"
#include "storage/catalog/sqlite/expiry.h"
#include "storage/catalog/sqlite/image_search.h"
#include "storage/catalog/sqlite/images.h"
#include "storage/catalog/sqlite/purges.h"
#include "storage/catalog/sqlite/remote_images.h"

namespace rucola::storage {
namespace {

bool is_failure(const Error& error) {
  return error.code == ErrorCode::internal || error.code == ErrorCode::overloaded ||
         error.code == ErrorCode::storage_full;
}

/// The files of what is refused are in the store already, and would stay: what was taken down would be back.
/// They wait to be removed, as those of images that are gone do. Where the catalog fails they are what a
/// crash leaves.
template <class Value>
Result<Value> or_let_wait(Database& database, std::span<const catalog::SourceImage> images,
                          Result<Value> added) {
  if (added || is_failure(added.error())) return added;
  const auto waits = database.write([&](Connection& c) -> Result<void> {
    for (const catalog::SourceImage& image : images)
      expiry::let_wait(c, image.blob);
    return {};
  });
  if (!waits) log::warning("refused_files_stay", {{"why", waits.error().detail.text}});
  return added;
}

/// The hash of what `url` leads to from then on.
Result<std::string> add_fetched_from(Connection& connection, const catalog::SourceImage& image,
                                     std::string_view url) {
  auto hash = images::add_fetched(connection, image);
  if (!hash) return hash;
  auto kept = remote_images::remember(connection, image.organization, url, *hash);
  if (!kept) return std::unexpected(std::move(kept.error()));
  return hash;
}

/// The image that the video would be, if it were added.
catalog::SourceImage image_of(const catalog::FetchedVideo& video, const std::string& organization) {
  catalog::SourceImage image;
  image.organization = organization;
  image.binary_hash = video.sha1;
  image.blob = video.sha256;
  image.hash = catalog::image_hash(image);
  return image;
}

}  // namespace

Result<catalog::AddedImage> SqliteImages::add(const catalog::SourceImage& image) {
  return or_let_wait(database_, {&image, 1},
                     database_.write([&](Connection& c) { return images::add(c, image); }));
}

Result<std::vector<catalog::AddedImage>> SqliteImages::add_all(
    const std::vector<catalog::SourceImage>& wanted, catalog::MayChange may_change) {
  auto answer = database_.write([&](Connection& c) -> Result<std::vector<catalog::AddedImage>> {
    std::vector<catalog::AddedImage> all;
    for (const catalog::SourceImage& image : wanted) {
      auto added = images::add(c, image, may_change);
      if (!added) return std::unexpected(std::move(added.error()));
      all.push_back(std::move(*added));
    }
    return all;
  });
  return or_let_wait(database_, wanted, std::move(answer));
}

Result<catalog::DerivedImage> SqliteImages::derive(std::string_view organization,
                                                   std::string_view hash_or_prefix,
                                                   const catalog::Derivation& how) {
  return database_.write([&](Connection& c) -> Result<catalog::DerivedImage> {
    auto derived = images::derive(c, organization, hash_or_prefix, how);
    if (!derived) return std::unexpected(std::move(derived.error()));
    catalog::DerivedImage result{.image = std::move(derived->image), .changed = derived->changed};
    if (!how.delete_previous || result.image.hash == derived->previous.hash) return result;
    description_wishes::follow(c, organization, derived->previous.hash, result.image.hash);
    if (auto removed = images::remove(c, organization, derived->previous.hash); !removed)
      return std::unexpected(std::move(removed.error()));
    aliases::follow(c, organization, derived->previous.hash, result.image.hash);
    const auto purge = how.purge ? how.purge(derived->previous) : std::nullopt;
    if (!purge) return result;
    if (const auto requested = purges::request(c, *purge, now()); !requested)
      return std::unexpected(requested.error());
    return result;
  });
}

Result<catalog::CopiedImage> SqliteImages::copy(const catalog::Copying& how,
                                                std::string_view hash_or_prefix) {
  return database_.write([&](Connection& c) { return images::copy(c, how, hash_or_prefix); });
}

Result<std::vector<catalog::CopyOutcome>> SqliteImages::copy_all(
    const catalog::Copying& how, const std::vector<std::string>& hashes_or_prefixes) {
  for (const std::string& one : hashes_or_prefixes) {
    auto allowed = database_.read([&](Connection& c) { return images::check_copy(c, how, one); });
    if (!allowed) return std::unexpected(std::move(allowed.error()));
  }
  std::size_t made = 0;
  std::vector<catalog::CopyOutcome> outcomes;
  outcomes.reserve(hashes_or_prefixes.size());
  for (const std::string& one : hashes_or_prefixes) {
    const auto copied = copy(how, one);
    if (!copied) return std::unexpected(catalog::after_copies(copied.error(), made));
    if (copied->outcome == catalog::CopyOutcome::created ||
        copied->outcome == catalog::CopyOutcome::overwritten)
      ++made;
    outcomes.push_back(copied->outcome);
  }
  return outcomes;
}

Result<catalog::SourceImage> SqliteImages::set_user_metadata(std::string_view organization,
                                                             std::string_view hash_or_prefix,
                                                             const catalog::ChangeUserMetadata& change) {
  return database_.write(
      [&](Connection& c) { return images::set_user_metadata(c, organization, hash_or_prefix, change); });
}

Result<catalog::SourceImage> SqliteImages::set_name(std::string_view organization,
                                                    std::string_view hash_or_prefix, std::string_view name) {
  return database_.write(
      [&](Connection& c) { return images::set_name(c, organization, hash_or_prefix, name); });
}

Result<catalog::SourceImage> SqliteImages::find(std::string_view organization,
                                                std::string_view hash_or_prefix) {
  return database_.read([&](Connection& c) { return images::find(c, organization, hash_or_prefix); });
}

Result<catalog::SourceImage> SqliteImages::find_even_deleted(std::string_view organization,
                                                             std::string_view hash_or_prefix) {
  return database_.read(
      [&](Connection& c) { return images::find_even_deleted(c, organization, hash_or_prefix); });
}

Result<catalog::FoundImages> SqliteImages::search(std::string_view organization,
                                                  const catalog::ImageSearch& asked) {
  return database_.read([&](Connection& c) { return images::search(c, organization, asked); });
}

Result<void> SqliteImages::remove(std::string_view organization, std::string_view hash_or_prefix) {
  return database_.write([&](Connection& c) { return images::remove(c, organization, hash_or_prefix); });
}

Result<void> SqliteImages::remove_file(std::string_view organization, std::string_view binary_hash) {
  return database_.write([&](Connection& c) { return images::remove_file(c, organization, binary_hash); });
}

Result<catalog::SourceImage> SqliteImages::restore(std::string_view organization,
                                                   std::string_view hash_or_prefix) {
  return database_.write([&](Connection& c) { return images::restore(c, organization, hash_or_prefix); });
}

Result<catalog::SourceImage> SqliteImages::set_locked(std::string_view organization,
                                                      std::string_view hash_or_prefix, bool locked) {
  return database_.write(
      [&](Connection& c) { return images::set_locked(c, organization, hash_or_prefix, locked); });
}

Result<std::string> SqliteImages::add_fetched(const catalog::SourceImage& image, std::string_view url) {
  auto added = database_.write([&](Connection& c) { return add_fetched_from(c, image, url); });
  return or_let_wait(database_, {&image, 1}, std::move(added));
}

Result<std::string> SqliteImages::add_fetched_still(const catalog::SourceImage& still, std::string_view url,
                                                    const catalog::FetchedVideo& video) {
  auto added = database_.write([&](Connection& c) -> Result<std::string> {
    auto deleted = images::stays_deleted(c, image_of(video, still.organization));
    if (!deleted) return std::unexpected(std::move(deleted.error()));
    if (!*deleted) return add_fetched_from(c, still, url);
    expiry::let_wait(c, still.blob);
    auto kept = remote_images::remember(c, still.organization, video.url, **deleted);
    if (!kept) return std::unexpected(std::move(kept.error()));
    return **std::move(deleted);
  });
  return or_let_wait(database_, {&still, 1}, std::move(added));
}

Result<void> SqliteImages::each_blob(
    const std::function<void(std::string_view sha256, std::int64_t bytes)>& visit) {
  // Piece by piece: one long read would keep the log from being folded back into the database. Rows that are
  // added meanwhile come at the end, so none is missed.
  for (std::int64_t last = 0;;) {
    const auto piece = database_.read([&](Connection& c) -> Result<std::vector<images::BlobReference>> {
      return images::blobs_after(c, last);
    });
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) return {};
    for (const images::BlobReference& reference : *piece)
      visit(reference.blob, reference.bytes);
    last = piece->back().row;
  }
}

}  // namespace rucola::storage
