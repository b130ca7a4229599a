// Who calls, as authorization found out: once a request, before its body is read. Handlers ask it what the
// caller may do, and write its name into what they record.
//
// Threads: a value that nobody changes once it is part of its request. Bounds: one entry an organization that
// the user belongs to.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace rucola::message {

/// What somebody may do in an organization.
enum class Access {
  anyone,   ///< needs no key at all; nobody looks at one
  visitor,  ///< needs none either, but one that is sent must be good
  read,
  upload,
  write,
  admin,
  originals,  ///< see the files of protected images
};

struct Caller {
  std::string user_id;  ///< empty: the route is for anyone, and nobody was asked
  std::string email;
  std::string key_id;  ///< tells the user's keys apart; says nothing of the key itself
  /// Of each organization that the user is a member of, what its roles are good for on this route: maybe
  /// nothing.
  std::map<std::string, std::set<Access>, std::less<>> grants{};

  [[nodiscard]] bool may(Access access, std::string_view organization) const {
    const auto found = grants.find(organization);
    return access == Access::anyone || access == Access::visitor ||
           (found != grants.end() && found->second.contains(access));
  }
};

}  // namespace rucola::message
