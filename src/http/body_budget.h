// Memory for bodies of one kind that are being read, or made: so much in all, and of it a share for each
// organization and for each client's address, so that nobody's slow uploads use what others need.
//
// Threads: every function may be called from any thread; the lock is held for a few look-ups. Ownership:
// tickets point to the budget, which must outlive them. Bounds: an entry an organization or address that has
// a body under way.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <utility>

#include "base/mutex.h"

namespace rucola::http {

class BodyBudget {
 public:
  struct Limits {
    std::int64_t bytes;            ///< in all
    std::int64_t bytes_per_owner;  ///< of one organization, and of one address
  };

  /// Whose body it is. Empty: nobody's, and then no share of it is taken.
  struct Owners {
    std::string organization;
    std::string address;
  };

  enum class Refusal { full, share_full };

  /// Gives back what was taken.
  class Ticket {
   public:
    Ticket(BodyBudget& budget, Owners owners, std::int64_t bytes)
        : budget_(&budget), owners_(std::move(owners)), bytes_(bytes) {}
    Ticket(Ticket&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)),
          owners_(std::move(other.owners_)),
          bytes_(other.bytes_) {}
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket() {
      if (budget_ != nullptr) budget_->give_back(owners_, bytes_);
    }

   private:
    BodyBudget* budget_;
    Owners owners_;
    std::int64_t bytes_;
  };

  explicit BodyBudget(Limits limits) : limits_(limits) {}
  BodyBudget(const BodyBudget&) = delete;
  BodyBudget& operator=(const BodyBudget&) = delete;
  ~BodyBudget() = default;

  std::expected<Ticket, Refusal> reserve(Owners owners, std::int64_t bytes);

 private:
  using Shares = std::map<std::string, std::int64_t, std::less<>>;

  void give_back(const Owners& owners, std::int64_t bytes);
  [[nodiscard]] bool fits(const Shares& shares, const std::string& owner, std::int64_t bytes) const;
  static void take(Shares& shares, const std::string& owner, std::int64_t bytes);
  static void release(Shares& shares, const std::string& owner, std::int64_t bytes);

  const Limits limits_;
  Mutex mutex_;
  std::int64_t taken_ GUARDED_BY(mutex_) = 0;
  Shares organizations_ GUARDED_BY(mutex_);
  Shares addresses_ GUARDED_BY(mutex_);
};

}  // namespace rucola::http
