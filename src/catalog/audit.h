// The port to the histories of all things of an organization, for who wants to know who changed what;
// store.h says what holds for all ports.
//
// Errors: not_found (the organization).
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "catalog/history.h"

namespace rucola::catalog {

/// Behind which entry a list goes on. It stays right while entries come and old ones go.
struct AuditPosition {
  Time at{};
  std::int64_t id = 0;

  friend auto operator<=>(const AuditPosition&, const AuditPosition&) = default;
};

/// As clients carry it: digits, '-', digits.
std::string cursor_text(const AuditPosition& position);
/// What cursor_text() made. Errors: bad_request.
Result<AuditPosition> parse_audit_cursor(std::string_view text);

/// All that is said must hold.
struct AuditSearch {
  std::optional<HistoryKind> kind{};
  std::optional<std::string> name{};
  std::optional<std::string> by{};  ///< a user's id, or address as it was then
  std::optional<Time> since{};      ///< then, or later
  std::optional<Time> until{};      ///< before then
  std::optional<AuditPosition> after{};
  std::int64_t limit = 100;
};

/// Which entries are to go: those from before then. Nothing: they stay for ever.
struct AuditLimits {
  std::optional<Time> before{};
  std::optional<Time> aliases_before{};  ///< of aliases
  /// At least 1. And those that are older than so many of their organization and kind, aliases apart.
  std::optional<std::int64_t> most{};
};

class Audit {
 public:
  Audit() = default;
  Audit(const Audit&) = delete;
  Audit& operator=(const Audit&) = delete;
  virtual ~Audit() = default;

  /// Newest first. An empty name: what is of no organization, such as users. An entry that can't be read is
  /// left out. Errors: overloaded where it takes too long.
  virtual Result<std::vector<HistoryEntry>> list(std::string_view organization, const AuditSearch& asked) = 0;
  /// Forgets what is to go, a few hundred entries a transaction, so that others get their turns; while
  /// `go_on`, which is asked between them, says so. Returns how many went.
  virtual Result<std::int64_t> forget(const AuditLimits& limits, const std::function<bool()>& go_on) = 0;
};

}  // namespace rucola::catalog
