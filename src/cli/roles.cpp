#include "cli/roles.h"

namespace rucola::cli {

Result<std::vector<catalog::Role>> parse_roles(const std::vector<std::string>& names) {
  std::vector<catalog::Role> roles;
  for (const std::string& name : names) {
    const auto role = catalog::parse_role(name);
    if (!role) {
      return fail(ErrorCode::bad_request,
                  "There is no role \"" + name + "\"; roles are " + catalog::role_names() + ".");
    }
    roles.push_back(*role);
  }
  return roles;
}

}  // namespace rucola::cli
