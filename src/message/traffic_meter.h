// Counts what is delivered on an organization's account: answers, the bytes of their bodies as they were
// sent, and the bytes of the originals that they were made of.
//
// Threads: any. Each counts in a shard of few threads, so that event loops that send at once share no line of
// the processor's cache: a count costs an addition, no lock.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace rucola::message {

struct Traffic {
  std::int64_t answers = 0;
  std::int64_t bytes = 0;
  std::int64_t original_bytes = 0;  ///< that would have been sent, had the originals been

  [[nodiscard]] bool is_none() const { return answers == 0 && bytes == 0 && original_bytes == 0; }
  friend bool operator==(const Traffic&, const Traffic&) = default;
};

class TrafficMeter {
 public:
  TrafficMeter() = default;
  TrafficMeter(const TrafficMeter&) = delete;
  TrafficMeter& operator=(const TrafficMeter&) = delete;
  ~TrafficMeter() = default;

  void add(const Traffic& traffic) noexcept;
  /// What was added since the last call; everything is taken once.
  Traffic take() noexcept;

 private:
  static constexpr std::size_t cache_line = 64;
  static constexpr std::size_t shards = 8;

  struct alignas(cache_line) Shard {
    std::atomic<std::int64_t> answers{0};
    std::atomic<std::int64_t> bytes{0};
    std::atomic<std::int64_t> original_bytes{0};
  };

  std::array<Shard, shards> shards_;
};

/// On whose account an answer goes.
struct Account {
  std::shared_ptr<TrafficMeter> meter{};  ///< null: nobody's
  std::int64_t original_bytes = 0;        ///< of the file that the whole body was made of
};

}  // namespace rucola::message
