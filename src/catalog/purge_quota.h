// The sliding quota of purges, and what a request puts into the outbox. Pure functions of what is there; the
// adapters bring it and write what comes out. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "catalog/purge.h"

namespace rucola::catalog {

/// At any moment, calls of the past hour count: those after `at` less this.
inline constexpr std::chrono::hours purge_window{1};
/// Calls from further ahead than this are from a clock that was wrong: they count no more. Others may be
/// those of another process that asked a moment later and wrote first.
inline constexpr std::chrono::minutes purge_clocks_differ{1};
/// Nothing is put off further: a delivery that lies beyond is due, the clock was wrong.
inline constexpr std::chrono::minutes longest_put_off{61};
/// How long the outbox shows what is confirmed.
inline constexpr std::chrono::hours confirmed_purges_are_kept{24};

/// Where the quota is used up: which call of the window, counted from the oldest as 0, has to fall out of it
/// before there is room. There may be more calls than the limit, where the limit was lowered.
std::optional<std::int64_t> blocking_purge(std::int64_t limit, std::int64_t calls_in_window);

/// The quota as it stands; `blocking` is when that call was. A limit of 0 is none.
PurgeAdmission purge_quota(std::int64_t limit, std::int64_t calls_in_window, std::optional<Time> blocking);

/// The quota after an admitted call of it was taken.
PurgeAdmission taken(PurgeAdmission admission);

/// Two of each cache: one at once, one later. Their ids are the adapter's to give.
std::vector<PurgeDelivery> deliveries_of(const PurgeRequest& request, Time at);

}  // namespace rucola::catalog
