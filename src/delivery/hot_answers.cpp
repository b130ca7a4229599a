#include "delivery/hot_answers.h"

namespace rucola::delivery {

HotAnswers::HotAnswers(std::size_t lanes, std::int64_t bytes)
    : bytes_per_lane_(bytes / static_cast<std::int64_t>(lanes)), lanes_(lanes) {}

std::shared_ptr<const message::Response> HotAnswers::find(std::size_t lane_number, std::string_view key,
                                                          std::uint64_t generation) {
  Lane& lane = lanes_.at(lane_number);
  const std::lock_guard lock(lane.mutex);
  const auto found = lane.by_key.find(key);
  if (found == lane.by_key.end()) return nullptr;
  const auto entry = found->second;
  if (entry->generation != generation || (entry->superseded && entry->superseded->load())) {
    lane.erase(entry);
    return nullptr;
  }
  lane.entries.splice(lane.entries.begin(), lane.entries, entry);
  return entry->response;
}

void HotAnswers::insert(std::size_t lane_number, std::string key, std::uint64_t generation,
                        std::shared_ptr<const message::Response> response, Superseded superseded) {
  constexpr std::int64_t bookkeeping = 1024;  // headers, list and map nodes, roughly
  const std::int64_t bytes = response->body_bytes() + static_cast<std::int64_t>(key.size()) + bookkeeping;
  if (bytes > bytes_per_lane_ / 8) return;
  Lane& lane = lanes_.at(lane_number);
  const std::lock_guard lock(lane.mutex);
  if (const auto old = lane.by_key.find(key); old != lane.by_key.end()) lane.erase(old->second);
  lane.entries.push_front({std::move(key), generation, std::move(response), std::move(superseded), bytes});
  lane.by_key.emplace(lane.entries.front().key, lane.entries.begin());
  lane.bytes += bytes;
  while (lane.bytes > bytes_per_lane_)
    lane.erase(std::prev(lane.entries.end()));
}

void HotAnswers::Lane::erase(std::list<Entry>::iterator entry) {
  bytes -= entry->bytes;
  by_key.erase(entry->key);
  entries.erase(entry);
}

}  // namespace rucola::delivery
