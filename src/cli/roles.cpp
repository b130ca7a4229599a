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

boost::json::array roles_json(const std::vector<catalog::Role>& roles) {
  boost::json::array names;
  for (const catalog::Role role : roles)
    names.emplace_back(catalog::name_of(role));
  return names;
}

}  // namespace rucola::cli
