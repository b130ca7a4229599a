#include "delivery/make/base_files.h"

#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include <fcntl.h>

namespace rucola::delivery {
namespace {

/// Each has a descriptor open.
constexpr std::size_t most_entries = 256;

std::unexpected<Error> failed(const char* what) {
  return fail(ErrorCode::internal, "The image could not be processed.",
              std::string(what) + ": " + std::strerror(errno));
}

}  // namespace

Result<std::shared_ptr<const BaseFile>> BaseFile::of(const Bytes& bytes) {
  auto file = bytes.sealed_file();
  if (!file) return std::unexpected(std::move(file).error());
  return std::make_shared<const BaseFile>(*std::move(file), static_cast<std::int64_t>(bytes.size()));
}

Result<render::Source> BaseFile::source() const {
  UniqueFd own(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
  if (!own) return failed("F_DUPFD_CLOEXEC");
  return render::Source{std::move(own), bytes_};
}

/// What has lost its place and is used all the same is the last used again.
std::shared_ptr<const BaseFile> BaseFiles::find(const std::string& key) {
  if (auto kept = find_kept(key)) return kept;
  auto used = in_use_.find(key);
  if (used) keep(key, used);
  return used;
}

std::shared_ptr<const BaseFile> BaseFiles::find_kept(const std::string& key) {
  const Lock lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  return by_use_.front().file;
}

void BaseFiles::keep(const std::string& key, std::shared_ptr<const BaseFile> file) {
  in_use_.share(key, file, [](const BaseFile& one, const BaseFile& other) { return &one == &other; });
  std::list<Entry> closed_after_the_lock;
  const Lock lock(mutex_);
  if (file->bytes() > limit_ || entries_.contains(key)) return;
  kept_ += file->bytes();
  by_use_.push_front({key, std::move(file)});
  entries_.emplace(key, by_use_.begin());
  closed_after_the_lock = evicted();
}

void BaseFiles::resize(std::int64_t bytes) {
  std::list<Entry> closed_after_the_lock;
  const Lock lock(mutex_);
  limit_ = bytes;
  closed_after_the_lock = evicted();
}

std::list<BaseFiles::Entry> BaseFiles::evicted() {
  std::list<Entry> too_much;
  while (kept_ > limit_ || by_use_.size() > most_entries) {
    kept_ -= by_use_.back().file->bytes();
    entries_.erase(by_use_.back().key);
    too_much.splice(too_much.begin(), by_use_, std::prev(by_use_.end()));
  }
  return too_much;
}

}  // namespace rucola::delivery
