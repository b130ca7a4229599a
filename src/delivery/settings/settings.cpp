#include "delivery/settings/settings.h"

namespace rucola::delivery {

void describe(config::Table& table, Settings& settings) {
  constexpr std::int64_t year = 31'536'000;
  auto section = table.section("delivery");
  section.text(
      "render_domain", settings.render_domain,
      "Requests for {organization}.{render_domain} render. /render/{organization}/… renders on any host.");
  section.integer("max_age_seconds", settings.max_age_seconds, {0, 10 * year}, "seconds",
                  "How long caches may keep a render: max-age by hash, s-maxage by alias.");
  section.reloads();
  section.integer(
      "alias_browser_max_age_seconds", settings.alias_browser_max_age_seconds, {0, 10 * year}, "seconds",
      "How long a browser may keep a render by alias. No purge reaches a browser; a shorter time here leaves "
      "the CDN's share (s-maxage) long. An organization's option alias_browser_max_age overrides it.");
  section.reloads();
  section.integer("negative_max_age_seconds", settings.negative_max_age_seconds, {0, 3600}, "seconds",
                  "How long caches may keep a 404 or another error that is the request's own fault.");
  section.reloads();
  section.bytes("hot_bytes", settings.hot_bytes, {0, std::int64_t{1} << 40},
                "Finished answers that are sent without a look-up: their heads, and the bodies that the "
                "memory cache does "
                "not hold as well.");
  section.reloads();
  section.bytes("base_bytes", settings.base_bytes, {0, std::int64_t{1} << 40},
                "Memory for what other renders are made from: results of base stacks, and pyramids of large "
                "images (render.pyramid_from_pixels). 0 = they are read from the caches every time.");
  section.reloads();
  section.list("tag_headers", settings.named_tag_headers,
               "Response headers that carry the cache tags, such as xkey (Varnish), Surrogate-Key (Fastly), "
               "Cache-Tag (Cloudflare). Those of the configured caches are sent in any case.");
}

}  // namespace rucola::delivery
