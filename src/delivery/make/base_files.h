// Results of renders that other renders are made from, as files that workers read: those of base stacks, and
// pyramids. A pyramid has a hundred megabytes, of which a tile needs a thousandth; so the file stays for the
// next tile instead of being read from the cache again.
//
// Threads: any. Bounds: bytes and number of files; the least recently used go. They lie in memory, outside of
// any process, and are gone with the last job that reads them.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/error.h"
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
  using Outcome = Result<std::shared_ptr<const BaseFile>>;
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::minutes errors_last{10};

  /// `bytes`: 0 keeps no files.
  explicit BaseFiles(std::int64_t bytes) : limit_(bytes) {}

  /// Nothing: neither a file nor an error is known.
  std::optional<Outcome> find(const std::string& key, Clock::time_point now = Clock::now());
  /// Not if it alone is larger than all may be.
  void keep(const std::string& key, std::shared_ptr<const BaseFile> file);
  /// For what can be done without the file, so that not everybody waits for the same failure.
  void remember(const std::string& key, const Error& error);

 private:
  struct Entry {
    std::string key;
    Outcome outcome;
    Clock::time_point made;
    [[nodiscard]] std::int64_t bytes() const { return outcome ? (*outcome)->bytes() : 0; }
  };

  void add(Entry entry);

  const std::int64_t limit_;
  Mutex mutex_;
  std::list<Entry> by_use_ GUARDED_BY(mutex_);  // last used first; few enough to be searched
  std::int64_t kept_ GUARDED_BY(mutex_) = 0;
};

}  // namespace rucola::delivery
