// What the allocator keeps of the memory that jobs have given back. To return it to the machine costs the
// next job its page faults (4 ms of them for a photo of 6 megapixels), to keep all of it costs the machine: a
// busy worker keeps up to a bound, an idle one nothing.
//
// How much that is can only be told by the pages that a worker holds: the allocator goes on counting as free
// what it has returned, so that after one large picture it would seem to keep too much for ever.
//
// Threads: a worker has one.
#pragma once

#include <cstdint>

#include "base/unique_fd.h"

namespace rucola::render::worker {

class FreeMemory {
 public:
  /// Opens what tells of it, so it is made before files are out of reach. Without that (no /proc) a busy
  /// worker keeps everything.
  FreeMemory();

  /// Between two jobs.
  void return_if_much();
  void return_all();

 private:
  [[nodiscard]] std::int64_t held_pages() const;

  UniqueFd statm_;
  std::int64_t most_pages_ = 0;  ///< more is too much; 0: not known yet
};

}  // namespace rucola::render::worker
