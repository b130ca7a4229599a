#include "cli/blobs_place.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>

#include "base/config.h"
#include "storage/blobs/file_blob_store.h"
#include "storage/durable_folders.h"

namespace rucola::cli {
namespace {

namespace fs = std::filesystem;
using storage::S3Settings;

constexpr const char* note = "blobs-at.toml";
/// What names the place; keys, and how it is used, are the configuration's.
constexpr std::array<std::string_view, 4> noted_keys{"url", "endpoint", "region", "path_style"};

bool is_noted(const config::Parameter& parameter) {
  return std::ranges::find(noted_keys, parameter.key) != noted_keys.end();
}

Result<S3Settings> read_note(const fs::path& directory) {
  std::error_code unknown;
  if (!fs::is_regular_file(directory / note, unknown)) {
    return fail(ErrorCode::conflict,
                (directory / note).string() + " is to say where the originals are, and is no file.");
  }
  std::ifstream file(directory / note, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  S3Settings noted;
  config::Table table;
  storage::describe(table, noted);
  if (auto loaded = table.load_toml(text, (directory / note).string()); !loaded)
    return std::unexpected(loaded.error());
  if (noted.url.empty()) {
    return fail(ErrorCode::conflict, (directory / note).string() +
                                         " says where the originals are, and has no url any more. Restore it "
                                         "from a backup, or write it anew.");
  }
  return noted;
}

std::string text_of(S3Settings settings) {
  config::Table table;
  storage::describe(table, settings);
  std::string text =
      "# Where the originals of this folder are: written by rucola, and read by all of its "
      "commands.\n[blobs]\n";
  for (const config::Parameter* parameter : table.parameters())
    if (is_noted(*parameter)) text += parameter->key + " = " + parameter->toml_value() + '\n';
  return text;
}

}  // namespace

/// Also a link to nowhere is something that somebody has to look at.
bool is_place_noted(const fs::path& directory) {
  std::error_code unknown;
  return fs::exists(fs::symlink_status(directory / note, unknown));
}

Result<S3Settings> place_of_blobs(const fs::path& directory, const S3Settings& configured) {
  if (!is_place_noted(directory)) return configured;
  auto noted = read_note(directory);
  if (!noted) return noted;
  S3Settings settings = configured;
  settings.url = noted->url;
  settings.endpoint = noted->endpoint;
  settings.region = noted->region;
  settings.path_style = noted->path_style;
  if (configured.url.empty() || text_of(settings) == text_of(configured)) return settings;
  return fail(ErrorCode::conflict, "The originals of " + directory.string() + " are in " + noted->url +
                                       (noted->endpoint.empty() ? "" : " at " + noted->endpoint) +
                                       ", and the configuration says " + configured.url +
                                       (configured.endpoint.empty() ? "" : " at " + configured.endpoint) +
                                       ". Where you have copied them there, say so in " +
                                       (directory / note).string() + "; docs/s3.md says how.");
}

Result<void> has_no_blobs_of_its_own(const fs::path& directory, const S3Settings& settings) {
  if (is_place_noted(directory)) return {};
  std::int64_t blobs = 0;
  auto visited = storage::examine_file_blob_store(directory)->each(
      [&blobs](std::string_view /*sha256*/, Time /*stored*/) { ++blobs; });
  if (!visited || blobs == 0) return visited;
  const std::string folder = (directory / "blobs").string();
  return fail(ErrorCode::conflict, "blobs.url is " + settings.url + ", but " + std::to_string(blobs) +
                                       (blobs == 1 ? " original lies in " : " originals lie in ") + folder +
                                       ". Copy that folder, with the folders in it, to " + settings.url +
                                       "/blobs, then move it away, and start again; docs/s3.md says how.");
}

Result<void> note_place_of_blobs(const fs::path& directory, const S3Settings& settings) {
  if (is_place_noted(directory)) return {};
  const fs::path path = directory / note;
  const fs::path unfinished = path.string() + ".new";
  {
    std::ofstream file(unfinished, std::ios::binary);
    file << text_of(settings);
    if (!file.flush()) return storage::file_failure("write", unfinished, errno);
  }
  if (auto synced = storage::sync_to_disk(unfinished); !synced) return synced;
  std::error_code failed;
  fs::rename(unfinished, path, failed);
  if (failed) return storage::file_failure("rename", unfinished, failed.value());
  return storage::sync_to_disk(directory);
}

}  // namespace rucola::cli
