#include "delivery/ingest/known_videos.h"

#include <iterator>
#include <optional>

namespace rucola::delivery {

void KnownVideos::note(const std::string& name, const FilmFacts& film, Clock::time_point now) {
  const Lock lock(mutex_);
  if (const auto before = entries_.find(name); before != entries_.end()) {
    by_age_.erase(before->second);
    entries_.erase(before);
  }
  by_age_.push_back({.name = name, .film = film, .until = now + lasts});
  entries_.emplace(name, std::prev(by_age_.end()));
  if (entries_.size() <= most_entries) return;
  entries_.erase(by_age_.front().name);
  by_age_.pop_front();
}

Result<void> KnownVideos::check(const std::string& name, std::int32_t time, Clock::time_point now) {
  std::optional<FilmFacts> film;
  {
    const Lock lock(mutex_);
    const auto found = entries_.find(name);
    if (found != entries_.end() && now < found->second->until) film = found->second->film;
  }
  return film ? check_has_picture(*film, time) : Result<void>();
}

}  // namespace rucola::delivery
