// The catalog as it is opened: its ports, one a subject. Who needs one takes that one, not the store.
// storage/catalog has the adapters; all of them pass one conformance suite.
//
// Of all ports hold:
// Threads: every function may be called from any thread, and every one blocks (on locks, on disk): call
// them from a BlockingExecutor, never from an event loop, unless it says otherwise.
// Durability: when a function that changes something returns a value, the change has survived kill -9 and
// power loss, and every later read on every node sees it.
// Errors: what each says; besides, internal for a failing database, storage_full for a full disk. A failed
// change changed nothing.
// Ownership: the ports live as long as their store.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "catalog/aliases.h"
#include "catalog/images.h"
#include "catalog/organizations.h"
#include "catalog/purge_outbox.h"
#include "catalog/purges.h"
#include "catalog/stacks.h"
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
  virtual Images& images() = 0;
  virtual Stacks& stacks() = 0;
  virtual Aliases& aliases() = 0;
  virtual Purges& purges() = 0;
  virtual PurgeOutbox& purge_outbox() = 0;

  /// Differs from every earlier value once any acknowledged change, by any process, may alter what a read
  /// returns. Lock-free and cheap (nanoseconds): the render path asks it on every request.
  [[nodiscard]] virtual std::uint64_t generation() const noexcept = 0;
  // What the render path asks.
  Result<Organization> organization(std::string_view name) { return organizations().find(name); }
  Result<std::vector<SigningKey>> signing_keys(std::string_view organization) {
    return organizations().signing_keys(organization);
  }
  Result<Stack> stack(std::string_view organization, std::string_view name) {
    return stacks().find(organization, name);
  }
  Result<Alias> alias(std::string_view organization, std::string_view name) {
    return aliases().find(organization, name);
  }
  Result<SourceImage> image(std::string_view organization, std::string_view hash_or_prefix) {
    return images().find(organization, hash_or_prefix);
  }
  Result<std::string> remote_image(std::string_view organization, std::string_view url) {
    return images().fetched_from(organization, url);
  }

  /// Answers readiness: can it read and write?
  virtual Result<void> check() = 0;
};

}  // namespace rucola::catalog
