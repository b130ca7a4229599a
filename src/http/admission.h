// Counts what must stay bounded over all event loops: connections in all and from one address, and the memory
// of bodies that are being read.
//
// Threads: every function may be called from any thread; the lock is taken when a connection opens or closes,
// never for a request on an open one. Ownership: tickets point to the Admission, which must outlive them.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include "http/network_address.h"

namespace rucola::http {

class Admission {
 public:
  enum class Verdict { admitted, full, address_full };

  struct Limits {
    std::int64_t connections;
    std::int64_t per_address;
    std::int64_t body_bytes;
  };

  /// Gives back what was taken.
  class BodyTicket {
   public:
    BodyTicket() = default;
    BodyTicket(BodyTicket&& other) noexcept
        : admission_(std::exchange(other.admission_, nullptr)), bytes_(other.bytes_) {}
    BodyTicket& operator=(BodyTicket&& other) noexcept {
      std::swap(admission_, other.admission_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~BodyTicket();
    explicit operator bool() const { return admission_ != nullptr; }

   private:
    friend class Admission;
    BodyTicket(Admission* admission, std::int64_t bytes) : admission_(admission), bytes_(bytes) {}
    Admission* admission_ = nullptr;
    std::int64_t bytes_ = 0;
  };

  explicit Admission(Limits limits) : limits_(limits) {}

  /// An exempt address (a trusted proxy) counts in all, but not for itself. Whoever was admitted calls
  /// release() once, with the same values.
  Verdict admit(const NetworkAddress& client, bool exempt);
  void release(const NetworkAddress& client, bool exempt);

  /// False in its boolean sense where `bytes` more would be too much.
  BodyTicket reserve_body(std::int64_t bytes);

 private:
  const Limits limits_;
  std::atomic<std::int64_t> body_bytes_{0};
  std::mutex mutex_;
  std::int64_t connections_ = 0;                        // guarded by mutex_
  std::map<NetworkAddress, std::int64_t> per_address_;  // guarded by mutex_
};

}  // namespace rucola::http
