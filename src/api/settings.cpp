#include "api/settings.h"

namespace rucola::api {

void describe(config::Table& table, Settings& settings) {
  auto section = table.section("api");
  section.boolean(
      "sign_up", settings.sign_up,
      "Anybody may make himself a user, with an organization of his own (POST /users), and every "
      "user further organizations, up to 20. Nothing bounds how many users: it is for networks of "
      "people who know each other. Otherwise users are made by admins and on the command line, and "
      "organizations "
      "by who is an admin of one already.");
}

}  // namespace rucola::api
