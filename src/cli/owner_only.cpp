#include "cli/owner_only.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "base/log.h"

namespace rucola::cli {
namespace {

namespace fs = std::filesystem;

constexpr fs::perms others = fs::perms::group_all | fs::perms::others_all;
constexpr std::array<std::string_view, 13> ours{"catalog.sqlite",
                                                "catalog.sqlite-wal",
                                                "catalog.sqlite-shm",
                                                "catalog.sqlite-commits",
                                                "catalog.sqlite-lost",
                                                "blobs",
                                                "spool",
                                                "renders",
                                                "render-tags",
                                                "removed",
                                                "blobs-at.toml",
                                                "blob-locks",
                                                "copies"};

bool is_open(const fs::path& path) {
  std::error_code gone;
  const fs::file_status status = fs::symlink_status(path, gone);
  return !gone && !fs::is_symlink(status) && (status.permissions() & others) != fs::perms::none;
}

void close(const fs::path& path, std::error_code& failed) {
  if (!is_open(path)) return;
  std::error_code refused;
  fs::permissions(path, others, fs::perm_options::remove, refused);
  if (refused && refused != std::errc::no_such_file_or_directory) failed = refused;
}

void close_with_all_in_it(const fs::path& path, std::error_code& failed) {
  close(path, failed);
  std::error_code unreadable;  // a file, for instance
  for (fs::recursive_directory_iterator entry(path, unreadable), end; !unreadable && entry != end;
       entry.increment(unreadable)) {
    close(entry->path(), failed);
  }
}

/// Whose mode is not ours to choose: somebody put other things there as well.
bool has_others_files(const fs::path& folder) {
  std::error_code unreadable;
  return std::ranges::any_of(fs::directory_iterator(folder, unreadable),
                             [](const fs::directory_entry& entry) {
                               const std::string name = entry.path().filename().string();
                               return name != "lost+found" && std::ranges::find(ours, name) == ours.end();
                             });
}

}  // namespace

void keep_to_owner(const fs::path& directory) {
  std::error_code failed;
  const fs::path folder = fs::canonical(directory, failed);
  if (failed || (!is_open(folder) && !is_open(folder / ours.front()))) return;
  const bool shared = has_others_files(folder);
  for (const std::string_view name : ours)
    shared ? close(folder / name, failed) : close_with_all_in_it(folder / name, failed);
  if (!shared) close(folder, failed);
  if (shared || failed) {
    log::warning("data_folder_open_to_others",
                 {{"folder", folder.string()},
                  {"why", shared ? "there are files of others in it" : failed.message()}});
  }
}

}  // namespace rucola::cli
