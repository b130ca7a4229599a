#include "storage/cache/disk_cache.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hashing.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/unique_fd.h"
#include "storage/cache/disk_index.h"
#include "storage/cache/render_file.h"
#include "storage/durable_folders.h"

namespace rucola::storage {
namespace {

namespace fs = std::filesystem;
using delivery::StoredRender;

constexpr std::int64_t block_bytes = 4096;
constexpr std::string_view unfinished_prefix = "unfinished-";
/// How exactly the order of use survives a restart: a hit costs a write at most this often a file.
constexpr std::time_t touch_every_seconds = 3600;

std::int64_t rounded_to_blocks(std::int64_t bytes) {
  return (bytes + block_bytes - 1) / block_bytes * block_bytes;
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

struct FoundFile {
  DiskIndex::Key key;
  std::int64_t bytes;
  std::time_t used;
};

class DiskCache final : public SizedCache {
 public:
  DiskCache(fs::path folder, std::int64_t bytes)
      : folder_(std::move(folder)),
        limit_(bytes),
        tending_([this](const std::stop_token& stop) { tend(stop); }) {}

  std::shared_ptr<const StoredRender> find(std::string_view key) override;
  void keep(std::string_view key, std::shared_ptr<const StoredRender> render) override;
  void resize(std::int64_t bytes) override;

 private:
  /// One level of folders: the 256 take a megabyte; two levels would take 268, unseen by the bound.
  [[nodiscard]] fs::path path_of(std::string_view key) const { return folder_ / key.substr(0, 2) / key; }
  bool write_file(const fs::path& path, const StoredRender& render, std::string_view head);
  void forget(const DiskIndex::Key& key, const fs::path& path);
  [[nodiscard]] bool has_room_for(std::int64_t bytes);
  void evict(const std::stop_token& stop = {});
  void tend(const std::stop_token& stop);
  void count(const std::stop_token& stop);
  [[nodiscard]] std::vector<FoundFile> scan(const std::stop_token& stop) const;

  const fs::path folder_;
  const std::time_t opened_ = std::time(nullptr);
  Mutex mutex_;
  Condition resized_;  // waits for: less room than what is there takes, or the end
  std::int64_t limit_ GUARDED_BY(mutex_);
  DiskIndex index_ GUARDED_BY(mutex_);
  std::jthread tending_;  // the last member: it stops before the others go
};

std::shared_ptr<const StoredRender> DiskCache::find(std::string_view key) {
  const std::optional<DiskIndex::Key> parsed = DiskIndex::parse_key(key);
  if (!parsed) return nullptr;
  const fs::path path = path_of(key);
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (!fd || ::fstat(fd.get(), &status) != 0) return nullptr;

  std::optional<StoredRender> render = read_render_file(fd.get(), status.st_size);
  if (!render) {
    log::warning("cached_render_damaged", {{"file", path.string()}});
    forget(*parsed, path);
    return nullptr;
  }
  if (std::time(nullptr) - status.st_mtim.tv_sec > touch_every_seconds) ::futimens(fd.get(), nullptr);
  {
    const Lock lock(mutex_);
    index_.touch(*parsed);
  }
  return std::make_shared<const StoredRender>(std::move(*render));
}

void DiskCache::keep(std::string_view key, std::shared_ptr<const StoredRender> render) {
  const std::optional<DiskIndex::Key> parsed = DiskIndex::parse_key(key);
  if (!parsed) return;
  const std::string head = render_file_head(*render);
  const std::int64_t bytes = rounded_to_blocks(static_cast<std::int64_t>(head.size() + render->bytes.size()));
  if (!has_room_for(bytes)) return;
  if (!write_file(path_of(key), *render, head)) return;
  {
    const Lock lock(mutex_);
    index_.add(*parsed, bytes);
  }
  evict();
}

bool DiskCache::write_file(const fs::path& path, const StoredRender& render, std::string_view head) {
  std::error_code no_folder;
  fs::create_directories(path.parent_path(), no_folder);  // if it fails, so does open()
  const fs::path unfinished = path.parent_path() / (std::string(unfinished_prefix) + random_token(16));
  const UniqueFd fd(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (fd && write_all(fd.get(), head) && write_all(fd.get(), render.bytes.view()) &&
      std::rename(unfinished.c_str(), path.c_str()) == 0) {
    return true;
  }
  log::warning("render_not_cached", {{"file", path.string()}, {"error", std::strerror(errno)}});
  ::unlink(unfinished.c_str());
  return false;
}

void DiskCache::forget(const DiskIndex::Key& key, const fs::path& path) {
  const Lock lock(mutex_);
  ::unlink(path.c_str());
  index_.remove(key);
}

bool DiskCache::has_room_for(std::int64_t bytes) {
  const Lock lock(mutex_);
  return bytes <= limit_ / 8;
}

void DiskCache::resize(std::int64_t bytes) {
  {
    const Lock lock(mutex_);
    limit_ = bytes;
  }
  resized_.notify_all();
}

void DiskCache::evict(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::optional<DiskIndex::Key> coldest;
    {
      const Lock lock(mutex_);
      if (index_.bytes() > limit_) coldest = index_.coldest();
      if (!coldest) return;
      index_.remove(*coldest);
    }
    ::unlink(path_of(DiskIndex::format_key(*coldest)).c_str());  // outside the lock: it may take a while
  }
}

/// Counts what is there, then waits for the bound to be lowered.
void DiskCache::tend(const std::stop_token& stop) {
  count(stop);
  const std::stop_callback wake(stop, [this] {
    const Lock lock(mutex_);  // or it could fall between the look at `stop` and the wait
    resized_.notify_all();
  });
  Lock lock(mutex_);
  for (;;) {
    resized_.wait(lock, [&]() REQUIRES(mutex_) { return stop.stop_requested() || index_.bytes() > limit_; });
    if (stop.stop_requested()) return;
    lock.unlock();
    evict(stop);
    lock.lock();
  }
}

void DiskCache::count(const std::stop_token& stop) {
  std::vector<FoundFile> found = scan(stop);
  if (stop.stop_requested()) return;
  std::ranges::sort(found, std::ranges::greater{}, &FoundFile::used);
  {
    const Lock lock(mutex_);
    for (const FoundFile& file : found)
      index_.add_coldest(file.key, file.bytes);
  }
  evict(stop);
}

std::vector<FoundFile> DiskCache::scan(const std::stop_token& stop) const {
  std::vector<FoundFile> found;
  std::error_code failed;
  for (fs::recursive_directory_iterator next(folder_, failed), end; next != end && !failed;
       next.increment(failed)) {
    if (stop.stop_requested()) break;
    const std::string name = next->path().filename().string();
    struct stat status{};
    if (::lstat(next->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    if (const std::optional<DiskIndex::Key> key = DiskIndex::parse_key(name)) {
      found.push_back({*key, rounded_to_blocks(status.st_size), status.st_mtim.tv_sec});
    } else if (name.starts_with(unfinished_prefix) && status.st_mtim.tv_sec < opened_) {
      ::unlink(next->path().c_str());  // a crash left it; those of this process are younger
    }
  }
  if (failed) {
    log::warning("render_cache_not_counted", {{"folder", folder_.string()}, {"error", failed.message()}});
  }
  return found;
}

}  // namespace

Result<std::unique_ptr<SizedCache>> open_disk_cache(const fs::path& folder, std::int64_t bytes) {
  if (auto made = make_durable_folder(folder); !made) return std::unexpected(made.error());
  return std::make_unique<DiskCache>(folder, bytes);
}

}  // namespace rucola::storage
