#include "storage/catalog/sqlite/inspection.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <pthread.h>

#include "base/log.h"
#include "storage/catalog/sqlite/connection.h"
#include "storage/catalog/sqlite/database_failure.h"

namespace rucola::storage {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Between two looks, whatever they take.
constexpr milliseconds shortest_pause{2'000};
constexpr int rest_for_each_look = 20;

/// What the structure of its pages says; a thorough look, which takes ten times as long, compares indices and
/// tables, too. Nothing where nothing is wrong. Throws DatabaseFailure.
std::optional<std::string> damage_in(Connection& connection, bool thorough) {
  std::optional<std::string> found;
  Query row =
      thorough ? connection.query("PRAGMA integrity_check(5)") : connection.query("PRAGMA quick_check(5)");
  while (row.step()) {
    if (row.view(0) == "ok") continue;
    found = found ? *found + "; " + row.text(0) : row.text(0);
  }
  return found;
}

}  // namespace

void Inspection::begin(milliseconds patience) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  pthread_setname_np(thread_.native_handle(), "inspection");
  Lock lock(mutex_);
  changed_.wait_for(lock, patience, [this]() REQUIRES(mutex_) { return looked_; });
}

void Inspection::met(std::string_view what) noexcept {
  try {
    const Lock lock(mutex_);
    if (damage_) return;
    log::error("catalog_damaged", {{"what", what}, {"advice", "rucola doctor"}});
    damage_ = what;
    damaged_at_ = watch_.value();
    changed_.notify_all();
  } catch (const std::exception& error) {
    log::error("catalog_damage_not_noted", {{"error", error.what()}});
  }
}

void Inspection::look_again() {
  const Lock lock(mutex_);
  unknown_ = true;
  changed_.notify_all();
}

std::optional<std::string> Inspection::damage() const {
  const Lock lock(mutex_);
  return damage_;
}

void Inspection::run(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] {
    const Lock lock(mutex_);
    changed_.notify_all();
  });
  for (;;) {
    const Clock::time_point begun = Clock::now();
    look(stop);
    const auto taken = std::chrono::ceil<milliseconds>(Clock::now() - begun);
    if (!wait_for_reason(stop, std::max(shortest_pause, taken * rest_for_each_look))) return;
  }
}

/// False: the end has come.
bool Inspection::wait_for_reason(const std::stop_token& stop, milliseconds pause) {
  Lock lock(mutex_);
  for (Clock::time_point rested = Clock::now() + pause;; rested = Clock::now() + pause) {
    changed_.wait(
        lock, [&]() REQUIRES(mutex_) { return stop.stop_requested() || damage_.has_value() || unknown_; });
    changed_.wait_until(lock, rested, [&] { return stop.stop_requested(); });
    if (stop.stop_requested()) return false;
    if (unknown_ || watch_.value() != damaged_at_) break;
  }
  unknown_ = false;
  return true;
}

void Inspection::look(const std::stop_token& stop) {
  const std::uint64_t bell = watch_.value();   // first: a commit meanwhile is a reason to look again
  const bool thorough = damage().has_value();  // what is known is not taken back for less
  try {
    Connection connection(file_, Connection::Use::read, &waits_);
    // While one statement is under way, SQLite remembers that it was interrupted until the next one begins.
    Query under_way = connection.query("SELECT 1 FROM sqlite_schema");
    under_way.step();
    const std::stop_callback interrupt(stop, [&] { sqlite3_interrupt(connection.handle()); });
    note(damage_in(connection, thorough), bell, thorough);
  } catch (const DatabaseFailure& failure) {
    if (failure.means_damage()) {
      note(failure.what(), bell, thorough);
    } else if (!stop.stop_requested()) {
      log::warning("catalog_not_inspected", {{"error", failure.what()}});
    }
  } catch (const std::exception& error) {
    log::warning("catalog_not_inspected", {{"error", error.what()}});
  }
  const Lock lock(mutex_);
  looked_ = true;
  changed_.notify_all();
}

void Inspection::note(std::optional<std::string> found, std::uint64_t bell, bool thorough) {
  if (found) log::error("catalog_damaged", {{"what", *found}, {"advice", "rucola doctor"}});
  const Lock lock(mutex_);
  if (!found && !thorough) return;  // a statement may have met some meanwhile
  if (!found) log::warning("catalog_sound_again");
  damage_ = std::move(found);
  damaged_at_ = bell;
}

}  // namespace rucola::storage
