#include "http/admission.h"

namespace rucola::http {

Admission::Verdict Admission::admit(const IpAddress& client, bool exempt) {
  const Lock lock(mutex_);
  if (connections_ >= limits_.connections) return Verdict::full;
  if (!exempt) {
    std::int64_t& own = per_address_[client.client_network()];
    if (own >= limits_.per_address) return Verdict::address_full;
    ++own;
  }
  ++connections_;
  return Verdict::admitted;
}

void Admission::release(const IpAddress& client, bool exempt) {
  const Lock lock(mutex_);
  --connections_;
  if (exempt) return;
  const auto own = per_address_.find(client.client_network());
  if (--own->second == 0) per_address_.erase(own);
}

}  // namespace rucola::http
