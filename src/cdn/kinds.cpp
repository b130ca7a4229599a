#include "cdn/kinds.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <string_view>
#include <utility>

#include "cdn/cache_url.h"

namespace rucola::cdn {
namespace {

struct Kind {
  std::string_view name;
  std::string_view tag_header;
  bool secret_from_environment;
  std::unique_ptr<CacheAdapter> (*make)(const CacheSettings&);
};

constexpr std::array kinds{
    Kind{"varnish", "xkey", true, make_varnish},
    Kind{"webhook", "Cache-Tag", false, make_webhook},
};

std::string join_kind_names() {
  std::string text;
  for (const Kind& kind : kinds)
    text.append(text.empty() ? "" : ", ").append(kind.name);
  return text;
}

std::unexpected<Error> refused(std::size_t index, const std::string& why) {
  return fail(ErrorCode::bad_request, "[[cdn]] entry " + std::to_string(index + 1) + ": " + why +
                                          " docs/configuration.md has examples.");
}

bool is_header_name(std::string_view text) {
  static constexpr std::string_view also_allowed = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           also_allowed.contains(c);
  });
}

bool is_header_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

/// Fills in what the configuration left to us, and refuses what can't work.
Result<CacheSettings> complete(CacheSettings settings, std::size_t index,
                               std::string_view environment_secret) {
  const auto kind = std::ranges::find(kinds, settings.kind, &Kind::name);
  if (kind == kinds.end()) {
    const std::string given =
        settings.kind.empty() ? "kind is missing" : "unknown kind \"" + settings.kind + "\"";
    return refused(index, given + "; this build has " + join_kind_names() + ".");
  }
  const auto url = parse_cache_url(settings.url);
  if (!url) return refused(index, url.error().message.text);
  settings.url = url->normalized;
  if (settings.name.empty()) settings.name = settings.kind + "@" + url->host_and_port;
  if (settings.tag_header.empty()) settings.tag_header = kind->tag_header;
  if (!is_header_name(settings.tag_header)) {
    return refused(index, "tag_header \"" + settings.tag_header + "\" is not the name of a header.");
  }
  if (settings.secret.empty() && kind->secret_from_environment) settings.secret = environment_secret;
  if (settings.secret.empty()) {
    return refused(
        index, "it has no secret. Set `secret`" +
                   std::string(kind->secret_from_environment ? ", or the environment variable " +
                                                                   std::string(purge_secret_variable) + "."
                                                             : "."));
  }
  if (!is_header_value(settings.secret)) {
    return refused(index, "its secret may hold only visible ASCII characters and no spaces.");
  }
  return settings;
}

}  // namespace

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  names.reserve(kinds.size());
  for (const Kind& kind : kinds)
    names.emplace_back(kind.name);
  return names;
}

std::string purge_secret_from_environment() {
  const char* secret = std::getenv(std::string(purge_secret_variable).c_str());
  return secret == nullptr ? "" : secret;
}

Result<std::vector<std::unique_ptr<CacheAdapter>>> make_adapters(const std::deque<CacheSettings>& caches,
                                                                 std::string_view environment_secret) {
  std::vector<std::unique_ptr<CacheAdapter>> adapters;
  std::set<std::string> names;
  for (std::size_t i = 0; i < caches.size(); ++i) {
    const auto settings = complete(caches[i], i, environment_secret);
    if (!settings) return std::unexpected(settings.error());
    if (!names.insert(settings->name).second) {
      return refused(
          i, "another entry is called \"" + settings->name + "\" too; give each a `name` of its own.");
    }
    adapters.push_back(std::ranges::find(kinds, settings->kind, &Kind::name)->make(*settings));
  }
  return adapters;
}

}  // namespace rucola::cdn
