// Counts what must stay bounded over all event loops: connections in all and from one address.
//
// Threads: every function may be called from any thread; the lock is taken when a connection opens or closes,
// never for a request on an open one.
#pragma once

#include <cstdint>
#include <map>

#include "base/ip_network.h"
#include "base/mutex.h"

namespace rucola::http {

class Admission {
 public:
  enum class Verdict { admitted, full, address_full };

  struct Limits {
    std::int64_t connections;
    std::int64_t per_address;
  };

  explicit Admission(Limits limits) : limits_(limits) {}

  /// An exempt address (a trusted proxy) counts in all, but not for itself. Whoever was admitted calls
  /// release() once, with the same values.
  Verdict admit(const IpAddress& client, bool exempt);
  void release(const IpAddress& client, bool exempt);

 private:
  const Limits limits_;
  Mutex mutex_;
  std::int64_t connections_ GUARDED_BY(mutex_) = 0;
  std::map<IpAddress, std::int64_t> per_address_ GUARDED_BY(mutex_);
};

}  // namespace rucola::http
