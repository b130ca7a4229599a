#include "cdn/caches.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "base/http_token.h"

namespace rucola::cdn {
namespace {

std::unexpected<Error> refused(std::size_t index, const std::string& why) {
  return fail(ErrorCode::bad_request,
              "[[cdn]] entry " + std::to_string(index + 1) + ": " + why + " docs/caching.md has examples.");
}

void describe_one(config::Table::Section& section, CacheSettings& cache) {
  cache.own->describe(section);
  section.text(
      "name", cache.name,
      "How logs, metrics and the outbox call it; empty: its kind and where it is. Purges that wait for "
      "a name that is gone wait until it is back.");
  section.text("tag_header", cache.tag_header,
               "The header that carries a render's tags to it; empty: " +
                   std::string(cache.kind->usual_tag_header) + ".");
  section.seconds("timeout_seconds", cache.timeout, {1, 60}, "How long one purge request may take.");
}

Result<CacheIdentity> identity_of(const CacheSettings& cache, std::size_t index) {
  const auto place = cache.own->complete();
  if (!place) return refused(index, place.error().message.text);
  const std::string header =
      cache.tag_header.empty() ? std::string(cache.kind->usual_tag_header) : cache.tag_header;
  if (!is_http_token(header)) {
    return refused(index, "tag_header \"" + header + "\" is not the name of a header.");
  }
  return CacheIdentity{.id = cache.name.empty() ? std::string(cache.kind->name) + "@" + *place : cache.name,
                       .tag_header = cache.kind->tag_header(header),
                       .timeout = cache.timeout};
}

/// For a header of which only the name is known.
catalog::TagHeader usually_written(std::string_view name) {
  for (const KindOf kind : all_kinds) {
    if (equal_ignoring_case(kind().usual_tag_header, name)) return kind().tag_header(name);
  }
  return webhook().tag_header(name);  // which stands in for all the others
}

}  // namespace

void describe_caches(config::Table& table, std::deque<CacheSettings>& caches) {
  std::vector<config::Table::EntryKind> kinds;
  kinds.reserve(all_kinds.size());
  for (const KindOf kind : all_kinds) {
    kinds.push_back({std::string(kind().name), [&caches, kind](config::Table::Section& section) {
                       describe_one(section, caches.emplace_back(&kind(), kind().make_settings()));
                     }});
  }
  table.repeated("cdn", std::move(kinds));
}

std::vector<std::string> environment_variables() {
  std::vector<std::string> variables;
  for (const KindOf kind : all_kinds) {
    if (!kind().environment_variable.empty()) variables.emplace_back(kind().environment_variable);
  }
  return variables;
}

Result<std::vector<std::unique_ptr<CacheAdapter>>> make_adapters(const std::deque<CacheSettings>& caches) {
  std::vector<std::unique_ptr<CacheAdapter>> adapters;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < caches.size(); ++i) {
    auto identity = identity_of(caches[i], i);
    if (!identity) return std::unexpected(identity.error());
    if (!ids.insert(identity->id).second) {
      return refused(i,
                     "another entry is called \"" + identity->id + "\" too; give each a `name` of its own.");
    }
    adapters.push_back(caches[i].own->make_adapter(*std::move(identity)));
  }
  return adapters;
}

Result<void> check_tag_headers(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (is_http_token(name)) continue;
    return fail(ErrorCode::bad_request, "delivery.tag_headers: \"" + name +
                                            "\" is not the name of a header. Write names such as xkey, "
                                            "Surrogate-Key or Cache-Tag, without a colon.");
  }
  return {};
}

std::vector<catalog::TagHeader> tag_headers(const std::vector<std::string>& names,
                                            const std::vector<std::unique_ptr<CacheAdapter>>& adapters) {
  std::vector<catalog::TagHeader> headers;
  const auto add = [&headers](const catalog::TagHeader& header) {
    const bool known = std::ranges::any_of(headers, [&](const catalog::TagHeader& other) {
      return equal_ignoring_case(other.name, header.name);
    });
    if (!known) headers.push_back(header);
  };
  for (const auto& adapter : adapters)
    add(adapter->tag_header());
  for (const std::string& name : names)
    add(usually_written(name));
  return headers;
}

}  // namespace rucola::cdn
