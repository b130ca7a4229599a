#include "storage/cache/disk_cache.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/hashing.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/unique_fd.h"
#include "delivery/cache/renders_in_use.h"
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
/// Others fill the disk, too.
constexpr std::chrono::seconds look_for_room_every{2};
/// How long a write that was refused waits for the count of what could give way.
constexpr std::chrono::seconds patience_for_the_count{5};

std::int64_t rounded_to_blocks(std::int64_t bytes) {
  return (bytes + block_bytes - 1) / block_bytes * block_bytes;
}

std::int64_t bytes_on_disk(const StoredRender& render, std::string_view head) {
  return rounded_to_blocks(static_cast<std::int64_t>(head.size() + render.bytes.size()));
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

constexpr std::int64_t plenty = std::numeric_limits<std::int64_t>::max();

/// Of the file system, for whoever the server is; plenty where it can't be told.
std::int64_t free_bytes(const fs::path& folder) {
  struct statvfs status{};
  if (::statvfs(folder.c_str(), &status) != 0) return plenty;
  return static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_frsize);
}

/// Of a file of that many bytes.
bool is_of(const RenderFileHead& head, std::int64_t bytes, const StoredRender& render) {
  return head.digest == render.digest && head.content_type == render.content_type &&
         std::cmp_equal(bytes - head.bytes, render.bytes.size());
}

struct FoundFile {
  DiskIndex::Key key;
  std::int64_t bytes;
  std::time_t used;
};

class FileCache final : public DiskCache {
 public:
  FileCache(fs::path folder, std::int64_t bytes, std::int64_t reserve_bytes)
      : folder_(std::move(folder)),
        limit_(bytes),
        reserve_(reserve_bytes),
        tending_([this](const std::stop_token& stop) { tend(stop); }) {}

  std::shared_ptr<const StoredRender> find(std::string_view key) override;
  void keep(std::string_view key, std::shared_ptr<const StoredRender> render) override;
  [[nodiscard]] bool would_keep(const StoredRender& render) const override;
  void resize(std::int64_t bytes) override;
  void reserve(std::int64_t bytes) override;
  bool give_way() override;

 private:
  /// One level of folders: the 256 take a megabyte; two levels would take 268, unseen by the bound.
  [[nodiscard]] fs::path path_of(std::string_view key) const { return folder_ / key.substr(0, 2) / key; }
  /// A large one by one thread at a time, whose copy the others of a crowd share.
  std::shared_ptr<const StoredRender> read(std::string_view key, int file, std::int64_t bytes);
  std::shared_ptr<const StoredRender> whole(std::string_view key, int file, std::int64_t bytes,
                                            RenderFileHead head);
  bool write_file(const fs::path& path, const StoredRender& render, std::string_view head);
  void forget(const DiskIndex::Key& key, const fs::path& path);
  [[nodiscard]] bool fits(std::int64_t bytes) const;
  [[nodiscard]] bool make_room_for(std::int64_t bytes, const std::stop_token& stop = {});
  [[nodiscard]] bool is_counted_soon();
  bool evict_coldest();
  void evict(const std::stop_token& stop = {});
  void tend(const std::stop_token& stop);
  void count(const std::stop_token& stop);
  [[nodiscard]] std::vector<FoundFile> scan(const std::stop_token& stop) const;

  const fs::path folder_;
  const std::time_t opened_ = std::time(nullptr);
  mutable Mutex mutex_;
  Condition changed_;  // waits for: less room than what is there takes, the count, or the end
  std::int64_t limit_ GUARDED_BY(mutex_);
  DiskIndex index_ GUARDED_BY(mutex_);
  bool counted_ GUARDED_BY(mutex_) = false;
  delivery::RendersInUse in_use_;
  std::array<Mutex, 64> reading_;  // held by who reads a large render, each for its share of the keys
  std::atomic<std::int64_t> reserve_;
  std::atomic<bool> no_room_ = false;    // beside the reserve, when somebody last looked
  std::atomic<bool> gives_way_ = false;  // has been said
  std::jthread tending_;                 // the last member: it stops before the others go
};

std::shared_ptr<const StoredRender> FileCache::find(std::string_view key) {
  const std::optional<DiskIndex::Key> parsed = DiskIndex::parse_key(key);
  if (!parsed) return nullptr;
  const fs::path path = path_of(key);
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (!fd || ::fstat(fd.get(), &status) != 0) return nullptr;

  std::shared_ptr<const StoredRender> render = read(key, fd.get(), status.st_size);
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
  return render;
}

/// What somebody sends or keeps at the moment need not be read again: those bytes were compared with the
/// digest that the file says.
std::shared_ptr<const StoredRender> FileCache::read(std::string_view key, int file, std::int64_t bytes) {
  std::optional<RenderFileHead> head = read_render_head(file, bytes);
  if (!head) return nullptr;
  if (bytes < delivery::RendersInUse::shared_from) return whole(key, file, bytes, *std::move(head));
  const Lock reading(reading_.at(std::hash<std::string_view>{}(key) % reading_.size()));
  if (auto render = in_use_.find(key); render && is_of(*head, bytes, *render)) return render;
  return whole(key, file, bytes, *std::move(head));
}

std::shared_ptr<const StoredRender> FileCache::whole(std::string_view key, int file, std::int64_t bytes,
                                                     RenderFileHead head) {
  std::optional<StoredRender> render = read_render(file, bytes, std::move(head));
  if (!render) return nullptr;
  return in_use_.share(key, std::make_shared<const StoredRender>(*std::move(render)));
}

void FileCache::keep(std::string_view key, std::shared_ptr<const StoredRender> render) {
  const std::optional<DiskIndex::Key> parsed = DiskIndex::parse_key(key);
  if (!parsed) return;
  const std::string head = render_file_head(*render);
  const std::int64_t bytes = bytes_on_disk(*render, head);
  if (!fits(bytes) || !make_room_for(bytes)) return;
  if (!write_file(path_of(key), *render, head) &&
      !((errno == ENOSPC || errno == EDQUOT) && give_way() && write_file(path_of(key), *render, head))) {
    log::warning("render_not_cached", {{"file", path_of(key).string()}, {"error", std::strerror(errno)}});
    return;
  }
  {
    const Lock lock(mutex_);
    index_.add(*parsed, bytes);
  }
  in_use_.share(key, std::move(render));
  evict();
}

/// Where it can't be, errno says why.
bool FileCache::write_file(const fs::path& path, const StoredRender& render, std::string_view head) {
  std::error_code no_folder;
  fs::create_directories(path.parent_path(), no_folder);  // if it fails, so does open()
  const fs::path unfinished = path.parent_path() / (std::string(unfinished_prefix) + random_token(16));
  const UniqueFd fd(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (fd && write_all(fd.get(), head) && write_all(fd.get(), render.bytes.view()) &&
      std::rename(unfinished.c_str(), path.c_str()) == 0) {
    return true;
  }
  const int error = errno;
  ::unlink(unfinished.c_str());
  errno = error;
  return false;
}

void FileCache::forget(const DiskIndex::Key& key, const fs::path& path) {
  const Lock lock(mutex_);
  ::unlink(path.c_str());
  index_.remove(key);
}

bool FileCache::fits(std::int64_t bytes) const {
  const Lock lock(mutex_);
  return bytes <= limit_ / 8;
}

bool FileCache::would_keep(const StoredRender& render) const {
  return fits(bytes_on_disk(render, render_file_head(render))) && !no_room_;
}

/// Besides the reserve. False where there is not enough even without all other renders.
bool FileCache::make_room_for(std::int64_t bytes, const std::stop_token& stop) {
  const std::int64_t reserve = reserve_;
  std::int64_t free = reserve == 0 ? plenty : free_bytes(folder_);
  std::int64_t removed = 0;
  while (free - bytes < reserve && !stop.stop_requested() && evict_coldest()) {
    ++removed;
    free = free_bytes(folder_);
  }
  no_room_ = free - bytes < reserve;
  if (removed > 0 || no_room_) {
    if (!gives_way_.exchange(true)) {
      log::warning("render_cache_gives_way",
                   {{"folder", folder_.string()}, {"reserve_bytes", reserve}, {"free_bytes", free}});
    }
  } else if (free - bytes > reserve + reserve / 4) {
    gives_way_ = false;  // with a margin, or a cache that is full would say so again and again
  }
  return !no_room_;
}

bool FileCache::is_counted_soon() {
  Lock lock(mutex_);
  return changed_.wait_for(lock, patience_for_the_count, [this]() REQUIRES(mutex_) { return counted_; });
}

bool FileCache::give_way() {
  // What has been counted by then can go even if the count is not done.
  if (!is_counted_soon()) log::warning("render_cache_not_counted_yet", {{"folder", folder_.string()}});
  std::int64_t files = 0;
  while (free_bytes(folder_) < reserve_ && evict_coldest())
    ++files;
  if (files == 0) {
    std::int64_t rest = 0;
    {
      const Lock lock(mutex_);
      rest = index_.bytes() - (index_.bytes() + 7) / 8;
    }
    const auto is_too_much = [&] {
      const Lock lock(mutex_);
      return index_.bytes() > rest;
    };
    while (is_too_much() && evict_coldest())
      ++files;
  }
  if (files > 0) log::warning("renders_gave_way", {{"renders_removed", files}});
  return files > 0;
}

void FileCache::reserve(std::int64_t bytes) {
  reserve_ = bytes;
}

void FileCache::resize(std::int64_t bytes) {
  {
    const Lock lock(mutex_);
    limit_ = bytes;
  }
  changed_.notify_all();
}

/// False where there is nothing to go any more.
bool FileCache::evict_coldest() {
  std::optional<DiskIndex::Key> coldest;
  {
    const Lock lock(mutex_);
    coldest = index_.coldest();
    if (!coldest) return false;
    index_.remove(*coldest);
  }
  ::unlink(path_of(DiskIndex::format_key(*coldest)).c_str());  // outside the lock: it may take a while
  return true;
}

void FileCache::evict(const std::stop_token& stop) {
  const auto is_too_much = [this] {
    const Lock lock(mutex_);
    return index_.bytes() > limit_;
  };
  while (!stop.stop_requested() && is_too_much())
    evict_coldest();
}

/// Counts what is there, then keeps to the bounds: waits for the first to be lowered, and looks at the
/// reserve, which anybody may use up.
void FileCache::tend(const std::stop_token& stop) {
  count(stop);
  const std::stop_callback wake(stop, [this] {
    const Lock lock(mutex_);  // or it could fall between the look at `stop` and the wait
    changed_.notify_all();
  });
  Lock lock(mutex_);
  while (!stop.stop_requested()) {
    changed_.wait_for(lock, look_for_room_every,
                      [&]() REQUIRES(mutex_) { return stop.stop_requested() || index_.bytes() > limit_; });
    lock.unlock();
    evict(stop);
    static_cast<void>(make_room_for(0, stop));
    lock.lock();
  }
}

void FileCache::count(const std::stop_token& stop) {
  std::vector<FoundFile> found = scan(stop);
  if (stop.stop_requested()) return;
  std::ranges::sort(found, std::ranges::greater{}, &FoundFile::used);
  {
    const Lock lock(mutex_);
    for (const FoundFile& file : found)
      index_.add_coldest(file.key, file.bytes);
    counted_ = true;
  }
  changed_.notify_all();
  evict(stop);
}

std::vector<FoundFile> FileCache::scan(const std::stop_token& stop) const {
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

Result<std::unique_ptr<DiskCache>> open_disk_cache(const fs::path& folder, std::int64_t bytes,
                                                   std::int64_t reserve_bytes) {
  if (auto made = make_durable_folder(folder); !made) return std::unexpected(made.error());
  return std::make_unique<FileCache>(folder, bytes, reserve_bytes);
}

}  // namespace rucola::storage
