#include "base/disk_room.h"

namespace rucola {

void DiskRoom::offer(GiveWay give_way) {
  const Lock lock(making_);
  give_way_ = std::move(give_way);
}

void DiskRoom::withdraw() {
  const Lock lock(making_);
  give_way_ = nullptr;
}

std::uint64_t DiskRoom::times_made() const {
  const Lock lock(mutex_);
  return made_;
}

bool DiskRoom::make() {
  const std::uint64_t before = times_made();
  const Lock one_at_a_time(making_);
  if (times_made() != before) return true;
  if (!give_way_ || !give_way_()) return false;
  const Lock lock(mutex_);
  ++made_;
  return true;
}

}  // namespace rucola
