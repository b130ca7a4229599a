#include "storage/catalog/sqlite/images.h"

#include <optional>
#include <utility>

#include "catalog/image_rules.h"
#include "storage/catalog/sqlite/organizations_and_users.h"

namespace rucola::storage::images {
namespace {

using catalog::Deleted;
using catalog::ImageMatch;
using catalog::SourceImage;

SourceImage load(Connection& connection, std::int64_t row_id) {
  Query row = connection.query(
      "SELECT o.name, i.hash, i.binary_hash, i.blob, i.name, i.format, i.mimetype, i.bytes, i.width, "
      "i.height, "
      "i.frames, i.opaque, i.protected, i.locked, i.created, i.deleted, i.user_metadata, i.dynamic_metadata, "
      "i.static_metadata, "
      "(SELECT max(hash) FROM images WHERE organization = i.organization AND hash < i.hash), "
      "(SELECT min(hash) FROM images WHERE organization = i.organization AND hash > i.hash) "
      "FROM images i JOIN organizations o ON o.id = i.organization WHERE i.id = ?1",
      row_id);
  row.step();
  return {.organization = row.text(0),
          .hash = row.text(1),
          .short_hash = catalog::short_hash(row.view(1), row.view(19), row.view(20)),
          .binary_hash = row.text(2),
          .blob = row.text(3),
          .name = row.text(4),
          .format = row.text(5),
          .mimetype = row.text(6),
          .bytes = row.integer(7),
          .width = row.integer32(8),
          .height = row.integer32(9),
          .frames = row.integer32(10),
          .opaque = row.boolean(11),
          .is_protected = row.boolean(12),
          .locked = row.boolean(13),
          .created = row.time(14),
          .deleted = row.optional_time(15),
          .user_metadata_json = row.text(16),
          .dynamic_metadata_json = row.text(17),
          .static_metadata_json = row.text(18)};
}

std::vector<ImageMatch> matches_in(Query& row) {
  std::vector<ImageMatch> found;
  while (row.step()) {
    found.push_back(
        {.row = row.integer(0), .hash = row.text(1), .deleted = row.boolean(2), .locked = row.boolean(3)});
  }
  return found;
}

/// All images of the organization, deleted ones too, whose hash lies in there.
std::vector<ImageMatch> matches(Connection& connection, std::string_view organization,
                                const catalog::HashRange& range) {
  Query row = connection.query(
      "SELECT id, hash, deleted IS NOT NULL, locked FROM images "
      "WHERE organization = (SELECT id FROM organizations WHERE name = ?1) AND hash BETWEEN ?2 AND ?3",
      organization, range.first, range.last);
  return matches_in(row);
}

/// The living ones of that file.
std::vector<ImageMatch> matches(Connection& connection, std::string_view organization,
                                std::string_view binary_hash) {
  Query row = connection.query(
      "SELECT id, hash, deleted IS NOT NULL, locked FROM images "
      "WHERE organization = (SELECT id FROM organizations WHERE name = ?1) AND binary_hash = ?2 "
      "AND deleted IS NULL",
      organization, binary_hash);
  return matches_in(row);
}

Result<ImageMatch> find_one(Connection& connection, std::string_view organization,
                            std::string_view hash_or_prefix, Deleted deleted) {
  const auto range = catalog::hashes_beginning_with(hash_or_prefix);
  if (!range) return std::unexpected(range.error());
  return catalog::the_image_of(matches(connection, organization, *range), organization, hash_or_prefix,
                               deleted);
}

Result<SourceImage> load_one(Connection& connection, std::string_view organization,
                             std::string_view hash_or_prefix, Deleted deleted) {
  const Result<ImageMatch> match = find_one(connection, organization, hash_or_prefix, deleted);
  if (!match) return std::unexpected(match.error());
  return load(connection, match->row);
}

/// Of the same organization: what others have is nobody's business, and nobody's hindrance.
bool other_content_has_its_sha1(Connection& connection, std::int64_t organization, const SourceImage& image) {
  return connection
      .query("SELECT 1 FROM images WHERE binary_hash = ?1 AND organization = ?2 AND blob <> ?3 LIMIT 1",
             image.binary_hash, organization, image.blob)
      .step();
}

/// In the order in which they were added.
std::vector<catalog::SameFile> of_the_same_file(Connection& connection, std::int64_t organization,
                                                const SourceImage& image) {
  Query row = connection.query(
      "SELECT hash, deleted IS NOT NULL FROM images "
      "WHERE binary_hash = ?1 AND organization = ?2 AND blob = ?3 ORDER BY id",
      image.binary_hash, organization, image.blob);
  std::vector<catalog::SameFile> found;
  while (row.step())
    found.push_back({.hash = row.text(0), .deleted = row.boolean(1)});
  return found;
}

void insert(Connection& connection, std::int64_t organization, const SourceImage& image) {
  connection.run(
      "INSERT INTO images (organization, hash, binary_hash, blob, name, format, mimetype, bytes, width, "
      "height, "
      "frames, opaque, protected, locked, created, user_metadata, dynamic_metadata, static_metadata) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
      organization, image.hash, image.binary_hash, image.blob, image.name, image.format, image.mimetype,
      image.bytes, std::int64_t{image.width}, std::int64_t{image.height}, std::int64_t{image.frames},
      std::int64_t{image.opaque}, std::int64_t{image.is_protected}, std::int64_t{image.locked}, image.created,
      image.user_metadata_json, image.dynamic_metadata_json, image.static_metadata_json);
}

struct Existing {
  std::int64_t row;
  catalog::ImageState state;
};

std::optional<Existing> existing(Connection& connection, std::int64_t organization, std::string_view hash) {
  Query row = connection.query(
      "SELECT id, deleted IS NOT NULL, locked, user_metadata, static_metadata FROM images "
      "WHERE organization = ?1 AND hash = ?2",
      organization, hash);
  if (!row.step()) return std::nullopt;
  return Existing{row.integer(0),
                  {.deleted = row.boolean(1),
                   .locked = row.boolean(2),
                   .user_metadata_json = row.text(3),
                   .static_metadata_json = row.text(4)}};
}

std::int64_t total(Connection& connection, std::int64_t organization, const catalog::ImageQuery& query) {
  Query row = query.binary_hash
                  ? connection.query(
                        "SELECT count(*) FROM images WHERE organization = ?1 AND binary_hash = ?2 "
                        "AND (deleted IS NOT NULL) = ?3",
                        organization, *query.binary_hash, std::int64_t{query.deleted})
                  : connection.query(
                        "SELECT iif(?2, deleted_images, living_images) FROM totals WHERE organization = ?1",
                        organization, std::int64_t{query.deleted});
  row.step();
  return row.integer(0);
}

/// The rows of the page. One statement a list, because each has an index of its own.
Query rows_of(Connection& connection, std::int64_t organization, const catalog::ImageQuery& query) {
  if (query.binary_hash) {
    return connection.query(
        "SELECT id FROM images WHERE organization = ?1 AND binary_hash = ?2 AND (deleted IS NOT NULL) = ?3 "
        "ORDER BY created DESC, id DESC LIMIT ?4 OFFSET ?5",
        organization, *query.binary_hash, std::int64_t{query.deleted}, query.limit, query.offset);
  }
  if (query.deleted) {
    return connection.query(
        "SELECT id FROM images WHERE organization = ?1 AND deleted IS NOT NULL "
        "ORDER BY created DESC, id DESC LIMIT ?2 OFFSET ?3",
        organization, query.limit, query.offset);
  }
  return connection.query(
      "SELECT id FROM images WHERE organization = ?1 AND deleted IS NULL "
      "ORDER BY created DESC, id DESC LIMIT ?2 OFFSET ?3",
      organization, query.limit, query.offset);
}

}  // namespace

Result<catalog::AddedImage> add(Connection& connection, const SourceImage& image,
                                catalog::MayChange may_change) {
  const Result<std::int64_t> organization = organizations::row_id(connection, image.organization);
  if (!organization) return std::unexpected(organization.error());
  if (auto unique = catalog::refuse_collision(other_content_has_its_sha1(connection, *organization, image));
      !unique)
    return std::unexpected(unique.error());

  if (may_change == catalog::MayChange::no) {
    if (const auto deleted =
            catalog::stays_deleted(of_the_same_file(connection, *organization, image), image.hash))
      return catalog::image_stays_deleted(*deleted);
  }
  const std::optional<Existing> before = existing(connection, *organization, image.hash);
  if (!before) {
    insert(connection, *organization, image);
    return catalog::AddedImage{.image = load(connection, connection.last_insert_id()), .created = true};
  }
  if (may_change == catalog::MayChange::no)
    return catalog::AddedImage{.image = load(connection, before->row), .created = false};
  const auto after = catalog::added_again(before->state, image);
  if (!after) return std::unexpected(after.error());
  if (*after) {
    connection.run("UPDATE images SET deleted = NULL, user_metadata = ?2, static_metadata = ?3 WHERE id = ?1",
                   before->row, (*after)->user_metadata_json, (*after)->static_metadata_json);
  }
  return catalog::AddedImage{.image = load(connection, before->row), .created = before->state.deleted};
}

Result<std::string> add_fetched(Connection& connection, const SourceImage& image) {
  const Result<std::int64_t> organization = organizations::row_id(connection, image.organization);
  if (!organization) return std::unexpected(organization.error());
  if (auto deleted = catalog::stays_deleted(of_the_same_file(connection, *organization, image), image.hash))
    return *std::move(deleted);
  auto added = add(connection, image);
  if (!added) return std::unexpected(std::move(added.error()));
  return std::move(added->image.hash);
}

Result<SourceImage> find(Connection& connection, std::string_view organization,
                         std::string_view hash_or_prefix) {
  return load_one(connection, organization, hash_or_prefix, Deleted::not_found);
}

Result<SourceImage> find_even_deleted(Connection& connection, std::string_view organization,
                                      std::string_view hash_or_prefix) {
  return load_one(connection, organization, hash_or_prefix, Deleted::found_too);
}

Result<std::string> full_hash(Connection& connection, std::string_view organization,
                              std::string_view hash_or_prefix) {
  Result<ImageMatch> match = find_one(connection, organization, hash_or_prefix, Deleted::not_found);
  if (!match) return std::unexpected(std::move(match.error()));
  return std::move(match->hash);
}

Result<catalog::Page<SourceImage>> list(Connection& connection, std::string_view organization,
                                        const catalog::ImageQuery& query) {
  const Result<std::int64_t> organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());

  catalog::Page<SourceImage> page{.total = total(connection, *organization_row, query), .items = {}};
  Query row = rows_of(connection, *organization_row, query);
  while (row.step())
    page.items.push_back(load(connection, row.integer(0)));
  return page;
}

Result<void> remove(Connection& connection, std::string_view organization, std::string_view hash_or_prefix) {
  const Result<ImageMatch> match = find_one(connection, organization, hash_or_prefix, Deleted::not_found);
  if (!match) return std::unexpected(match.error());
  if (auto allowed = catalog::may_delete_image(*match); !allowed) return allowed;
  connection.run("UPDATE images SET deleted = ?2 WHERE id = ?1", match->row, now());
  return {};
}

Result<void> remove_file(Connection& connection, std::string_view organization,
                         std::string_view binary_hash) {
  const std::vector<ImageMatch> images = matches(connection, organization, binary_hash);
  if (auto allowed = catalog::may_delete_images(images); !allowed) return allowed;
  const Time at = now();
  for (const ImageMatch& image : images)
    connection.run("UPDATE images SET deleted = ?2 WHERE id = ?1", image.row, at);
  return {};
}

Result<SourceImage> restore(Connection& connection, std::string_view organization,
                            std::string_view hash_or_prefix) {
  const Result<ImageMatch> match = find_one(connection, organization, hash_or_prefix, Deleted::found_too);
  if (!match) return std::unexpected(match.error());
  if (match->deleted) connection.run("UPDATE images SET deleted = NULL WHERE id = ?1", match->row);
  return load(connection, match->row);
}

Result<SourceImage> set_locked(Connection& connection, std::string_view organization,
                               std::string_view hash_or_prefix, bool locked) {
  const Result<ImageMatch> match = find_one(connection, organization, hash_or_prefix, Deleted::not_found);
  if (!match) return std::unexpected(match.error());
  if (match->locked != locked)
    connection.run("UPDATE images SET locked = ?2 WHERE id = ?1", match->row, std::int64_t{locked});
  return load(connection, match->row);
}

bool ever_existed(Connection& connection, std::string_view organization, std::string_view hash_or_prefix) {
  const auto range = catalog::hashes_beginning_with(hash_or_prefix);
  return range && !matches(connection, organization, *range).empty();
}

Result<std::optional<Time>> none_since(Connection& connection) {
  if (connection.query("SELECT 1 FROM images LIMIT 1").step()) return std::optional<Time>{};
  Query first = connection.query("SELECT min(created) FROM organizations");
  first.step();
  return first.optional_time(0).value_or(Time::max());
}

std::vector<BlobReference> blobs_after(Connection& connection, std::int64_t row) {
  Query next =
      connection.query("SELECT id, blob, bytes FROM images WHERE id > ?1 ORDER BY id LIMIT 1000", row);
  std::vector<BlobReference> found;
  while (next.step())
    found.push_back({next.integer(0), next.text(1), next.integer(2)});
  return found;
}

}  // namespace rucola::storage::images
