// The port to users, their keys and their roles; store.h says what holds for all ports.
//
// Errors: not_found (the organization), conflict (the key is in use), bad_request.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/types.h"

namespace rucola::catalog {

class Users {
 public:
  Users() = default;
  Users(const Users&) = delete;
  Users& operator=(const Users&) = delete;
  virtual ~Users() = default;

  /// Makes the user, its key and its membership in one transaction. The organization must exist. A known
  /// e-mail address gets a further key, and the roles in that organization.
  virtual Result<User> create(std::string_view email, std::string_view organization,
                              const std::vector<Role>& roles, std::string_view api_key_sha256) = 0;
  /// Nothing where no such key exists.
  virtual Result<std::optional<Principal>> principal_by_key(std::string_view api_key_sha256) = 0;
};

}  // namespace rucola::catalog
