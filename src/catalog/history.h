// What happened to a thing of the catalog, when and by whom: one entry a change, written in the transaction
// of the change, never changed again, and kept when the thing goes.
//
// Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace rucola::catalog {

/// The way by which a change came.
enum class Via {
  api,
  cli,
  sql,             ///< past the program: the database took note of it by itself
  before_history,  ///< what there was when the history began
};

std::string_view name_of(Via via);
std::optional<Via> parse_via(std::string_view name);

/// Who changes something.
struct Author {
  std::string user_id;  ///< empty: nobody of the users
  std::string email;    ///< as it was then; or what acted where no user did, such as "system"
  std::string key_id;   ///< tells the user's keys apart; empty: without one
  Via via = Via::api;
};

/// Whoever may run the program on the data itself.
Author system_author();

/// What kinds of things have a history.
enum class HistoryKind { alias };
enum class HistoryAction { put, remove };

std::string_view name_of(HistoryKind kind);
std::string_view name_of(HistoryAction action);
std::optional<HistoryAction> parse_history_action(std::string_view name);

struct HistoryEntry {
  HistoryKind kind = HistoryKind::alias;
  std::string name;  ///< of the thing
  std::int64_t version = 0;
  HistoryAction action = HistoryAction::put;
  std::string hash;  ///< of the image that it is about: where an alias points from then on, or did last
  Time at{};
  Author by;
  std::string details_json = "{}";  ///< what else a kind has to tell
};

/// An entry of an alias.
struct AliasVersion {
  std::int64_t version = 0;
  std::string hash;
  Time at{};
  Author by;
  bool deleted = false;
};

}  // namespace rucola::catalog
