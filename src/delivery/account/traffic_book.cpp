#include "delivery/account/traffic_book.h"

#include <exception>
#include <iterator>
#include <utility>

#include "base/log.h"

namespace rucola::delivery {
namespace {

using std::chrono::milliseconds;

milliseconds until_midnight() {
  const Time at = now();
  return std::chrono::ceil<std::chrono::days>(at + milliseconds{1}) - at;
}

void write(TrafficBook& book) {
  if (const auto written = book.write_blocking(); !written)
    log::warning("traffic_not_written", {{"why", written.error().message.text},
                                         {"detail", written.error().detail.text},
                                         {"then", "it is tried again"}});
}

/// The day's last note comes with its end.
RecurringThread::Task writing(TrafficBook& book, milliseconds every) {
  return [&book, every](const RecurringThread::Rest& rest) {
    write(book);
    const milliseconds left = until_midnight();
    if (left < every && rest(left)) write(book);
  };
}

}  // namespace

TrafficBook::TrafficBook(catalog::Usage& usage, milliseconds every)
    : usage_(usage),
      thread_(std::in_place, "traffic", RecurringThread::Times{.first = every, .every = every},
              writing(*this, every)) {}

TrafficBook::~TrafficBook() {
  thread_.reset();
  try {
    write(*this);
  } catch (const std::exception& error) {
    log::warning("traffic_not_written", {{"why", error.what()}});
  }
}

std::shared_ptr<message::TrafficMeter> TrafficBook::meter_of(std::string_view organization) {
  const Lock lock(mutex_);
  auto known = meters_.find(organization);
  if (known == meters_.end())
    known = meters_.emplace(organization, std::make_shared<message::TrafficMeter>()).first;
  return known->second;
}

std::vector<TrafficBook::Taken> TrafficBook::take_all() {
  std::vector<Taken> taken;
  const Lock lock(mutex_);
  const auto day = std::chrono::floor<std::chrono::days>(std::exchange(since_, now()));
  for (auto each = meters_.begin(); each != meters_.end();) {
    const auto& [organization, meter] = *each;
    const bool is_in_use = meter.use_count() > 1;
    const message::Traffic traffic = meter->take();
    if (!traffic.is_none()) {
      taken.push_back({.meter = meter,
                       .traffic = {.organization = organization,
                                   .traffic = {.day = day,
                                               .downloads = traffic.answers,
                                               .bytes = traffic.bytes,
                                               .original_bytes = traffic.original_bytes}}});
    }
    each = is_in_use || !traffic.is_none() ? std::next(each) : meters_.erase(each);
  }
  return taken;
}

Result<void> TrafficBook::write_blocking() {
  const std::vector<Taken> taken = take_all();
  if (taken.empty()) return {};
  std::vector<catalog::NewTraffic> traffic;
  traffic.reserve(taken.size());
  for (const Taken& one : taken)
    traffic.push_back(one.traffic);
  auto written = usage_.add_traffic(traffic);
  if (written) return {};
  for (const auto& [meter, of] : taken) {
    meter->add({.answers = of.traffic.downloads,
                .bytes = of.traffic.bytes,
                .original_bytes = of.traffic.original_bytes});
  }
  return written;
}

}  // namespace rucola::delivery
