#include "storage/catalog/sqlite/inspection.h"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include <pthread.h>
#include <sys/resource.h>

#include "base/log.h"
#include "storage/catalog/sqlite/database_failure.h"

namespace rucola::storage {
namespace {

using std::chrono::milliseconds;

/// Between two looks, whatever they take.
constexpr milliseconds shortest_pause{2'000};
constexpr int rest_for_each_look = 20;

/// The thread, to all others: it gets a tenth of what one gets that has something to do as well.
void give_way() {
  constexpr int niceness = 10;
  ::setpriority(PRIO_PROCESS, 0, niceness);
}

/// The first of what one of SQLite's checks says; nothing where nothing is wrong. Throws DatabaseFailure.
std::optional<std::string> damage_in(Query row) {
  constexpr int most = 5;
  std::optional<std::string> found;
  for (int said = 0; said < most && row.step();) {
    if (row.view(0) == "ok") continue;
    found = found ? *found + "; " + row.text(0) : row.text(0);
    ++said;
  }
  return found;
}

std::optional<std::string> damage_of_pages(Connection& connection) {
  return damage_in(connection.query("PRAGMA quick_check(5)"));
}

std::optional<std::string> damage_of_pages_and_indexes(Connection& connection) {
  return damage_in(connection.query("PRAGMA integrity_check(5)"));
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
  Clock::time_point compare_from;  // at once
  for (Reason reason = Reason::look; reason != Reason::end;) {
    const bool compares = reason == Reason::compare;
    const Clock::time_point begun = Clock::now();
    compares ? compare(stop) : look(stop);
    const Clock::time_point ended = Clock::now();
    const auto rest = std::max<Clock::duration>(shortest_pause, (ended - begun) * rest_for_each_look);
    if (compares) compare_from = ended + rest;
    reason = compares ? wait_for_reason(stop, shortest_pause, {}) : wait_for_reason(stop, rest, compare_from);
  }
}

/// `rest` passes before another look; where nothing is to be compared, it is when a look was had.
Inspection::Reason Inspection::wait_for_reason(const std::stop_token& stop, Clock::duration rest,
                                               std::optional<Clock::time_point> compare_from) {
  Lock lock(mutex_);
  const auto called = [&]() REQUIRES(mutex_) {
    return stop.stop_requested() || damage_.has_value() || unknown_;
  };
  for (Clock::time_point rested = Clock::now() + rest;; rested = Clock::now() + rest) {
    if (!compare_from) {
      changed_.wait(lock, called);
    } else if (!changed_.wait_until(lock, *compare_from, called)) {
      return Reason::compare;
    }
    changed_.wait_until(lock, rested, [&] { return stop.stop_requested(); });
    if (stop.stop_requested()) return Reason::end;
    if (unknown_ || watch_.value() != damaged_at_) break;
  }
  unknown_ = false;
  return Reason::look;
}

void Inspection::look(const std::stop_token& stop) {
  const bool thorough = damage().has_value();  // what is known is not taken back for less
  search(stop, thorough, thorough ? damage_of_pages_and_indexes : damage_of_pages);
  const Lock lock(mutex_);
  looked_ = true;
  changed_.notify_all();
}

void Inspection::compare(const std::stop_token& stop) {
  give_way();
  std::vector<std::string> tables;
  search(stop, false, [&](Connection& connection) -> std::optional<std::string> {
    Query row = connection.query(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'");
    while (row.step())
      tables.push_back(row.text(0));
    return {};
  });
  for (const std::string& table : tables) {
    if (stop.stop_requested() || damage()) return;
    search(stop, false, [&](Connection& connection) {
      return damage_in(connection.query("SELECT integrity_check FROM pragma_integrity_check(?1)",
                                        std::string_view(table)));
    });
  }
}

/// In one snapshot.
void Inspection::search(const std::stop_token& stop, bool thorough, const Search& damage_in) {
  const std::uint64_t bell = watch_.value();  // first: a commit meanwhile is a reason to look again
  try {
    Connection connection(file_, Connection::Use::read, &waits_);
    // While one statement is under way, SQLite remembers that it was interrupted until the next one begins.
    Query under_way = connection.query("SELECT 1 FROM sqlite_schema");
    under_way.step();
    const std::stop_callback interrupt(stop, [&] { sqlite3_interrupt(connection.handle()); });
    note(damage_in(connection), bell, thorough);
  } catch (const DatabaseFailure& failure) {
    if (failure.means_damage()) {
      note(failure.what(), bell, thorough);
    } else if (!stop.stop_requested()) {
      log::warning("catalog_not_inspected", {{"error", failure.what()}});
    }
  } catch (const std::exception& error) {
    log::warning("catalog_not_inspected", {{"error", error.what()}});
  }
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
