#include "message/traffic_meter.h"

namespace rucola::message {
namespace {

/// Loops are the threads that count most, and are started together: neighbours get different shards.
std::size_t number_of_this_thread() noexcept {
  static std::atomic<std::size_t> threads{0};
  thread_local const std::size_t number = threads.fetch_add(1, std::memory_order_relaxed);
  return number;
}

}  // namespace

void TrafficMeter::add(const Traffic& traffic) noexcept {
  Shard& shard = shards_[number_of_this_thread() % shards];
  shard.answers.fetch_add(traffic.answers, std::memory_order_relaxed);
  shard.bytes.fetch_add(traffic.bytes, std::memory_order_relaxed);
  shard.original_bytes.fetch_add(traffic.original_bytes, std::memory_order_relaxed);
}

Traffic TrafficMeter::take() noexcept {
  Traffic taken;
  for (Shard& shard : shards_) {
    taken.answers += shard.answers.exchange(0, std::memory_order_relaxed);
    taken.bytes += shard.bytes.exchange(0, std::memory_order_relaxed);
    taken.original_bytes += shard.original_bytes.exchange(0, std::memory_order_relaxed);
  }
  return taken;
}

}  // namespace rucola::message
