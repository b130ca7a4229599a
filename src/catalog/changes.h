// The feed of changes: which thing of the catalog changed, in the order of the commits.
//
// Each change of a row that an answer may depend on is a row of the feed, written in the transaction of the
// change by the database itself, so that no writer can forget it. Who keeps answers follows the feed
// (change_follower.h) and lets go of those that depend on what changed.
//
// A number alone does not say which change it is: a catalog that is restored from a backup, while others use
// it, counts on from the backup's numbers. So each row also has a token that is drawn at random. Two
// snapshots that show the same token at the same number have had the same changes up to there.
//
// Threads: any. bell() never blocks and takes no lock; changes_since() blocks on the catalog, in_place() on
// the file system.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace rucola::catalog {

enum class ChangeKind : std::uint8_t { organization, signing_keys, stack, alias, image, remote_image };

/// As the feed writes it.
std::string_view name_of(ChangeKind kind);
std::optional<ChangeKind> parse_change_kind(std::string_view name);

/// A change's place in the feed.
struct FeedPlace {
  std::int64_t number = 0;
  std::int64_t token = 0;  ///< 0: the feed lacks that row

  friend bool operator==(const FeedPlace&, const FeedPlace&) = default;
};

struct Change {
  FeedPlace place{};
  std::optional<ChangeKind> kind;  ///< nothing: a kind that only a newer program knows
  std::string organization;
  std::string name{};  ///< of the stack or alias; the image's hash; the remote image's URL; else empty
};

/// What one snapshot of the catalog shows of the feed.
struct Changes {
  std::string epoch;              ///< another one: the numbers began anew
  FeedPlace newest{};             ///< of the newest change; it says how old the snapshot is
  std::vector<Change> changes{};  ///< by number, ascending
};

class ChangeFeed {
 public:
  ChangeFeed() = default;
  ChangeFeed(const ChangeFeed&) = delete;
  ChangeFeed& operator=(const ChangeFeed&) = delete;
  virtual ~ChangeFeed() = default;

  /// Differs from every earlier value once there was a commit, by any process, before that commit is
  /// acknowledged. What the commit changed, and whether anything, it does not say.
  [[nodiscard]] virtual std::uint64_t bell() const noexcept = 0;

  /// The changes from that number on, with its own, the oldest `most` of them, out of a snapshot opened after
  /// the call began. Errors: internal.
  virtual Result<Changes> changes_since(std::int64_t number, std::int64_t most) = 0;

  /// Is what is read still what others find under the catalog's name? Where it was replaced, no bell rings.
  /// Takes microseconds. Errors: overloaded, until it is.
  virtual Result<void> in_place() = 0;
};

}  // namespace rucola::catalog
