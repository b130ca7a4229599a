// Objects of one bucket of an S3 server, by their keys, which get the location's prefix in front.
//
// Requests go to the configured address and nowhere else: redirects are not followed and proxies not used.
// What may pass (no connection, silence, 429 and most of 5xx) is tried four times, with pauses that double;
// each request may be done twice without harm.
//
// Threads: any; each call blocks on the network. Ownership: keeps as many connections open as calls were ever
// under way at a time. Errors: not_found; storage_full where the server says so; overloaded where it was
// given up after the last try, or let go; internal for all else, with what the server said in the detail.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/mutex.h"
#include "base/spool.h"
#include "storage/s3/answers.h"
#include "storage/s3/connection.h"
#include "storage/s3/location.h"
#include "storage/s3/settings.h"

namespace rucola::storage {

/// What one PUT may have (https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html).
inline constexpr std::int64_t most_bytes_of_an_object = std::int64_t{5} << 30;

class S3Client {
 public:
  /// Asks nobody yet. Errors: bad_request, internal.
  static Result<std::unique_ptr<S3Client>> make(const S3Settings& settings);
  S3Client(const S3Client&) = delete;
  S3Client& operator=(const S3Client&) = delete;
  ~S3Client() = default;

  /// The server compares what arrives with the file's SHA-256, and keeps that beside the object.
  Result<void> put(const std::string& key, const SpooledFile& file);
  Result<SpooledFile> get(const std::string& key, const Spool& spool);
  Result<std::int64_t> bytes_of(const std::string& key);
  /// Is the file there already, by its length and SHA-256? One of which the server knows no SHA-256 is not.
  Result<bool> has(const std::string& key, const SpooledFile& file);
  /// Doing it again does no harm.
  Result<void> remove(const std::string& key);
  Result<void> copy(const std::string& from, const std::string& to);
  /// All whose keys begin so; their keys are without the location's prefix.
  Result<void> each(const std::string& beginning, const std::function<void(const S3Object&)>& visit);

  /// What is under way is broken off, and nothing begins any more.
  void let_go();

 private:
  class Borrowed;

  S3Client(S3Settings settings, S3Location location)
      : settings_(std::move(settings)), location_(std::move(location)) {}

  [[nodiscard]] std::string url_of(const std::string& key) const;
  [[nodiscard]] std::vector<std::string> encryption() const;
  Result<S3Answer> look_at(const std::string& key);
  Result<S3Answer> ask(const S3Request& request);
  Result<S3Answer> ask_once(const S3Request& request);
  bool rest(std::chrono::milliseconds pause);
  std::unique_ptr<S3Connection> take_connection();
  void give_back(std::unique_ptr<S3Connection> connection);

  const S3Settings settings_;
  const S3Location location_;
  Mutex mutex_;
  Condition ended_;
  bool has_ended_ GUARDED_BY(mutex_) = false;
  std::vector<std::unique_ptr<S3Connection>> idle_ GUARDED_BY(mutex_);
  std::set<S3Connection*> busy_ GUARDED_BY(mutex_);
};

}  // namespace rucola::storage
