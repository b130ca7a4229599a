#include "cdn/settings.h"

namespace rucola::cdn {

void describe(config::Table& table, PurgeSettings& settings) {
  static constexpr config::Range calls{0, 1'000'000};
  auto section = table.section("purge");
  section.integer("alias_per_hour", settings.alias_per_hour, calls, "calls",
                  "Purges of aliases that an organization may ask for in any 3,600 seconds; 0 = unlimited.");
  section.reloads();
  section.integer("stack_per_hour", settings.stack_per_hour, calls, "calls",
                  "Purges of stacks that an organization may ask for in any 3,600 seconds; 0 = unlimited.");
  section.reloads();
  section.integer(
      "image_per_hour", settings.image_per_hour, calls, "calls",
      "Purges of source images that an organization may ask for in any 3,600 seconds; 0 = unlimited.");
  section.reloads();
  section.seconds(
      "repeat_after_seconds", settings.repeat_after, {0, 3600},
      "When each purge is repeated, because an answer that was on its way during the first may be "
      "stored after it. Must be longer than a render may take, its wait in the queue included.");
  section.reloads();
}

}  // namespace rucola::cdn
