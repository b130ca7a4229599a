#include "api/settings.h"

namespace rucola::api {
namespace {

void describe_throttle(config::Table::Section& section, ThrottleLimits& limits) {
  static constexpr config::Range rate{0, 1'000'000};
  section.integer("requests_per_second", limits.requests_per_second, rate, "requests",
                  "Calls of the API that one key may make a second, for long; more is answered 429. "
                  "0 = unlimited. Renders are no calls of the API.");
  section.reloads();
  section.integer("organization_requests_per_second", limits.organization_requests_per_second, rate,
                  "requests", "The same of all keys together in one organization.");
  section.reloads();
  section.seconds("burst", limits.burst, {0, 3600},
                  "After a pause, the calls of so many seconds may come at once.");
  section.reloads();
  section.integer(
      "wrong_keys_per_minute", limits.wrong_keys_per_minute, rate, "keys",
      "Wrong keys and tokens that may come from one client address (one /64 network for IPv6). Past "
      "it those that were not good lately are answered 429 and not looked up. 0 = unlimited. "
      "A trusted proxy that names no client is exempt.");
  section.reloads();
}

}  // namespace

void describe(config::Table& table, Settings& settings) {
  auto section = table.section("api");
  section.boolean(
      "sign_up", settings.sign_up,
      "Anybody may make himself a user, with an organization of his own (POST /users), and every "
      "user further organizations, up to 20. Nothing bounds how many users: it is for networks of "
      "people who know each other. Otherwise users are made by admins and on the command line, and "
      "organizations "
      "by who is an admin of one already.");
  describe_throttle(section, settings.throttle);
}

}  // namespace rucola::api
