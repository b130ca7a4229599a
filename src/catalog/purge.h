// Purging: which cached answers shall go, the quota, and the durable outbox.
//
// Life of a delivery:  pending ──confirmed by the cache──▶ confirmed
//                        │ ▲
//                        └─┘ failed: due again later, with exponential backoff
// Each call of the API makes two deliveries a cache: one at once, one after the longest render plus slack,
// because an answer already on its way may be stored after the first purge.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace rucola::catalog {

enum class PurgeKind { alias, stack, source_image, organization };

std::string_view name_of(PurgeKind kind);
std::optional<PurgeKind> parse_purge_kind(std::string_view name);

/// Cache tags: one letter for the kind and 16 hex of SHA-256 over the tuple. Safe in every vendor's header
/// and unguessable from outside.
std::string organization_tag(std::string_view organization);
std::string image_tag(std::string_view organization, std::string_view hash);
std::string stack_tag(std::string_view organization, std::string_view stack);
std::string alias_tag(std::string_view organization, std::string_view alias);
/// Of an answer that a better render of that key will replace, whosever it is.
std::string render_tag(std::string_view key);

struct PurgeRequest {
  std::string organization;
  PurgeKind kind = PurgeKind::alias;
  std::string name;
  std::vector<std::string> tags;
  std::vector<std::string> caches{};  ///< ids of the configured caches; each gets both deliveries
  std::int64_t calls_per_hour = 10;   ///< 0 = unlimited, and takes nothing of the quota
  std::chrono::seconds repeat_after{45};
  bool follows = false;  ///< from another change, of which the history tells
};

/// The purge of an organization whose answers change with something that is done elsewhere. Empty: none.
using PurgeOf = std::function<PurgeRequest(std::string_view organization)>;

/// What the three purge calls answer with.
struct PurgeAdmission {
  bool admitted = false;
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  Time retry_at{};  ///< where it was refused: when the oldest call in the window falls out
};

struct PurgeDelivery {
  std::int64_t id = 0;
  std::string cache;
  std::vector<std::string> tags;
  std::string organization;
  std::optional<PurgeKind> kind{};  ///< nothing: its row says none that is known
  std::string name;
  std::int32_t round = 1;  ///< 1 at once, 2 the repeat
  std::int32_t attempts = 0;
  Time created{};
  Time due{};
};

struct PendingPurges {
  std::string cache;
  std::int64_t deliveries = 0;
};

}  // namespace rucola::catalog
