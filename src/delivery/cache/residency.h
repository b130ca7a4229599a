// Who holds the bytes of a render in memory: the memory cache, hot answers, or both. What both hold is
// counted once, in the memory cache; hot answers pay only for what they alone keep alive.
//
// Threads: any; one atomic operation a call.
#pragma once

#include <atomic>
#include <cstdint>

namespace rucola::delivery {

class Residency {
 public:
  Residency() = default;
  /// A copy of a render is another render, that nobody holds yet.
  Residency(const Residency& /*other*/) noexcept {}
  Residency& operator=(const Residency&) = delete;
  ~Residency() = default;

  void enter_memory(std::int64_t bytes) {
    if (holders_.fetch_add(memory, std::memory_order_acq_rel) > 0) *account_.load() -= bytes;
  }
  void leave_memory(std::int64_t bytes) {
    if (holders_.fetch_sub(memory, std::memory_order_acq_rel) > memory) *account_.load() += bytes;
  }
  /// `account` counts the bytes that only hot answers hold; it is the same for all of them, and outlives
  /// them.
  void enter_hot(std::int64_t bytes, std::atomic<std::int64_t>& account) {
    account_.store(&account);
    if (holders_.fetch_add(hot, std::memory_order_acq_rel) == 0) account += bytes;
  }
  void leave_hot(std::int64_t bytes) {
    if (holders_.fetch_sub(hot, std::memory_order_acq_rel) == hot) *account_.load() -= bytes;
  }

 private:
  static constexpr std::uint64_t hot = 1;
  static constexpr std::uint64_t memory = std::uint64_t{1} << 32;

  std::atomic<std::uint64_t> holders_ = 0;  ///< hot answers, of which several may have one render, and caches
  std::atomic<std::atomic<std::int64_t>*> account_ = nullptr;
};

}  // namespace rucola::delivery
