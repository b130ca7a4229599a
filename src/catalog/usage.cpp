#include "catalog/usage.h"

#include <iterator>

namespace rucola::catalog {

std::vector<StorageOfDay> each_day(const std::vector<StorageOfDay>& changes, const Days& days) {
  std::vector<StorageOfDay> all;
  auto next = changes.begin();
  for (Day day = days.first; day <= days.last; day += std::chrono::days{1}) {
    while (next != changes.end() && next->day <= day)
      ++next;
    if (next == changes.begin()) continue;
    StorageOfDay stands = *std::prev(next);
    stands.day = day;
    all.push_back(stands);
  }
  return all;
}

}  // namespace rucola::catalog
