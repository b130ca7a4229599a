// Finished answers by request, so that a cached render costs a look-up and no SQL. All event loops share
// them.
//
// An answer is served only while nothing that it depends on has changed after the snapshot it was looked up
// in, which is checked at every hit; an answer that something better is coming for, only until that has come.
//
// Of a URL that is only ever asked for with If-None-Match, an answer without its body: good for those who
// have that already, until somebody comes who has not, and the whole one takes its place.
//
// Threads: any; a hit takes the lock of one shard (base/sharded_lru.h).
// Bounds: one budget in bytes for heads and bookkeeping, and for those bodies that only hot answers keep
// alive: what the memory cache holds as well is counted there. What was used least recently goes first. Where
// the memory cache lets go of a body, the budget is kept again from the next insert(). Ownership: borrows the
// follower and the settings.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sharded_lru.h"
#include "base/time.h"
#include "catalog/change_follower.h"
#include "delivery/cache/render_cache.h"
#include "delivery/settings/live_settings.h"
#include "message/request.h"
#include "message/response.h"

namespace rucola::delivery {

/// False where `hot` is without its body, and the request's answer is not that the client has it.
bool suits(const message::Response& hot, const message::Request& request);

/// True once what it came with is no longer the answer to give: something better can be delivered, or nothing
/// better will come after all.
using Superseded = std::shared_ptr<const std::atomic<bool>>;

struct HotAnswer {
  std::shared_ptr<const message::Response> response;
  std::shared_ptr<const StoredRender> render;  ///< whose bytes are the response's body; null: it has none
  catalog::AsOf as_of;
  catalog::Dependencies dependencies;
  Superseded superseded{};      ///< null: nothing better is coming
  std::optional<Time> until{};  ///< from then on another one is better
};

class HotAnswers {
 public:
  /// `settings`: hot_bytes; where it becomes less, what is too much goes with the next insert().
  HotAnswers(const catalog::ChangeFollower& changes, const LiveSettings& settings);
  HotAnswers(const HotAnswers&) = delete;
  HotAnswers& operator=(const HotAnswers&) = delete;
  ~HotAnswers();

  /// An answer that holds as of the commits that have been noted, or null. Whether all have been is for the
  /// caller to know: ChangeFollower::is_current(), or its call.
  std::shared_ptr<const message::Response> find(std::string_view key);
  /// Is there an answer, whether it still holds or not, whomever it suits?
  [[nodiscard]] bool knows(std::string_view key) { return entries_.contains(key); }
  /// Not if it alone would take more than an eighth of the budget; false then.
  bool insert(std::string key, HotAnswer answer);
  /// Of one without a body; nothing where one with a body is there that still holds.
  void insert_bodiless(std::string key, HotAnswer answer);

 private:
  class Entry;

  const catalog::ChangeFollower& changes_;
  const LiveSettings& settings_;
  std::atomic<std::int64_t> bookkeeping_ = 0;   ///< bytes of heads, keys and tables
  std::atomic<std::int64_t> bodies_ = 0;        ///< bytes that only hot answers keep alive
  ShardedLru<std::unique_ptr<Entry>> entries_;  // its entries give back what they took above
};

}  // namespace rucola::delivery
