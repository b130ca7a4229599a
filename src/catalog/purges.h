// The port to purging as it is asked for: the quota, and what goes into the outbox (purge_outbox.h), in one
// transaction. store.h says what holds for all ports.
//
// Errors: not_found (the organization).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "catalog/purge.h"

namespace rucola::catalog {

class Purges {
 public:
  Purges() = default;
  Purges(const Purges&) = delete;
  Purges& operator=(const Purges&) = delete;
  virtual ~Purges() = default;

  /// Has a thing of that kind and name ever existed? After a delete it must still be possible to purge.
  virtual Result<bool> ever_existed(std::string_view organization, PurgeKind kind, std::string_view name) = 0;
  /// Takes the quota and writes the deliveries in one transaction; a refused request takes nothing.
  virtual Result<PurgeAdmission> request(const PurgeRequest& request, Time at) = 0;
  /// The quota as it stands; takes nothing. `admitted` says whether a request would be.
  virtual Result<PurgeAdmission> quota(std::string_view organization, PurgeKind kind,
                                       std::int64_t calls_per_hour, Time at) = 0;
};

}  // namespace rucola::catalog
