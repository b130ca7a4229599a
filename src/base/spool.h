// Files on their way in: written piece by piece while both digests are taken, so that an upload never lies
// in memory as a whole.
//
// Threads: a spool is any thread's, a writer belongs to one at a time; what touches the disk blocks on it.
// Several processes may use one folder.
// Ownership: a SpooledFile removes its file when it is destroyed, unless release_path() handed it over.
// Errors: payload_too_large past the limit, storage_full (ENOSPC, EDQUOT), internal.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hashing.h"
#include "base/unique_fd.h"

namespace rucola {

class SpooledFile {
 public:
  SpooledFile(std::filesystem::path path, std::int64_t bytes, std::string sha1, std::string sha256);
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
  SpoolWriter(UniqueFd fd, std::filesystem::path path, std::int64_t limit_bytes);

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
  /// Makes the folder, readable by its owner only, where just that is missing, and removes what was left over
  /// more than a day ago: longer than any upload may take.
  static Result<Spool> open(std::filesystem::path folder);

  /// A file with a random name.
  [[nodiscard]] Result<SpoolWriter> new_file(std::int64_t limit_bytes) const;
  /// Files that nobody has written to for `age`: a crash leaves some.
  [[nodiscard]] Result<std::vector<std::filesystem::path>> leftovers(std::chrono::seconds age) const;

 private:
  explicit Spool(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_;
};

}  // namespace rucola
