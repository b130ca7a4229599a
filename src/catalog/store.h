// The catalog's port: where organizations, users, images, aliases, stacks and purges live.
// storage/catalog has the adapters; all of them pass one conformance suite.
//
// Threads: every function may be called from any thread, and every one blocks (on locks, on disk): call
// them from a BlockingExecutor, never from an event loop. generation() alone is quick and never blocks.
//
// Durability: when a function that changes something returns a value, the change has survived kill -9 and
// power loss, and every later read on every node sees it.
//
// Errors: not_found, conflict, precondition_failed, bad_request (an ambiguous short hash); internal for a
// failing database, storage_full for a full disk. A failed change changed nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/purge.h"
#include "catalog/types.h"

namespace rucola::catalog {

enum class Overwrite { no, yes };

/// May `before`, which lives, be replaced? Asked inside the transaction that replaces it.
using MayReplace = std::function<Result<void>(const Stack& before)>;

/// If-Match and If-None-Match of a change, already parsed.
struct Precondition {
  std::optional<std::vector<std::int64_t>> match_any_of{};  ///< If-Match: "7", "8"
  bool must_exist = false;                                  ///< If-Match: *
  bool must_not_exist = false;                              ///< If-None-Match: *
};

struct ImageQuery {
  std::int64_t limit = 100;
  std::int64_t offset = 0;
  std::optional<std::string> binary_hash{};
  bool deleted = false;  ///< the deleted ones instead of the living
};

struct AddedImage {
  SourceImage image;
  bool created = false;  ///< false: it was there already
};

struct PutStack {
  Stack stack;
  bool created = false;
};

struct PutAlias {
  Alias alias;
  bool created = false;
};

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  /// Differs from every earlier value once any acknowledged change, by any process, may alter what a read
  /// returns. Lock-free and cheap (nanoseconds): the render path asks it on every request.
  [[nodiscard]] virtual std::uint64_t generation() const noexcept = 0;
  /// Answers readiness: can it read and write?
  virtual Result<void> check() = 0;

  // Organizations and users
  virtual Result<Organization> create_organization(std::string_view name, std::string_view display_name,
                                                   std::string_view billing_email) = 0;
  virtual Result<Organization> organization(std::string_view name) = 0;
  /// Sets, or removes, fields of the organization's options, all or none. Where that changes anything,
  /// `purge` is written to the outbox in the same transaction.
  virtual Result<Organization> set_organization_options(std::string_view name,
                                                        const std::vector<OrganizationOption>& options,
                                                        const std::optional<PurgeRequest>& purge) = 0;
  /// Oldest first; every organization has at least one from its creation.
  virtual Result<std::vector<SigningKey>> signing_keys(std::string_view organization) = 0;
  /// Makes the user, its key and its membership in one transaction. The organization must exist. A known
  /// e-mail address gets a further key, and the roles in that organization.
  virtual Result<User> create_user(std::string_view email, std::string_view organization,
                                   const std::vector<Role>& roles, std::string_view api_key_sha256) = 0;
  /// Nothing where no such key exists.
  virtual Result<std::optional<Principal>> principal_by_key(std::string_view api_key_sha256) = 0;

  // Source images
  /// Adds, or finds, the image of that hash in its organization; a deleted one comes back to life. Metadata
  /// fields of an existing image that the new one does not name stay.
  /// Errors: conflict where the organization has that SHA-1 with another SHA-256.
  virtual Result<AddedImage> add_image(const SourceImage& image) = 0;
  /// By full hash or unambiguous prefix. Deleted images are not found.
  virtual Result<SourceImage> image(std::string_view organization, std::string_view hash_or_prefix) = 0;
  /// Newest first.
  virtual Result<Page<SourceImage>> images(std::string_view organization, const ImageQuery& query) = 0;
  /// Errors: not_found; forbidden where the image is locked.
  virtual Result<void> delete_image(std::string_view organization, std::string_view hash_or_prefix) = 0;
  /// Errors: not_found where it never existed or was deleted for good. A living image is returned as it is.
  virtual Result<SourceImage> restore_image(std::string_view organization,
                                            std::string_view hash_or_prefix) = 0;
  /// The full hash of the image that was fetched from that URL. Errors: not_found.
  virtual Result<std::string> remote_image(std::string_view organization, std::string_view url) = 0;
  /// `hash` must name a living image of the organization.
  virtual Result<void> remember_remote_image(std::string_view organization, std::string_view url,
                                             std::string_view hash) = 0;
  /// Calls `visit` with every blob that any row, deleted images included, refers to.
  virtual Result<void> each_blob(const std::function<void(std::string_view sha256)>& visit) = 0;

  // Stacks
  /// Errors: conflict (it exists and overwrite is no), and what `may_replace` says where it is given.
  virtual Result<PutStack> put_stack(std::string_view organization, std::string_view name,
                                     std::string_view definition_json, Overwrite overwrite,
                                     const MayReplace& may_replace = {}) = 0;
  virtual Result<Stack> stack(std::string_view organization, std::string_view name) = 0;
  virtual Result<std::vector<Stack>> stacks(std::string_view organization) = 0;
  virtual Result<void> delete_stack(std::string_view organization, std::string_view name) = 0;

  // Aliases
  /// `hash_or_prefix` must name a living image of the organization. Pointing at the same image again is no
  /// move: version and `updated` stay. A name that was deleted and comes back goes on counting its version,
  /// so that an If-Match from before the deletion can't win.
  /// Errors: conflict (it exists and overwrite is no), precondition_failed, not_found, bad_request.
  virtual Result<PutAlias> put_alias(std::string_view organization, std::string_view name,
                                     std::string_view hash_or_prefix, Overwrite overwrite,
                                     const Precondition& precondition) = 0;
  virtual Result<Alias> alias(std::string_view organization, std::string_view name) = 0;
  /// By name, ascending.
  virtual Result<Page<Alias>> aliases(std::string_view organization, std::int64_t limit,
                                      std::int64_t offset) = 0;
  virtual Result<void> delete_alias(std::string_view organization, std::string_view name,
                                    const Precondition& precondition) = 0;

  // Purging
  /// Has a thing of that kind and name ever existed? After a delete it must still be possible to purge.
  virtual Result<bool> ever_existed(std::string_view organization, PurgeKind kind, std::string_view name) = 0;
  /// Takes the quota and writes the deliveries in one transaction; a refused request takes nothing.
  virtual Result<PurgeAdmission> request_purge(const PurgeRequest& request, Time at) = 0;
  /// The quota as it stands; takes nothing. `admitted` says whether a request would be.
  virtual Result<PurgeAdmission> purge_quota(std::string_view organization, PurgeKind kind,
                                             std::int64_t calls_per_hour, Time at) = 0;
  /// The pending deliveries of that cache that are due at `at`, oldest due first. Each cache is asked for on
  /// its own, so that the many of a dead cache can't hide those of a living one.
  virtual Result<std::vector<PurgeDelivery>> due_purges(std::string_view cache, Time at,
                                                        std::int64_t limit) = 0;
  /// When that cache's next pending delivery is due; nothing where none is pending.
  virtual Result<std::optional<Time>> next_purge_due(std::string_view cache) = 0;
  /// `objects` is how many cached objects went, where the cache says so. Confirming twice is harmless.
  virtual Result<void> confirm_purge(std::int64_t id, Time at, std::optional<std::int64_t> objects) = 0;
  virtual Result<void> retry_purge(std::int64_t id, Time due, std::string_view error) = 0;
  /// How many deliveries wait, for each cache that has any, caches no longer configured included.
  virtual Result<std::vector<PendingPurges>> pending_purges() = 0;
};

}  // namespace rucola::catalog
