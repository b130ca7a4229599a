#include "http/body_budget.h"

namespace rucola::http {

bool BodyBudget::fits(const Shares& shares, const std::string& owner, std::int64_t bytes) const {
  if (owner.empty()) return true;
  const auto own = shares.find(owner);
  return (own == shares.end() ? 0 : own->second) + bytes <= limits_.bytes_per_owner;
}

std::expected<BodyBudget::Ticket, BodyBudget::Refusal> BodyBudget::reserve(Owners owners,
                                                                           std::int64_t bytes) {
  const Lock lock(mutex_);
  if (!fits(organizations_, owners.organization, bytes) || !fits(addresses_, owners.address, bytes))
    return std::unexpected(Refusal::share_full);
  if (taken_ + bytes > limits_.bytes) return std::unexpected(Refusal::full);
  taken_ += bytes;
  take(organizations_, owners.organization, bytes);
  take(addresses_, owners.address, bytes);
  return Ticket(*this, std::move(owners), bytes);
}

void BodyBudget::give_back(const Owners& owners, std::int64_t bytes) {
  const Lock lock(mutex_);
  taken_ -= bytes;
  release(organizations_, owners.organization, bytes);
  release(addresses_, owners.address, bytes);
}

void BodyBudget::take(Shares& shares, const std::string& owner, std::int64_t bytes) {
  if (!owner.empty()) shares[owner] += bytes;
}

void BodyBudget::release(Shares& shares, const std::string& owner, std::int64_t bytes) {
  const auto own = shares.find(owner);
  if (own == shares.end()) return;  // nobody's
  own->second -= bytes;
  if (own->second == 0) shares.erase(own);
}

}  // namespace rucola::http
