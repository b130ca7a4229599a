// The port to users, their keys and their memberships; store.h says what holds for all ports.
//
// A membership is a user in an organization, with its roles. A key may do what the memberships of its user
// allow, as far as it was let into them: when it was made, or when somebody spoke of the user itself
// (set_membership()). So a further key for a user widens no other one.
//
// A user is named by its e-mail address or by its id; a key by its SHA-256, or by the beginning of it that
// tells keys apart (security/api_keys.h).
//
// Errors: not_found (the organization, the user, the key), conflict (the key is in use, the user has as many
// as it may have, or is to get one for an inactive membership), bad_request.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/types.h"

namespace rucola::catalog {

/// What is to be different about a key.
struct KeyChange {
  std::optional<bool> trusted{};
  std::optional<std::vector<std::string>> allowed_ips{};
  std::optional<std::optional<Time>> expires{};
};

/// Who would leave an organization without anybody who may let others in.
enum class LastAdmin { stays, may_go };

class Users {
 public:
  Users() = default;
  Users(const Users&) = delete;
  Users& operator=(const Users&) = delete;
  virtual ~Users() = default;

  /// Makes the user, its key and its membership in one transaction. The organization must exist. A known
  /// e-mail address gets a further key, and its membership these roles too; its other keys may do what they
  /// could before.
  virtual Result<User> create(std::string_view email, std::string_view organization,
                              const std::vector<Role>& roles, std::string_view api_key_sha256) = 0;
  /// Makes a user with a key, and an organization of its own where one is wanted, in one transaction.
  /// Errors: conflict where the address or the organization's name is taken.
  virtual Result<User> sign_up(std::string_view email, std::string_view api_key_sha256,
                               const std::optional<NewOrganization>& organization) = 0;
  virtual Result<User> find(std::string_view user) = 0;
  /// In the order in which they came.
  virtual Result<std::vector<User>> list() = 0;
  /// The user goes, with its keys and memberships; what it did stays in the histories. Errors: conflict where
  /// an organization would be left without an active admin, unless that is meant.
  virtual Result<void> remove(std::string_view user, LastAdmin last_admin) = 0;
  /// Nothing where no such key exists, or no more, or several begin like that.
  virtual Result<std::optional<Principal>> principal_by_key(std::string_view sha256_or_prefix) = 0;

  /// A further key, good for all that the user may do.
  virtual Result<User> add_key(std::string_view user, std::string_view api_key_sha256,
                               const KeyTerms& terms) = 0;
  /// Oldest first.
  virtual Result<std::vector<ApiKey>> keys(std::string_view user) = 0;
  /// The key as it is then. Errors: not_found where it is none of this user's.
  virtual Result<ApiKey> change_key(std::string_view user, std::string_view sha256_or_prefix,
                                    const KeyChange& change) = 0;
  /// The key is refused from the next request on, and so are its tokens. Errors: conflict where several begin
  /// like that.
  virtual Result<void> revoke_key(std::string_view sha256_or_prefix) = 0;
  /// The same. Errors: not_found also where it is none of this user's.
  virtual Result<void> revoke_key_of(std::string_view user, std::string_view sha256_or_prefix) = 0;
  /// Remembers that it was used, and in which organization, if in one; once a day: writing it down with each
  /// request would cost a commit for each.
  virtual Result<void> note_access(std::string_view api_key_sha256, std::string_view organization,
                                   Time at) = 0;

  /// These roles and no others, for all keys of the user; the membership is made where there is none.
  virtual Result<void> set_membership(std::string_view user, std::string_view organization,
                                      const std::vector<Role>& roles) = 0;
  /// Errors: not_found also where the user is no member.
  virtual Result<void> remove_membership(std::string_view user, std::string_view organization) = 0;
};

}  // namespace rucola::catalog
