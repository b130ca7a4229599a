// Results of renders that other renders are made from, as files that workers read: those of base stacks, and
// pyramids. A pyramid has a hundred megabytes, of which a tile needs a thousandth; so the file stays for the
// next tile instead of being read from the cache again.
//
// Threads: any. Bounds: bytes and number of files; the least recently used go. They lie in memory, outside of
// any process, and are gone with the last job that reads them: as long as one waits or works, those that come
// read the same file, whether it has its place here or not.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/bytes.h"
#include "base/error.h"
#include "base/in_use.h"
#include "base/mutex.h"
#include "base/unique_fd.h"
#include "render/renderer.h"

namespace rucola::delivery {

class BaseFile {
 public:
  /// Without a copy where the bytes lie in a sealed file already. Errors: internal.
  static Result<std::shared_ptr<const BaseFile>> of(const Bytes& bytes);

  BaseFile(UniqueFd fd, std::int64_t bytes) : fd_(std::move(fd)), bytes_(bytes) {}
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }
  /// A descriptor of its own for a job. Errors: internal.
  [[nodiscard]] Result<render::Source> source() const;

 private:
  UniqueFd fd_;
  std::int64_t bytes_;
};

class BaseFiles {
 public:
  /// `bytes`: 0 keeps no files.
  explicit BaseFiles(std::int64_t bytes) : limit_(bytes) {}

  /// Null: it is not there, and nobody uses it.
  std::shared_ptr<const BaseFile> find(const std::string& key);
  /// No place for it if it alone is larger than all may be.
  void keep(const std::string& key, std::shared_ptr<const BaseFile> file);
  /// What has no room any more goes at once, the least recently used first.
  void resize(std::int64_t bytes);

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const BaseFile> file;
  };

  std::shared_ptr<const BaseFile> find_kept(const std::string& key);
  std::list<Entry> evicted() REQUIRES(mutex_);

  InUse<const BaseFile> in_use_;
  Mutex mutex_;
  std::int64_t limit_ GUARDED_BY(mutex_);
  std::list<Entry> by_use_ GUARDED_BY(mutex_);                                              // last used first
  std::unordered_map<std::string, std::list<Entry>::iterator> entries_ GUARDED_BY(mutex_);  // by key
  std::int64_t kept_ GUARDED_BY(mutex_) = 0;
};

}  // namespace rucola::delivery
