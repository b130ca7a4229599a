// The port to what expires: what was deleted, and is gone for good after a while; store.h says what holds for
// all ports, and docs/aliases.md has the life of an image. expiry_pass.h goes by it.
//
// An image that is gone for good leaves nothing but its hash and that of its file, by which what was taken
// down is known when others bring it again. Its aliases and the URLs that it was fetched from stay what they
// are: names that point at its hash.
//
// Threads: any; every function blocks on the database. Several processes may go by it: nothing is done twice.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "catalog/seen_time.h"

namespace rucola::catalog {

/// What one step has done.
struct Removed {
  std::int64_t things = 0;
  bool more = false;  ///< there may be more of them
};

class Expiry {
 public:
  Expiry() = default;
  Expiry(const Expiry&) = delete;
  Expiry& operator=(const Expiry&) = delete;
  virtual ~Expiry() = default;

  /// Looks at the clock, which says `now`: what has been seen in all.
  virtual Result<SeenTime> look_at_clock(Time now) = 0;
  /// Removes images for good that were deleted before so much was seen, the oldest first, at most `most` in
  /// one transaction. Files that no image is of any more wait from then on to be removed.
  virtual Result<Removed> remove_images(SeenTime deleted_before, std::int64_t most) = 0;
  /// Deletes stacks whose names make them previews and that were put last before so much was seen.
  virtual Result<Removed> remove_previews(SeenTime put_before, std::int64_t most) = 0;
  /// Files that began to wait before so much was seen: their SHA-256, ascending, those after `after`.
  virtual Result<std::vector<std::string>> waiting_files(SeenTime since_before, std::string_view after,
                                                         std::int64_t most) = 0;
  /// Is any image of any organization of that file, deleted ones too?
  virtual Result<bool> is_wanted(std::string_view sha256) = 0;
  /// They wait no more, as far as they began to before so much was seen: they were removed, or are wanted
  /// again.
  virtual Result<void> wait_no_more(const std::vector<std::string>& files, SeenTime since_before) = 0;
  /// Calls `visit` with every file that waits.
  virtual Result<void> each_waiting(const std::function<void(std::string_view sha256)>& visit) = 0;
};

}  // namespace rucola::catalog
