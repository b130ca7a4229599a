#include "cli/configuration.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "cdn/caches.h"

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

}  // namespace

Configuration::Configuration() {
  http::describe(table_, server);
  storage::describe(table_, storage);
  render::describe(table_, render);
  delivery::describe(table_, delivery);
  cdn::describe(table_, purge);
  cdn::describe_caches(table_, caches);
  security::describe(table_, remote_fetch);
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
