// Removes what has expired, in small steps with rests between them, so that it holds up nobody. Every step is
// whole by itself: who is killed between two of them has lost nothing, and the next pass goes on.
//
//   image   living ──deleted──▶ restorable ──deleted_images_days──▶ gone, in the transaction that lets its
//   file file    of an image ──none is of it any more──▶ waiting ──a day──▶ removed, and no more waiting
//
// A file is removed while nobody can begin to store it (catalog::BlobStore::remove), and after that it is no
// longer waiting: killed in between, it is removed once more.
//
// Threads: blocks, on the database and on where the blobs lie; give it a thread of its own. Several passes at
// once, of several processes too, do no harm. Errors: those of the ports, the first of them; what was done
// stays done, and what does not depend on what failed is done as well: a file that can't be removed keeps no
// other.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "base/error.h"
#include "base/time.h"
#include "catalog/blob_store.h"
#include "catalog/expiry.h"
#include "catalog/expiry_settings.h"

namespace rucola::catalog {

/// For that long files stay that no image is of any more, so that a backup whose catalog was copied first
/// finds them, and a hand that deleted too much has a day.
inline constexpr std::chrono::hours files_wait{24};

/// What went in a pass.
struct Expired {
  std::int64_t images = 0;
  std::int64_t previews = 0;
  std::int64_t files = 0;
  std::int64_t bytes = 0;  ///< of those files
};

class ExpiryPass {
 public:
  /// Waits for that long; false: the pass is to end.
  using Rest = std::function<bool(std::chrono::milliseconds)>;

  ExpiryPass(Expiry& expiry, BlobStore& blobs, const ExpirySettings& settings, Rest rest)
      : expiry_(expiry), blobs_(blobs), settings_(settings), rest_(std::move(rest)) {}

  /// `now`: what the clock says.
  Result<void> run(Time now);
  [[nodiscard]] const Expired& expired() const { return expired_; }

 private:
  using Step = Result<Removed> (Expiry::*)(SeenTime before, std::int64_t most);

  /// What is older than so many days; 0: nothing.
  Result<void> remove(Step step, SeenTime seen, std::int64_t days, std::int64_t& removed);
  Result<void> remove_files(SeenTime seen);
  Result<void> remove_these(const std::vector<std::string>& files, SeenTime since_before);

  Expiry& expiry_;
  BlobStore& blobs_;
  const ExpirySettings settings_;
  const Rest rest_;
  Expired expired_;
};

}  // namespace rucola::catalog
