// Files on their way in: written piece by piece while both digests are taken, so that an upload never lies
// in memory as a whole.
//
// Threads: a spool is any thread's, a writer belongs to one at a time; what touches the disk blocks on it.
// Several processes may use one folder.
// Ownership: a SpooledFile removes its file when it is destroyed, unless release_path() handed it over. As
// long as somebody has it, it is locked (flock), by which the files of a process that has ended are told from
// those of one that runs: the kernel lets go of a lock when its holder ends, however it ends.
// Errors: payload_too_large past the limit, storage_full (ENOSPC, EDQUOT), internal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/disk_room.h"
#include "base/error.h"
#include "base/hashing.h"
#include "base/unique_fd.h"

namespace rucola {

class SpooledFile {
 public:
  /// `locked` is the file, open and with the lock.
  SpooledFile(std::filesystem::path path, std::int64_t bytes, std::string sha1, std::string sha256,
              UniqueFd locked = {});
  SpooledFile(SpooledFile&& other) noexcept;
  SpooledFile& operator=(SpooledFile&& other) noexcept;
  ~SpooledFile();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }
  [[nodiscard]] const std::string& sha1() const { return sha1_; }      ///< 40 hex
  [[nodiscard]] const std::string& sha256() const { return sha256_; }  ///< 64 hex
  /// The caller now owns the file, usually because it renamed it away.
  std::filesystem::path release_path();

 private:
  std::filesystem::path path_;
  std::int64_t bytes_;
  std::string sha1_;
  std::string sha256_;
  UniqueFd locked_;
};

class SpoolWriter {
 public:
  SpoolWriter(SpoolWriter&&) noexcept = default;
  SpoolWriter& operator=(SpoolWriter&&) noexcept = default;
  /// An unfinished file is removed.
  ~SpoolWriter();

  Result<void> write(std::string_view bytes);
  /// Flushes nothing to the platter: whoever stores the file for good does the fsync.
  Result<SpooledFile> finish();

 private:
  friend class Spool;
  SpoolWriter(UniqueFd fd, std::filesystem::path path, std::int64_t limit_bytes,
              std::shared_ptr<DiskRoom> room);

  std::shared_ptr<DiskRoom> room_;
  UniqueFd fd_;
  std::filesystem::path path_;
  std::int64_t limit_bytes_;
  std::int64_t bytes_ = 0;
  Digest sha1_{Digest::Algorithm::sha1};
  Digest sha256_{Digest::Algorithm::sha256};
};

/// The folder that they are written to. What is to be renamed into its final place lies on that file system.
class Spool {
 public:
  /// Makes the folder, readable by its owner only, where just that is missing. A write for which the disk is
  /// too full is tried once more with what `room`, which may be null, can free.
  static Result<Spool> open(std::filesystem::path folder, std::shared_ptr<DiskRoom> room = {});

  /// For who only looks at what is there: makes nothing, not even the folder.
  static Spool to_examine(std::filesystem::path folder) { return {std::move(folder), {}}; }

  /// A file with a random name.
  [[nodiscard]] Result<SpoolWriter> new_file(std::int64_t limit_bytes) const;
  /// Files of processes that have ended. Where locks tell nothing (files of an earlier version, a file system
  /// without locks), those that nobody has written to for a day: longer than any upload may take. None where
  /// there is no folder.
  [[nodiscard]] Result<std::vector<std::filesystem::path>> leftovers() const;
  /// How many leftovers are gone now; those that can't be removed stay, and are logged.
  [[nodiscard]] Result<std::size_t> remove_leftovers() const;

 private:
  Spool(std::filesystem::path folder, std::shared_ptr<DiskRoom> room)
      : folder_(std::move(folder)), room_(std::move(room)) {}

  std::filesystem::path folder_;
  std::shared_ptr<DiskRoom> room_;
};

}  // namespace rucola
