#include "storage/catalog/sqlite/images.h"

#include <optional>
#include <tuple>
#include <utility>

#include <boost/json/serialize.hpp>

#include "base/log.h"
#include "catalog/image_rules.h"
#include "catalog/moments.h"
#include "catalog/stored_json.h"
#include "storage/catalog/sqlite/expiry.h"
#include "storage/catalog/sqlite/image_values.h"
#include "storage/catalog/sqlite/organizations_and_users.h"

namespace rucola::storage::images {
namespace {

using catalog::Deleted;
using catalog::ImageMatch;
using catalog::SourceImage;

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

/// Are any there no more?
bool are_gone(Connection& connection, std::string_view organization, const catalog::HashRange& range) {
  return connection
      .query(
          "SELECT 1 FROM gone_images WHERE organization = (SELECT id FROM organizations WHERE name = ?1) "
          "AND hash BETWEEN ?2 AND ?3 LIMIT 1",
          organization, range.first, range.last)
      .step();
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

/// The file that came, whatever was made of it.
const std::string& sent(const SourceImage& image) {
  return image.sent.empty() ? image.blob : image.sent;
}

/// Of the same organization: what others have is nobody's business, and nobody's hindrance.
bool other_content_has_its_sha1(Connection& connection, std::int64_t organization, const SourceImage& image) {
  return connection
      .query(
          "SELECT 1 FROM images WHERE binary_hash = ?1 AND organization = ?2 AND ifnull(sent, blob) <> ?3 "
          "LIMIT 1",
          image.binary_hash, organization, sent(image))
      .step();
}

Result<void> refuse_collision(Connection& connection, std::int64_t organization, const SourceImage& image) {
  return catalog::refuse_collision(other_content_has_its_sha1(connection, organization, image), image.name);
}

std::vector<catalog::SameFile> gone_of_the_same_file(Connection& connection, std::int64_t organization,
                                                     const SourceImage& image) {
  Query row = connection.query(
      "SELECT hash FROM gone_images gone WHERE organization = ?1 AND file = ?2 "
      "AND NOT EXISTS (SELECT 1 FROM images WHERE organization = ?1 AND hash = gone.hash)",
      organization, sent(image));
  std::vector<catalog::SameFile> found;
  while (row.step())
    found.push_back({.hash = row.text(0), .deleted = true});
  return found;
}

/// In the order in which they were added, those that are gone for good first.
std::vector<catalog::SameFile> of_the_same_file(Connection& connection, std::int64_t organization,
                                                const SourceImage& image) {
  std::vector<catalog::SameFile> found = gone_of_the_same_file(connection, organization, image);
  Query row = connection.query(
      "SELECT hash, deleted IS NOT NULL FROM images "
      "WHERE binary_hash = ?1 AND organization = ?2 AND ifnull(sent, blob) = ?3 ORDER BY id",
      image.binary_hash, organization, sent(image));
  while (row.step())
    found.push_back({.hash = row.text(0), .deleted = row.boolean(1)});
  return found;
}

/// Its row.
std::int64_t insert(Connection& connection, std::int64_t organization, const SourceImage& image) {
  connection.run("DELETE FROM gone_images WHERE organization = ?1 AND hash = ?2", organization, image.hash);
  connection.run(
      "INSERT INTO images (organization, hash, binary_hash, blob, name, format, mimetype, bytes, width, "
      "height, "
      "frames, opaque, protected, locked, created, user_metadata, dynamic_metadata, static_metadata, sent) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, nullif(?19, "
      "''))",
      organization, image.hash, image.binary_hash, image.blob, image.name, image.format, image.mimetype,
      image.bytes, std::int64_t{image.width}, std::int64_t{image.height}, std::int64_t{image.frames},
      std::int64_t{image.opaque}, std::int64_t{image.is_protected}, std::int64_t{image.locked}, image.created,
      image.user_metadata_json, image.dynamic_metadata_json, image.static_metadata_json, image.sent);
  return connection.last_insert_id();
}

struct Existing {
  std::int64_t row;
  catalog::ImageState state;
  Time changed;
};

std::optional<Existing> existing(Connection& connection, std::int64_t organization, std::string_view hash) {
  Query row = connection.query(
      "SELECT id, deleted IS NOT NULL, locked, user_metadata, dynamic_metadata, static_metadata, "
      "ifnull(changed, created), name "
      "FROM images "
      "WHERE organization = ?1 AND hash = ?2",
      organization, hash);
  if (!row.step()) return std::nullopt;
  return Existing{.row = row.integer(0),
                  .state = {.deleted = row.boolean(1),
                            .locked = row.boolean(2),
                            .name = row.text(7),
                            .user_metadata_json = row.text(3),
                            .dynamic_metadata_json = row.text(4),
                            .static_metadata_json = row.text(5)},
                  .changed = row.time(6)};
}

/// Where the metadata of a row that is there changes.
void write_user_metadata(Connection& connection, std::int64_t row, std::string_view metadata, Time changed) {
  connection.run("UPDATE images SET user_metadata = ?2, changed = ?3 WHERE id = ?1", row, metadata, changed);
}

void write_again(Connection& connection, const Existing& before, const catalog::ImageState& after) {
  const bool renders_change =
      before.state.deleted ||  // what comes back may show other metadata than it did
      std::tie(after.name, after.user_metadata_json, after.dynamic_metadata_json) !=
          std::tie(before.state.name, before.state.user_metadata_json, before.state.dynamic_metadata_json);
  connection.run(
      "UPDATE images SET deleted = NULL, name = ?2, user_metadata = ?3, dynamic_metadata = ?4, "
      "static_metadata = ?5, changed = iif(?6, ?7, changed) WHERE id = ?1",
      before.row, after.name, after.user_metadata_json, after.dynamic_metadata_json,
      after.static_metadata_json, std::int64_t{renders_change}, catalog::moment_after(before.changed, now()));
}

Time change_after(const SourceImage& image) {
  return catalog::moment_after(image.changed.value_or(image.created), now());
}

/// The image of that row after a change, by whose values it is found from now on.
SourceImage changed_image(Connection& connection, std::int64_t row) {
  SourceImage image = load(connection, row);
  image_values::write(connection, row, image);
  return image;
}

using Again = Result<std::optional<catalog::ImageState>> (*)(const catalog::ImageState& before,
                                                             const SourceImage& image);

/// `again` says what becomes of one that is there.
Result<catalog::AddedImage> add(Connection& connection, const SourceImage& image, Again again,
                                catalog::MayChange may_change) {
  const Result<std::int64_t> organization = organizations::row_id(connection, image.organization);
  if (!organization) return std::unexpected(organization.error());
  if (auto unique = refuse_collision(connection, *organization, image); !unique)
    return std::unexpected(unique.error());

  if (may_change == catalog::MayChange::no) {
    if (const auto deleted =
            catalog::stays_deleted(of_the_same_file(connection, *organization, image), image.hash))
      return catalog::image_stays_deleted(*deleted);
  }
  const std::optional<Existing> before = existing(connection, *organization, image.hash);
  if (!before) {
    const std::int64_t row = insert(connection, *organization, image);
    return catalog::AddedImage{.image = changed_image(connection, row), .created = true};
  }
  // It keeps its file: what was made of the same one this time may be another.
  expiry::let_wait(connection, image.blob);
  if (may_change == catalog::MayChange::no)
    return catalog::AddedImage{.image = load(connection, before->row), .created = false};
  const auto after = again(before->state, image);
  if (!after) return std::unexpected(after.error());
  if (!*after) return catalog::AddedImage{.image = load(connection, before->row), .created = false};
  write_again(connection, *before, **after);
  return catalog::AddedImage{.image = changed_image(connection, before->row),
                             .created = before->state.deleted};
}

/// Of dynamic metadata alone: all else that renders show is part of the hash.
Result<Derived> change_in_place(Connection& connection, const ImageMatch& match, SourceImage previous,
                                const SourceImage& wanted) {
  if (wanted.dynamic_metadata_json == previous.dynamic_metadata_json)
    return Derived{.previous = previous, .image = previous, .changed = false};
  if (auto allowed = catalog::may_change_image(match); !allowed)
    return std::unexpected(std::move(allowed.error()));
  connection.run("UPDATE images SET dynamic_metadata = ?2, changed = ?3 WHERE id = ?1", match.row,
                 wanted.dynamic_metadata_json, change_after(previous));
  return Derived{
      .previous = std::move(previous), .image = changed_image(connection, match.row), .changed = true};
}

/// What is to be copied, if anything, and what will have become of it then.
struct PlannedCopy {
  catalog::CopyOutcome outcome = catalog::CopyOutcome::not_found;
  std::optional<SourceImage> there{};   ///< where it was copied to
  std::optional<SourceImage> wanted{};  ///< there; nothing where nothing is to be done
};

Result<PlannedCopy> plan_copy(Connection& connection, const catalog::Copying& how,
                              std::string_view hash_or_prefix) {
  using catalog::CopyOutcome;
  Result<SourceImage> original = load_one(connection, how.from, hash_or_prefix, Deleted::not_found);
  if (!original && original.error().code == ErrorCode::not_found) return PlannedCopy{};
  if (!original) return std::unexpected(std::move(original.error()));
  if (auto allowed = how.may_copy(*original); !allowed) return std::unexpected(std::move(allowed.error()));
  SourceImage wanted = catalog::as_another(*std::move(original));
  wanted.organization = how.to;
  auto there = load_one(connection, how.to, wanted.hash, Deleted::not_found);
  if (!there) return PlannedCopy{.outcome = CopyOutcome::created, .wanted = std::move(wanted)};
  if (how.overwrite == catalog::Overwrite::no)
    return PlannedCopy{.outcome = CopyOutcome::kept, .there = *std::move(there)};
  return PlannedCopy{
      .outcome = CopyOutcome::overwritten, .there = *std::move(there), .wanted = std::move(wanted)};
}

}  // namespace

SourceImage load(Connection& connection, std::int64_t row_id) {
  Query row = connection.query(
      "SELECT o.name, i.hash, i.binary_hash, i.blob, i.name, i.format, i.mimetype, i.bytes, i.width, "
      "i.height, "
      "i.frames, i.opaque, i.protected, i.locked, i.created, i.deleted, i.user_metadata, i.dynamic_metadata, "
      "i.static_metadata, "
      "(SELECT max(hash) FROM images WHERE organization = i.organization AND hash < i.hash), "
      "(SELECT min(hash) FROM images WHERE organization = i.organization AND hash > i.hash), i.changed, "
      "ifnull(i.sent, '') "
      "FROM images i JOIN organizations o ON o.id = i.organization WHERE i.id = ?1",
      row_id);
  row.step();
  return {.organization = row.text(0),
          .hash = row.text(1),
          .short_hash = catalog::short_hash(row.view(1), row.view(19), row.view(20)),
          .binary_hash = row.text(2),
          .blob = row.text(3),
          .sent = row.text(22),
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
          .changed = row.optional_time(21),
          .user_metadata_json = row.text(16),
          .dynamic_metadata_json = row.text(17),
          .static_metadata_json = row.text(18)};
}

std::int64_t count_all(Connection& connection, std::int64_t organization, bool deleted) {
  Query row =
      connection.query("SELECT iif(?2, deleted_images, living_images) FROM totals WHERE organization = ?1",
                       organization, std::int64_t{deleted});
  row.step();
  return row.integer(0);
}

void index_values(Connection& connection) {
  constexpr std::int64_t told_of = 50'000;
  std::int64_t all = 0;
  if (Query count = connection.query("SELECT count(*) FROM images"); count.step()) all = count.integer(0);
  std::int64_t done = 0;
  // Not by load(): the migrations that bring all of its columns have yet to run.
  Query row = connection.query(
      "SELECT i.id, o.name, i.hash, i.name, i.user_metadata, i.dynamic_metadata, i.static_metadata "
      "FROM images i JOIN organizations o ON o.id = i.organization");
  while (row.step()) {
    SourceImage image;
    image.organization = row.text(1);
    image.hash = row.text(2);
    image.name = row.text(3);
    image.user_metadata_json = row.text(4);
    image.dynamic_metadata_json = row.text(5);
    image.static_metadata_json = row.text(6);
    image_values::write(connection, row.integer(0), image);
    ++done;
    if (done % told_of == 0 || done == all)
      log::warning("catalog_images_indexed", {{"images", done}, {"of", all}});
  }
}

Result<catalog::AddedImage> add(Connection& connection, const SourceImage& image,
                                catalog::MayChange may_change) {
  return add(connection, image, catalog::added_again, may_change);
}

Result<Derived> derive(Connection& connection, std::string_view organization, std::string_view hash_or_prefix,
                       const catalog::Derivation& how) {
  const Result<ImageMatch> match = find_one(connection, organization, hash_or_prefix, Deleted::not_found);
  if (!match) return std::unexpected(match.error());
  SourceImage previous = load(connection, match->row);
  const Result<SourceImage> wanted = how.derive(previous);
  if (!wanted) return std::unexpected(wanted.error());
  if (wanted->hash == previous.hash) return change_in_place(connection, *match, std::move(previous), *wanted);
  auto added = add(connection, *wanted, catalog::derived_again, catalog::MayChange::yes);
  if (!added) return std::unexpected(std::move(added.error()));
  return Derived{.previous = std::move(previous), .image = std::move(added->image), .changed = true};
}

Result<void> check_copy(Connection& connection, const catalog::Copying& how,
                        std::string_view hash_or_prefix) {
  const auto planned = plan_copy(connection, how, hash_or_prefix);
  if (!planned) return std::unexpected(planned.error());
  if (!planned->wanted) return {};
  const SourceImage& wanted = *planned->wanted;
  const Result<std::int64_t> organization = organizations::row_id(connection, wanted.organization);
  if (!organization) return std::unexpected(organization.error());
  if (auto unique = refuse_collision(connection, *organization, wanted); !unique) return unique;
  const std::optional<Existing> before = existing(connection, *organization, wanted.hash);
  if (!before) return {};
  const auto after = catalog::copied_again(before->state, wanted);
  return after ? Result<void>{} : std::unexpected(after.error());
}

Result<catalog::CopiedImage> copy(Connection& connection, const catalog::Copying& how,
                                  std::string_view hash_or_prefix) {
  auto planned = plan_copy(connection, how, hash_or_prefix);
  if (!planned) return std::unexpected(std::move(planned.error()));
  if (!planned->wanted)
    return catalog::CopiedImage{.outcome = planned->outcome, .image = std::move(planned->there)};
  auto added = add(connection, *planned->wanted, catalog::copied_again, catalog::MayChange::yes);
  if (!added) return std::unexpected(std::move(added.error()));
  return catalog::CopiedImage{.outcome = planned->outcome, .image = std::move(added->image)};
}

Result<SourceImage> set_user_metadata(Connection& connection, std::string_view organization,
                                      std::string_view hash_or_prefix,
                                      const catalog::ChangeUserMetadata& change) {
  const Result<ImageMatch> match = find_one(connection, organization, hash_or_prefix, Deleted::not_found);
  if (!match) return std::unexpected(match.error());
  if (auto allowed = catalog::may_change_image(*match); !allowed) return std::unexpected(allowed.error());
  SourceImage image = load(connection, match->row);
  const boost::json::object before = catalog::stored_metadata(image, image.user_metadata_json);
  const Result<boost::json::object> after = change(before);
  if (!after) return std::unexpected(after.error());
  if (*after == before) return image;
  write_user_metadata(connection, match->row, boost::json::serialize(*after), change_after(image));
  return changed_image(connection, match->row);
}

Result<SourceImage> set_name(Connection& connection, std::string_view organization,
                             std::string_view hash_or_prefix, std::string_view name) {
  const Result<ImageMatch> match = find_one(connection, organization, hash_or_prefix, Deleted::not_found);
  if (!match) return std::unexpected(match.error());
  SourceImage image = load(connection, match->row);
  if (image.name == name) return image;
  connection.run("UPDATE images SET name = ?2, changed = ?3 WHERE id = ?1", match->row, name,
                 change_after(image));
  return changed_image(connection, match->row);
}

Result<std::optional<std::string>> stays_deleted(Connection& connection, const SourceImage& image) {
  const Result<std::int64_t> organization = organizations::row_id(connection, image.organization);
  if (!organization) return std::unexpected(organization.error());
  return catalog::stays_deleted(of_the_same_file(connection, *organization, image), image.hash);
}

Result<std::string> add_fetched(Connection& connection, const SourceImage& image) {
  auto deleted = stays_deleted(connection, image);
  if (!deleted) return std::unexpected(std::move(deleted.error()));
  if (*deleted) {
    expiry::let_wait(connection, image.blob);
    return **std::move(deleted);
  }
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
  return range &&
         (!matches(connection, organization, *range).empty() || are_gone(connection, organization, *range));
}

Result<std::optional<Time>> none_since(Connection& connection) {
  if (connection.query("SELECT 1 FROM images UNION ALL SELECT 1 FROM gone_images LIMIT 1").step())
    return std::optional<Time>{};
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
