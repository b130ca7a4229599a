// The port to aliases; store.h says what holds for all ports.
//
// Errors: not_found, conflict, precondition_failed, bad_request (an ambiguous short hash).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/history.h"
#include "catalog/types.h"

namespace rucola::catalog {

/// If-Match and If-None-Match of a change, already parsed: which versions are named there.
struct Precondition {
  std::optional<std::vector<std::int64_t>> match_any_of{};  ///< If-Match: "7", "8"
  bool must_exist = false;                                  ///< If-Match: *
  std::vector<std::int64_t> match_none_of{};                ///< If-None-Match: "7", "8"
  bool must_not_exist = false;                              ///< If-None-Match: *
};

struct PutAlias {
  Alias alias;
  bool created = false;
};

class Aliases {
 public:
  Aliases() = default;
  Aliases(const Aliases&) = delete;
  Aliases& operator=(const Aliases&) = delete;
  virtual ~Aliases() = default;

  /// `hash_or_prefix` must name a living image of the organization. Pointing at the same image again is no
  /// move: version and `updated` stay. A name that was deleted and comes back goes on counting its version,
  /// so that an If-Match from before the deletion can't win.
  /// Errors: conflict where it exists and overwrite is no.
  virtual Result<PutAlias> put(std::string_view organization, std::string_view name,
                               std::string_view hash_or_prefix, Overwrite overwrite,
                               const Precondition& precondition) = 0;
  virtual Result<Alias> find(std::string_view organization, std::string_view name) = 0;
  /// By name, ascending.
  virtual Result<Page<Alias>> list(std::string_view organization, std::int64_t limit,
                                   std::int64_t offset) = 0;
  virtual Result<void> remove(std::string_view organization, std::string_view name,
                              const Precondition& precondition) = 0;
  /// Every version that is not forgotten (audit.h), newest first, of a name that is deleted too. Errors:
  /// not_found where it never existed.
  virtual Result<std::vector<AliasVersion>> history(std::string_view organization, std::string_view name) = 0;
};

}  // namespace rucola::catalog
