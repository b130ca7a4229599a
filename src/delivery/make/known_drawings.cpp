#include "delivery/make/known_drawings.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace rucola::delivery {

double KnownDrawings::Entry::expected(std::int64_t of_pixels) const {
  const double times =
      static_cast<double>(of_pixels) / static_cast<double>(std::max<std::int64_t>(1, pixels));
  return took * (times > 1 ? times * times : std::sqrt(times));
}

bool KnownDrawings::are_quick(const render::Plan& plan, Files files) {
  const auto drawn = render::drawn_by(plan, files);
  if (drawn.empty()) return true;
  double expected = 0;
  const Lock lock(mutex_);
  for (const render::Drawn& drawing : drawn) {
    const auto found = entries_.find(name_of(drawing, files));
    if (found == entries_.end()) return false;
    expected += found->second->expected(drawing.pixels);
  }
  return expected < static_cast<double>(quick.count());
}

void KnownDrawings::note(const render::Plan& plan, Files files, std::chrono::milliseconds took,
                         render::Cost beside_drawings) {
  const auto all_drawn = render::drawn_by(plan, files);
  const bool is_its_own = all_drawn.size() == 1 && beside_drawings < render::heavy_from;
  if (!is_its_own && took >= quick) return;  // who knows what of it took so long
  const auto milliseconds = static_cast<double>(took.count());
  const Lock lock(mutex_);
  for (const render::Drawn& drawn : all_drawn) {
    if (!drawn.changes.empty()) continue;
    auto found = entries_.find(name_of(drawn, files));
    if (found == entries_.end()) {
      by_use_.push_back({.name = name_of(drawn, files), .pixels = drawn.pixels, .took = milliseconds});
      entries_.emplace(by_use_.back().name, std::prev(by_use_.end()));
    } else {
      by_use_.splice(by_use_.end(), by_use_, found->second);
      Entry& entry = by_use_.back();
      if (!is_its_own && milliseconds >= entry.expected(drawn.pixels)) continue;
      if (drawn.pixels >= entry.pixels || milliseconds > entry.expected(drawn.pixels))
        entry = {.name = std::move(entry.name), .pixels = drawn.pixels, .took = milliseconds};
    }
    if (entries_.size() > most_entries) {
      entries_.erase(by_use_.front().name);
      by_use_.pop_front();
    }
  }
}

std::string KnownDrawings::name_of(const render::Drawn& drawn, Files files) {
  return files[static_cast<std::size_t>(drawn.file)].sha256 + ' ' + part_of(drawn);
}

}  // namespace rucola::delivery
