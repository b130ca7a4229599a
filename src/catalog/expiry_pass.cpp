#include "catalog/expiry_pass.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace rucola::catalog {
namespace {

/// In one transaction, for which others wait; some have thousands of values in the search index.
constexpr std::int64_t rows_at_once = 20;
constexpr std::int64_t files_at_once = 20;
constexpr std::chrono::milliseconds rest_between{50};

/// What was seen when things expire at `seen` that last for `age`. What happens counts from the look at the
/// clock before them, which is the longest step before them at most.
SeenTime before(SeenTime seen, std::chrono::hours age) {
  return seen - age - longest_step;
}

}  // namespace

Result<void> ExpiryPass::run(Time now) {
  const auto seen = expiry_.look_at_clock(now);
  if (!seen) return std::unexpected(seen.error());
  const std::array steps{
      remove(&Expiry::remove_images, *seen, settings_.deleted_images_days, expired_.images),
      remove(&Expiry::remove_previews, *seen, settings_.previews_days, expired_.previews),
      remove_files(*seen)};
  const auto failed = std::ranges::find_if(steps, [](const Result<void>& step) { return !step; });
  return failed == steps.end() ? Result<void>() : *failed;
}

Result<void> ExpiryPass::remove(Step step, SeenTime seen, std::int64_t days, std::int64_t& removed) {
  if (days == 0) return {};
  do {
    const auto done = (expiry_.*step)(before(seen, std::chrono::days{days}), rows_at_once);
    if (!done) return std::unexpected(done.error());
    removed += done->things;
    if (!done->more) return {};
  } while (rest_(rest_between));
  return {};
}

Result<void> ExpiryPass::remove_files(SeenTime seen) {
  const SeenTime since_before = before(seen, files_wait);
  Result<void> all;
  std::string last;
  do {
    const auto files = expiry_.waiting_files(since_before, last, files_at_once);
    if (!files) return std::unexpected(files.error());
    if (files->empty()) return all;
    if (auto removed = remove_these(*files, since_before); !removed && all) all = std::move(removed);
    last = files->back();
  } while (rest_(rest_between));
  return all;
}

Result<void> ExpiryPass::remove_these(const std::vector<std::string>& files, SeenTime since_before) {
  Result<void> all;
  std::vector<std::string> done;
  done.reserve(files.size());
  for (const std::string& file : files) {
    const auto removal = blobs_.remove(file, [&] { return expiry_.is_wanted(file); });
    if (!removal) {
      if (all) all = std::unexpected(removal.error());
      continue;
    }
    // Somebody stores it, or its neighbour, at this moment: the next pass looks again.
    if (removal->outcome == BlobRemoval::Outcome::held) continue;
    done.push_back(file);
    if (removal->outcome == BlobRemoval::Outcome::wanted) continue;
    ++expired_.files;
    expired_.bytes += removal->bytes;
  }
  if (done.empty()) return all;
  const auto noted = expiry_.wait_no_more(done, since_before);
  return noted ? all : noted;
}

}  // namespace rucola::catalog
