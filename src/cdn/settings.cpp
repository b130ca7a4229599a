#include "cdn/settings.h"

#include "cdn/kinds.h"

namespace rucola::cdn {

void describe_caches(config::Table& table, std::deque<CacheSettings>& caches) {
  table.repeated("cdn", [&caches](config::Table& entry) {
    CacheSettings& cache = caches.emplace_back();
    auto section = entry.section("cdn");
    section.choice("kind", cache.kind, kind_names(), "What the cache is.");
    section.text(
        "name", cache.name,
        "How logs, metrics and the outbox call it; empty: its kind, host and port. Purges that wait for "
        "a name that is gone wait until it is back.");
    section.text(
        "url", cache.url,
        "Where it takes purges: http://127.0.0.1:6081 for a Varnish, the whole address for a webhook.");
    section.secret(
        "secret", cache.secret,
        "What proves that a purge comes from us. A varnish may leave it to the environment variable "
        "RUCOLA_PURGE_SECRET, which the shipped VCL reads too.");
    section.text(
        "tag_header", cache.tag_header,
        "The header that carries a render's tags to it; empty: xkey for a varnish, Cache-Tag for a webhook.");
    section.seconds("timeout_seconds", cache.timeout, {1, 60}, "How long one purge request may take.");
  });
}

void describe(config::Table& table, PurgeSettings& settings) {
  static constexpr config::Range calls{0, 1'000'000};
  auto section = table.section("purge");
  section.integer("alias_per_hour", settings.alias_per_hour, calls, "calls",
                  "Purges of aliases that an organization may ask for in any 3,600 seconds; 0 = unlimited.");
  section.integer("stack_per_hour", settings.stack_per_hour, calls, "calls",
                  "Purges of stacks that an organization may ask for in any 3,600 seconds; 0 = unlimited.");
  section.integer(
      "image_per_hour", settings.image_per_hour, calls, "calls",
      "Purges of source images that an organization may ask for in any 3,600 seconds; 0 = unlimited.");
  section.seconds(
      "repeat_after_seconds", settings.repeat_after, {0, 3600},
      "When each purge is repeated, because an answer that was on its way during the first may be "
      "stored after it. Must be longer than a render may take, its wait in the queue included.");
}

}  // namespace rucola::cdn
