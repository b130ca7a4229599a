// What holds for users, their keys and their roles. Pure and thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/types.h"

namespace rucola::catalog {

/// So much of a key's SHA-256 names it.
inline constexpr std::size_t shortest_key_prefix = 16;
inline constexpr std::size_t most_keys_of_a_user = 5;
/// Who is an admin of so many founds no more by the API. Those that somebody let him into by his id alone
/// don't count, so that nobody takes the rest away from him.
inline constexpr std::size_t most_organizations_of_a_founder = 20;
/// What is said of a key, or of a membership.
inline constexpr std::int64_t longest_comment_bytes = 255;
/// How often a key's use is written down.
inline constexpr std::chrono::hours between_notes_of_access{24};

/// Errors: bad_request.
Result<void> may_be_roles(const std::vector<Role>& roles);

/// Errors: conflict.
Result<void> may_have_another_key(std::size_t keys);

/// Errors: forbidden.
Result<void> may_found_another(std::size_t organizations);

/// A user who has what pages hand out to everybody (read, upload, sourceimages:read) and nowhere more than
/// that, or has nothing any more, is a public one: who has a key of it may not see or change the user's keys,
/// unless the key itself is trusted. No other organization makes a user public by giving it such a role, and
/// none takes that protection away by giving it more: whoever sees a published key knows its user's id, by
/// which users are let in. So what is given by the id alone doesn't count where the user has, or has ever
/// had, anything else, and where it never had, the first organization that let the user in decides.
bool is_public(const std::vector<Role>& roles);

/// Is it time to write down that the key was used? A time that lies ahead was written by a wrong clock.
bool is_access_worth_a_note(std::optional<Time> noted, Time at);

/// An address that somebody could have, and that reads as what it is; whether somebody has it, nobody asks.
/// Errors: bad_request.
Result<void> may_be_email(std::string_view text);
/// The same, and none that address_of_nobody() makes. Errors: bad_request.
Result<void> may_be_own_email(std::string_view text);
std::unexpected<Error> email_in_use(std::string_view email);

/// Errors: conflict, which names them.
Result<void> leaves_admins(std::string_view user, const std::vector<std::string>& would_have_none);

/// For users that are made with a membership alone: nobody gets mail there (RFC 2606), and no two have the
/// same.
std::string address_of_nobody(std::string_view user_id);

/// A key that is made for an inactive membership would be refused. Errors: conflict.
Result<void> may_get_key_for(std::string_view user, std::string_view organization, bool membership_is_active);

std::unexpected<Error> api_key_in_use();
std::unexpected<Error> no_such_user(std::string_view user);
std::unexpected<Error> no_such_member(std::string_view user, std::string_view organization);

/// The only one of `found`, which begin with what was asked for. Errors: not_found, conflict.
Result<std::string> the_key_of(const std::vector<std::string>& found);

/// Somebody must be left who may let others in. Errors: conflict.
Result<void> leaves_an_admin(bool was_active_admin, bool stays_active_admin, bool has_other_active_admins);

/// As it is stored.
struct RoleRow {
  std::string organization;
  std::string role;
  std::optional<Time> last_access{};  ///< of the membership
};
/// `rows` by organization. A role that this program doesn't know gives no right, nor a membership.
std::vector<Membership> memberships_of(const std::string& user_id, const std::vector<RoleRow>& rows);

}  // namespace rucola::catalog
