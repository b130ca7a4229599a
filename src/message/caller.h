// Who calls, as authorization found out: once a request, before its body is read. Handlers ask it what the
// caller may do, and write its name into what they record.
//
// Threads: a value that nobody changes once it is part of its request. Bounds: one entry an organization that
// the user belongs to.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rucola::message {

/// What somebody may do: in an organization, or with its own account.
enum class Access {
  anyone,    ///< needs no key at all; nobody looks at one
  visitor,   ///< needs none either, but one that is sent must be good
  account,   ///< needs a key, whatever it is good for
  own_keys,  ///< see the keys of its user
  change_own_keys,
  read,
  upload,
  write,
  admin,
  oversee,    ///< see what admins see, signing keys aside: members, options, whom bills go to
  originals,  ///< see the files of protected images
  lock,       ///< lock source images, and unlock them
  billing,    ///< see what has been used, as bills are made of it
};

/// What a caller who came with a token may ask of a new one: no more than it had.
struct TokenBounds {
  std::chrono::seconds lifetime{};
  std::vector<std::string> addresses{};  ///< empty: everywhere
  bool renewable = false;
};

struct Caller {
  std::string user_id;  ///< empty: the route is for anyone, and nobody was asked
  std::string email;
  std::string key_id;                  ///< tells the user's keys apart; says nothing of the key itself
  bool is_public = false;              ///< its user has only roles that are handed out to everybody
  bool is_trusted = false;             ///< but nobody is given this key
  bool was_member = false;             ///< its user is a member of some organization, or has been
  bool is_limited = false;             ///< other keys of its user may do more
  std::optional<TokenBounds> token{};  ///< where it came with one instead of the key
  /// Of each organization that the user is a member of, what its roles are good for on this route: maybe
  /// nothing.
  std::map<std::string, std::set<Access>, std::less<>> grants{};

  [[nodiscard]] bool manages_keys() const {
    return !user_id.empty() && !is_limited && (!is_public || is_trusted);
  }
  /// A token that can't be renewed is lent to somebody who shall not keep what it gives.
  [[nodiscard]] bool changes_keys() const { return manages_keys() && (!token || token->renewable); }
  [[nodiscard]] bool may(Access access, std::string_view organization) const {
    if (access == Access::anyone || access == Access::visitor) return true;
    if (access == Access::account) return !user_id.empty();
    if (access == Access::own_keys) return manages_keys();
    if (access == Access::change_own_keys) return changes_keys();
    const auto found = grants.find(organization);
    return found != grants.end() && found->second.contains(access);
  }
};

}  // namespace rucola::message
