#include "storage/catalog/sqlite/images.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "catalog/damaged_rows.h"
#include "catalog/json_fields.h"
#include "catalog/names.h"
#include "storage/catalog/sqlite/organizations_and_users.h"

namespace rucola::storage::images {
namespace {

using catalog::SourceImage;

constexpr std::size_t full_hash_length = 40;
constexpr std::size_t shortest_short_hash = 6;

std::size_t common_prefix(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

/// One character longer than what it shares with its neighbours in the order of hashes; no other image of the
/// organization can share more.
std::string shorten(std::string_view hash, std::string_view before, std::string_view after) {
  const std::size_t shared = std::max(common_prefix(hash, before), common_prefix(hash, after));
  return std::string(hash.substr(0, std::max(shared + 1, shortest_short_hash)));
}

SourceImage load(Connection& connection, std::int64_t row_id) {
  // Deleted images count as neighbours too, or a restored one could make a short hash ambiguous.
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
          .short_hash = shorten(row.view(1), row.view(19), row.view(20)),
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

struct Match {
  std::int64_t row;
  std::string hash;
  bool deleted;
  bool locked;
};

/// All images of the organization, deleted ones too, whose hash begins so.
std::vector<Match> matches(Connection& connection, std::string_view organization, std::string_view prefix) {
  std::string first(prefix);
  std::string last(prefix);
  first.resize(full_hash_length, '0');
  last.resize(full_hash_length, 'f');
  Query row = connection.query(
      "SELECT id, hash, deleted IS NOT NULL, locked FROM images "
      "WHERE organization = (SELECT id FROM organizations WHERE name = ?1) AND hash BETWEEN ?2 AND ?3",
      organization, std::string_view(first), std::string_view(last));
  std::vector<Match> found;
  while (row.step())
    found.push_back({row.integer(0), row.text(1), row.boolean(2), row.boolean(3)});
  return found;
}

std::unexpected<Error> no_such_image(std::string_view organization, std::string_view hash_or_prefix) {
  return fail(ErrorCode::not_found, "There is no image \"" + std::string(hash_or_prefix) +
                                        "\" in the organization \"" + std::string(organization) + "\".");
}

enum class Deleted { not_found, found_too };

Result<Match> find_one(Connection& connection, std::string_view organization, std::string_view hash_or_prefix,
                       Deleted deleted) {
  if (!catalog::is_hash_or_prefix(hash_or_prefix)) {
    return fail(ErrorCode::bad_request,
                "\"" + std::string(hash_or_prefix) +
                    "\" is no hash: a hash has 40 characters of 0-9 and a-f, a short hash "
                    "is the beginning of one and has at least 6.");
  }
  std::vector<Match> found = matches(connection, organization, hash_or_prefix);
  const bool any =
      deleted == Deleted::found_too ? !found.empty() : !std::ranges::all_of(found, &Match::deleted);
  if (!any) return no_such_image(organization, hash_or_prefix);
  if (found.size() > 1) {
    // Ambiguous even where only one of them lives: what a short hash means must not change by a delete.
    return fail(ErrorCode::bad_request,
                "The short hash \"" + std::string(hash_or_prefix) +
                    "\" is ambiguous: more than one image begins with it. Use more of the "
                    "hash, or all 40 characters.");
  }
  return std::move(found.front());
}

/// SHA-1 can be collided. Two files with one SHA-1 would be indistinguishable to clients, which know no
/// other.
Result<void> refuse_collision(Connection& connection, const SourceImage& image) {
  if (!connection
           .query("SELECT 1 FROM images WHERE binary_hash = ?1 AND blob <> ?2 LIMIT 1", image.binary_hash,
                  image.blob)
           .step()) {
    return {};
  }
  return fail(ErrorCode::conflict,
              "Another file with the same SHA-1 but other content is stored already; this file is a SHA-1 "
              "collision and can't be taken. Save it anew from an image editor, then upload that.");
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
  bool deleted;
  std::string user_metadata;
  std::string static_metadata;
};

std::optional<Existing> existing(Connection& connection, std::int64_t organization, std::string_view hash) {
  Query row = connection.query(
      "SELECT id, deleted IS NOT NULL, user_metadata, static_metadata FROM images "
      "WHERE organization = ?1 AND hash = ?2",
      organization, hash);
  if (!row.step()) return std::nullopt;
  return Existing{row.integer(0), row.boolean(1), row.text(2), row.text(3)};
}

/// Metadata that can't be read any more is replaced by what comes.
std::string_view readable(std::string_view stored, const SourceImage& image) {
  if (catalog::is_object(stored)) return stored;
  catalog::report_damaged_row("images", image.organization + "/" + image.hash, "Its metadata can't be read.");
  return "{}";
}

Result<void> bring_up_to_date(Connection& connection, const Existing& before, const SourceImage& image) {
  const Result<std::string> user_metadata =
      catalog::merge_objects(readable(before.user_metadata, image), image.user_metadata_json);
  if (!user_metadata) return std::unexpected(user_metadata.error());
  const Result<std::string> static_metadata =
      catalog::merge_objects(readable(before.static_metadata, image), image.static_metadata_json);
  if (!static_metadata) return std::unexpected(static_metadata.error());

  const bool same = *user_metadata == before.user_metadata && *static_metadata == before.static_metadata;
  if (same && !before.deleted) return {};
  connection.run("UPDATE images SET deleted = NULL, user_metadata = ?2, static_metadata = ?3 WHERE id = ?1",
                 before.row, *user_metadata, *static_metadata);
  return {};
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

Result<catalog::AddedImage> add(Connection& connection, const SourceImage& image) {
  const Result<std::int64_t> organization = organizations::row_id(connection, image.organization);
  if (!organization) return std::unexpected(organization.error());
  if (auto unique = refuse_collision(connection, image); !unique) return std::unexpected(unique.error());

  const std::optional<Existing> before = existing(connection, *organization, image.hash);
  if (!before) {
    insert(connection, *organization, image);
    return catalog::AddedImage{.image = load(connection, connection.last_insert_id()), .created = true};
  }
  if (auto done = bring_up_to_date(connection, *before, image); !done) return std::unexpected(done.error());
  return catalog::AddedImage{.image = load(connection, before->row), .created = false};
}

Result<SourceImage> find(Connection& connection, std::string_view organization,
                         std::string_view hash_or_prefix) {
  const Result<Match> match = find_one(connection, organization, hash_or_prefix, Deleted::not_found);
  if (!match) return std::unexpected(match.error());
  return load(connection, match->row);
}

Result<std::string> full_hash(Connection& connection, std::string_view organization,
                              std::string_view hash_or_prefix) {
  Result<Match> match = find_one(connection, organization, hash_or_prefix, Deleted::not_found);
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
  const Result<Match> match = find_one(connection, organization, hash_or_prefix, Deleted::not_found);
  if (!match) return std::unexpected(match.error());
  if (match->locked) {
    return fail(ErrorCode::forbidden,
                "The image \"" + match->hash + "\" is locked and can't be deleted; unlock it first.");
  }
  connection.run("UPDATE images SET deleted = ?2 WHERE id = ?1", match->row, now());
  return {};
}

Result<SourceImage> restore(Connection& connection, std::string_view organization,
                            std::string_view hash_or_prefix) {
  const Result<Match> match = find_one(connection, organization, hash_or_prefix, Deleted::found_too);
  if (!match) return std::unexpected(match.error());
  if (match->deleted) connection.run("UPDATE images SET deleted = NULL WHERE id = ?1", match->row);
  return load(connection, match->row);
}

bool ever_existed(Connection& connection, std::string_view organization, std::string_view hash_or_prefix) {
  return catalog::is_hash_or_prefix(hash_or_prefix) &&
         !matches(connection, organization, hash_or_prefix).empty();
}

std::vector<BlobReference> blobs_after(Connection& connection, std::int64_t row) {
  Query next = connection.query("SELECT id, blob FROM images WHERE id > ?1 ORDER BY id LIMIT 1000", row);
  std::vector<BlobReference> found;
  while (next.step())
    found.push_back({next.integer(0), next.text(1)});
  return found;
}

}  // namespace rucola::storage::images
