// The catalog as it is opened: its ports, one a subject. Who needs one takes that one, not the store.
// storage/catalog has the adapters; all of them pass one conformance suite.
//
// Of all ports hold:
// Threads: every function may be called from any thread, and every one blocks (on locks, on disk): call
// them from a BlockingExecutor, never from an event loop, unless it says otherwise.
// Durability: when a function that changes something returns a value, the change has survived kill -9 and
// power loss, and every later read on every node sees it.
// History: whatever a port changes is in it (history.h), as the change of whom the calling thread works for
// (base/author.h), and of the server where that is nobody. Only what is kept for the server's own use makes
// no entry: when a key was used, what becomes of a purge.
// Errors: what each says; besides, internal for a failing database, overloaded for a damaged one,
// storage_full for a full disk. A failed change changed nothing. Ownership: the ports live as long as their
// store.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "catalog/aliases.h"
#include "catalog/audit.h"
#include "catalog/changes.h"
#include "catalog/description_wishes.h"
#include "catalog/expiry.h"
#include "catalog/images.h"
#include "catalog/members.h"
#include "catalog/organizations.h"
#include "catalog/purge_outbox.h"
#include "catalog/purges.h"
#include "catalog/render_lookup.h"
#include "catalog/stacks.h"
#include "catalog/usage.h"
#include "catalog/users.h"

namespace rucola::catalog {

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  virtual Organizations& organizations() = 0;
  virtual Users& users() = 0;
  virtual Members& members() = 0;
  virtual Images& images() = 0;
  virtual Stacks& stacks() = 0;
  virtual Aliases& aliases() = 0;
  virtual Purges& purges() = 0;
  virtual PurgeOutbox& purge_outbox() = 0;
  virtual Expiry& expiry() = 0;
  virtual Audit& audit() = 0;
  virtual Usage& usage() = 0;
  virtual DescriptionWishes& description_wishes() = 0;

  /// What the render path reads, and how it learns of changes.
  virtual RenderLookup& render_lookup() = 0;
  virtual ChangeFeed& change_feed() = 0;

  /// For who shuts down: from now on a change, or a read, that would have to wait for what another program
  /// has locked is overloaded at once, and so is what waits already. All else goes on. From any thread;
  /// does not block.
  virtual void stop_waiting() noexcept = 0;

  /// Answers readiness: can it read and write, is it still where it was opened, and is no damage known?
  virtual Result<void> check() = 0;

  /// For who wonders whether it belongs to the blobs beside it. Nothing where it has images, or has had
  /// some that were deleted; else since when it has had an organization, or for ever where it has none.
  virtual Result<std::optional<Time>> without_images_since() = 0;

  /// What a look at every page finds wrong with it, in words for its operator. Takes its time.
  virtual Result<std::vector<std::string>> find_damage() = 0;

  /// Changes that were acknowledged once and are not there any more, as far as that can be told; found when
  /// it was opened, or earlier and nobody has seen to it yet. In words for its operator, oldest first.
  [[nodiscard]] virtual const std::vector<std::string>& lost_changes() const = 0;

  /// Why such a loss could be there, or come, without being found. In words for its operator; empty: it could
  /// not. Takes microseconds.
  [[nodiscard]] virtual std::vector<std::string> unmarked() const = 0;

  /// Begins to look at every page in the background; once: check() fails from when damage is found. Returns
  /// when all were looked at, or after `patience`.
  virtual void inspect(std::chrono::milliseconds patience) = 0;
};

}  // namespace rucola::catalog
