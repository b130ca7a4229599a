// What happened to a thing of the catalog, when, by whom and from where: one entry a change, written in the
// transaction of the change by the database itself, never changed again, and kept when the thing goes. No
// secret stands in it: no key, nothing that signs, no token.
//
// Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/author.h"
#include "base/time.h"

namespace rucola::catalog {

/// What kinds of things have a history.
enum class HistoryKind {
  alias,
  image,
  stack,
  organization,
  signing_key,
  membership,
  user,
  key,
  purge,  ///< that somebody asked for; those that follow from changes have none of their own
};

/// All of them, in the order in which people are told.
std::span<const HistoryKind> all_history_kinds();
std::string_view name_of(HistoryKind kind);
std::optional<HistoryKind> parse_history_kind(std::string_view name);

struct HistoryEntry {
  std::int64_t id = 0;
  HistoryKind kind = HistoryKind::alias;
  std::string name;  ///< of the thing: docs/audit.md has what names each kind
  std::int64_t version = 0;
  std::string action;  ///< docs/audit.md has those of each kind
  std::string hash{};  ///< of the image that it is about: where an alias points from then on, or did last
  Time at{};
  Author by;
  std::string request{};  ///< the id of the request that it came with
  /// What it was and is, as it is stored; nothing where that is long, or there is nothing to tell.
  std::optional<std::string> before{};
  std::optional<std::string> after{};
};

/// Of an alias: from then on there was none. All else that happens to one is a version of it.
inline constexpr std::string_view delete_action = "delete";

/// An entry of an alias.
struct AliasVersion {
  std::int64_t version = 0;
  std::string hash;
  Time at{};
  Author by;
  bool deleted = false;
};

}  // namespace rucola::catalog
