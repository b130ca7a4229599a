#include "cli/configuration.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "api/routes.h"
#include "cdn/caches.h"
#include "delivery/render_service.h"
#include "http/settings_check.h"
#include "render/workers/surroundings.h"
#include "storage/s3/client.h"
#include "storage/s3/location.h"

namespace rucola::cli {
namespace {

void describe(config::Table& table, LogSettings& settings) {
  auto section = table.section("log");
  section.choice("level", settings.level, {"debug", "info", "warning", "error"}, "The least that is logged.");
  section.reloads();
  section.choice("format", settings.format, {"auto", "json", "text"},
                 "One JSON object a line, or text; auto is text on a terminal and JSON elsewhere.");
  section.reloads();
  section.bytes("buffer", settings.buffer_bytes, {256 << 10, 1 << 30},
                "What may wait for the log's reader. Lines past it are dropped and counted: no request waits "
                "for the log.");
}

Result<std::string> contents_of(const std::string& file) {
  const auto unreadable = [&] {
    return fail(ErrorCode::bad_request,
                "The configuration file " + file + " can't be read: " + std::strerror(errno));
  };
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return unreadable();
  try {
    return std::string{std::istreambuf_iterator<char>(stream), {}};
  } catch (const std::ios_base::failure& /*of reading*/) {  // a folder, for instance, can be opened
    return unreadable();
  }
}

std::string_view first_segment(std::string_view path) {
  path.remove_prefix(std::min<std::size_t>(1, path.size()));
  return path.substr(0, path.find('/'));
}

/// A proxy may take the prefix off, and nobody can tell then whether /render/… still has it.
Result<void> check_prefix_hides_no_route(const http::Settings& settings) {
  const std::string_view first = first_segment(settings.path_prefix);
  if (first.empty()) return {};
  const bool is_rendered = std::ranges::find(delivery::render_roots, first) != delivery::render_roots.end();
  const bool is_routed = std::ranges::any_of(api::endpoints(), [&](const api::Endpoint& endpoint) {
    return first_segment(endpoint.description.pattern) == first;
  });
  if (!is_rendered && !is_routed) return {};
  return fail(ErrorCode::bad_request, "server.path_prefix can't be \"" + settings.path_prefix +
                                          "\": the server's own paths begin with /" + std::string(first) +
                                          ", and would lose it. Choose another, such as /img; "
                                          "docs/proxies.md says more.");
}

Result<void> check_bucket(const storage::S3Settings& blobs, std::int64_t upload_limit) {
  if (blobs.url.empty()) return {};
  if (const auto place = storage::s3_location(blobs); !place) return std::unexpected(place.error());
  if (upload_limit <= storage::most_bytes_of_an_object) return {};
  return fail(
      ErrorCode::bad_request,
      "server.upload_limit can't be more than 5GiB where blobs.url names a bucket: that is the most that "
      "an S3 server takes in one request.");
}

}  // namespace

Configuration::Configuration() {
  http::describe(table_, server);
  api::describe(table_, api);
  storage::describe(table_, storage);
  storage::describe(table_, blobs);
  render::describe(table_, render);
  delivery::describe(table_, delivery);
  catalog::describe(table_, expiry);
  cdn::describe(table_, purge);
  cdn::describe_caches(table_, caches);
  security::describe(table_, remote_fetch);
  describe(table_, audit);
  vision::describe(table_, vision);
  describe(table_, log);
}

Result<void> Configuration::load(const std::optional<std::string>& file) {
  if (file) {
    const auto text = contents_of(*file);
    if (!text) return std::unexpected(text.error());
    if (auto loaded = table_.load_toml(*text, *file); !loaded) return loaded;
  }
  return table_.load_environment(cdn::environment_variables());
}

Result<void> Configuration::check() const {
  if (auto good = http::check(server); !good) return good;
  if (auto good = check_prefix_hides_no_route(server); !good) return good;
  if (const auto kinds = render::mere_files_of(render); !kinds) return std::unexpected(kinds.error());
  if (auto good = render::check_address_space(render.worker_memory_bytes); !good) return good;
  if (auto good = cdn::check_tag_headers(delivery.named_tag_headers); !good) return good;
  if (const auto fetcher = security::RemoteFetcher::make(remote_fetch); !fetcher)
    return std::unexpected(fetcher.error());
  if (auto good = check_bucket(blobs, server.upload_limit); !good) return good;
  if (auto good = vision::check(vision); !good) return good;
  if (const auto adapters = cdn::make_adapters(caches); !adapters) return std::unexpected(adapters.error());
  return {};
}

Reloaded Configuration::reload(const Configuration& fresh) {
  using Place =
      std::pair<std::string, std::optional<std::size_t>>;  // a repeated section's entries are told apart
  std::map<Place, const config::Parameter*> before;
  for (const config::Parameter* parameter : table_.parameters())
    before.emplace(Place{parameter->name(), parameter->entry}, parameter);
  Reloaded reloaded;
  for (const config::Parameter* parameter : fresh.table_.parameters()) {
    const auto running = before.extract(Place{parameter->name(), parameter->entry});
    if (running && running.mapped()->same_value(*parameter)) continue;
    const bool taken = running && parameter->reloads &&
                       table_.set(parameter->name(), parameter->get(), parameter->origin).has_value();
    (taken ? reloaded.taken_over : reloaded.need_restart).push_back(parameter->name());
  }
  for (const auto& [place, gone] : before)
    reloaded.need_restart.push_back(gone->name());
  return reloaded;
}

}  // namespace rucola::cli
