// The port to organizations, their options and their signing keys; store.h says what holds for all ports.
//
// Errors: not_found, conflict; bad_request for what no organization could be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/purge.h"
#include "catalog/types.h"

namespace rucola::catalog {

class Organizations {
 public:
  Organizations() = default;
  Organizations(const Organizations&) = delete;
  Organizations& operator=(const Organizations&) = delete;
  virtual ~Organizations() = default;

  /// Errors: conflict where the name is taken.
  virtual Result<Organization> create(std::string_view name, std::string_view display_name,
                                      std::string_view billing_email) = 0;
  /// The same, as a part of another one where `wanted` names one, with the user as its admin: by the key
  /// whose digest begins with `key_id`, and by those of its keys that manage all others. The rest may be
  /// published. Errors: also not_found for the user, or for the other one; forbidden where the user has made
  /// enough.
  virtual Result<Organization> create_for(std::string_view user_id, std::string_view key_id,
                                          const NewOrganization& wanted) = 0;
  virtual Result<Organization> find(std::string_view name) = 0;
  /// Sets, or removes, fields of the organization's options, all or none. Where that changes anything,
  /// `purge` is written to the outbox in the same transaction.
  virtual Result<Organization> set_options(std::string_view name,
                                           const std::vector<OrganizationOption>& options,
                                           const std::optional<PurgeRequest>& purge) = 0;
  /// Oldest first; every organization has at least one from its creation.
  virtual Result<std::vector<SigningKey>> signing_keys(std::string_view organization) = 0;
  /// The names of those that are a part of it, sorted.
  virtual Result<std::vector<std::string>> parts_of(std::string_view master) = 0;
};

}  // namespace rucola::catalog
