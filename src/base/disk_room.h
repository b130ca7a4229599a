// Room on a full disk: what can be made again gives way to what can't. Whoever is refused a write asks here
// once, and tries once more.
//
// Threads: any. Who asks while somebody else is being served shares in what that one was given. withdraw()
// waits for what is under way. Ownership: what is offered lives until withdraw() has returned.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "base/error.h"
#include "base/mutex.h"

namespace rucola {

class DiskRoom {
 public:
  /// Frees something, and says whether it could; blocks on the disk.
  using GiveWay = std::function<bool()>;

  /// Nothing gives way before.
  void offer(GiveWay give_way);
  void withdraw();
  /// True where there may be room now that was not there when it was called.
  bool make();

 private:
  std::uint64_t times_made() const;

  Mutex making_;  ///< held while somebody makes room
  mutable Mutex mutex_;
  GiveWay give_way_ GUARDED_BY(making_);
  std::uint64_t made_ GUARDED_BY(mutex_) = 0;
};

/// `step()` returns a Result. Where it finds the disk full, it is done once more with the room that was made
/// for it. `room` may be null.
template <class Step>
auto with_room(DiskRoom* room, const Step& step) -> decltype(step()) {
  auto done = step();
  if (done || room == nullptr || done.error().code != ErrorCode::storage_full || !room->make()) return done;
  return step();
}

}  // namespace rucola
