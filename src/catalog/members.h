// The port to memberships: which users work in which organizations, with what roles; store.h says what holds
// for all ports. A user is named by its id.
//
//   none ──put──▶ active ──put {active: false}──▶ inactive
//    ▲              │  ▲                              │
//    │              │  └──────put {active: true}──────┤
//    └──remove──────┴─────────────────────────────────┘
//
// An inactive membership gives no right, and keeps its roles and its comment.
//
// A fallback (fallback_option) that an admin of both organizations has let be lasts as long as one of the
// fallback's active admins is the one who let it be, or an active admin of both. With the change after which
// there is none, by whatever port it comes, the option is removed, and `purge` has what goes from the caches
// of the organization that had it. What the house itself has set stays.
//
// Errors: not_found (the organization, the user, the membership), bad_request (no roles); conflict where
// nobody would be left who may let anybody in: the last active admin stays one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/purge.h"
#include "catalog/types.h"

namespace rucola::catalog {

struct Member {
  User user;
  Organization organization;
  std::vector<Role> roles;
  bool active = true;
  std::string comment{};
  std::optional<Time> created{};      ///< nothing where it was before that was written down
  std::optional<Time> last_access{};  ///< to the day
  /// Whoever made it knew the user's id, which everybody may learn, and no more: what the user is besides is
  /// nobody's business there.
  bool by_id = false;
};

/// What is to be. What isn't said stays as it is.
struct MemberTerms {
  std::vector<Role> roles;  ///< exactly these
  std::optional<bool> active{};
  std::optional<std::string> comment{};
};

enum class MemberOutcome { created, changed, unchanged };

struct PutMember {
  Member member;
  MemberOutcome outcome;
};

class Members {
 public:
  Members() = default;
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;
  virtual ~Members() = default;

  /// Those of an organization, by the time their users came.
  virtual Result<std::vector<Member>> list(std::string_view organization) = 0;
  /// Those of a user, by the organization's name.
  virtual Result<std::vector<Member>> of_user(std::string_view user_id) = 0;
  virtual Result<Member> find(std::string_view organization, std::string_view user_id) = 0;

  /// Keys that were let into all of the membership are let into what it becomes, and all keys of the user
  /// where there was none, which is `by_id` then; keys that could do less get nothing new.
  virtual Result<PutMember> put(std::string_view organization, std::string_view user_id,
                                const MemberTerms& terms, const PurgeOf& purge = {}) = 0;
  /// Makes a user for it, with an address that is none, and its key, in one transaction.
  virtual Result<Member> create(std::string_view organization, const MemberTerms& terms,
                                std::string_view api_key_sha256, const KeyTerms& key) = 0;
  virtual Result<void> remove(std::string_view organization, std::string_view user_id,
                              const PurgeOf& purge = {}) = 0;
};

}  // namespace rucola::catalog
