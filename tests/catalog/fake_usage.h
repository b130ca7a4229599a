// Of what was delivered, the bytes that it was told of; of what is stored, nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "catalog/usage.h"

namespace rucola::catalog {

class FakeUsage final : public Usage {
 public:
  Result<void> add_traffic(const std::vector<NewTraffic>& traffic) override {
    const Lock lock(mutex_);
    ++calls_;
    told_.notify_all();
    if (fails) return fail(ErrorCode::overloaded, "It is locked.");
    for (const NewTraffic& one : traffic)
      bytes_[one.organization] += one.traffic.bytes;
    return {};
  }
  Result<UsageByDay> by_day(std::string_view /*organization*/, const Days& /*days*/) override {
    return UsageByDay{};
  }

  std::map<std::string, std::int64_t> bytes() {
    const Lock lock(mutex_);
    return bytes_;
  }
  int calls() {
    const Lock lock(mutex_);
    return calls_;
  }
  void wait_for(std::string_view organization, std::int64_t bytes) {
    Lock lock(mutex_);
    told_.wait(lock, [&] { return bytes_[std::string(organization)] >= bytes; });
  }

  std::atomic<bool> fails = false;

 private:
  Mutex mutex_;
  Condition told_;
  std::map<std::string, std::int64_t> bytes_;
  int calls_ = 0;
};

}  // namespace rucola::catalog
