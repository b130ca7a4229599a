// The port to the outbox of purges as who delivers it sees it; purge.h has the life of a delivery. store.h
// says what holds for all ports.
//
// Threads: bell() is quick and never blocks; the rest blocks on the database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "catalog/purge.h"

namespace rucola::catalog {

struct ConfirmedPurge {
  std::int64_t id = 0;
  std::optional<std::int64_t> objects{};  ///< how many cached objects went, where the cache says so
};

struct FailedPurge {
  std::int64_t id = 0;
  Time due{};  ///< when it is tried again
  std::string error;
};

class PurgeOutbox {
 public:
  PurgeOutbox() = default;
  PurgeOutbox(const PurgeOutbox&) = delete;
  PurgeOutbox& operator=(const PurgeOutbox&) = delete;
  virtual ~PurgeOutbox() = default;

  /// Differs from every earlier value once a delivery was added, by whatever process; and now and then
  /// without one.
  [[nodiscard]] virtual std::uint64_t bell() const noexcept = 0;
  /// The pending deliveries of that cache that are due at `at`, or lie further ahead than anything is ever
  /// put off (longest_put_off), oldest due first. Each cache is asked for on its own, so that the many of a
  /// dead cache can't hide those of a living one.
  virtual Result<std::vector<PurgeDelivery>> due(std::string_view cache, Time at, std::int64_t limit) = 0;
  /// When that cache's next pending delivery is due; nothing where none is pending.
  virtual Result<std::optional<Time>> next_due(std::string_view cache) = 0;
  /// In one transaction. Confirming twice is harmless, and so is confirming what is forgotten.
  virtual Result<void> confirm(const std::vector<ConfirmedPurge>& confirmed, Time at) = 0;
  /// In one transaction. What is confirmed already stays so.
  virtual Result<void> put_off(const std::vector<FailedPurge>& failed) = 0;
  /// How many deliveries wait, for each cache that has any, caches no longer configured included.
  virtual Result<std::vector<PendingPurges>> pending() = 0;
};

}  // namespace rucola::catalog
