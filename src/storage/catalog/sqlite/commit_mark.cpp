#include "storage/catalog/sqlite/commit_mark.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "storage/catalog/sqlite/database_failure.h"
#include "storage/durable_folders.h"

namespace rucola::storage {
namespace {

constexpr std::uint64_t kind = 0x7275'636F'6D61'726B;  ///< whose file it is
constexpr std::chrono::seconds sync_every{1};

/// FNV-1a.
std::uint64_t digest(std::string_view bytes) {
  std::uint64_t sum = 0xcbf2'9ce4'8422'2325;
  for (const char byte : bytes)
    sum = (sum ^ static_cast<unsigned char>(byte)) * 0x100'0000'01b3;
  return sum;
}

std::uint64_t epoch_of(Connection& connection) {
  Query row = connection.query("SELECT epoch FROM feed");
  return row.step() ? digest(row.view(0)) : 0;
}

/// For as long as it lives: what one process compares and writes, another does not compare meanwhile.
class OneAtATime {
 public:
  explicit OneAtATime(const UniqueFd& file) : file_(file.get()) {
    while (::flock(file_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  OneAtATime(const OneAtATime&) = delete;
  OneAtATime& operator=(const OneAtATime&) = delete;
  ~OneAtATime() { ::flock(file_, LOCK_UN); }

 private:
  int file_;
};

/// What the feed has counted, and what was numbered: neither ever becomes less.
std::int64_t counted(Connection& connection) {
  Query row = connection.query(
      "SELECT (SELECT coalesce(sum(seq), 0) FROM sqlite_sequence) + (SELECT coalesce(sum(commits), 0) FROM "
      "feed)");
  return row.step() ? row.integer(0) : 0;
}

std::filesystem::path mark_file(const std::filesystem::path& database) {
  return database.string() + "-commits";
}

std::filesystem::path losses_file(const std::filesystem::path& database) {
  return database.string() + "-lost";
}

/// Root, who may examine a data folder, leaves no file in it that its server can't open. SQLite does the
/// same.
UniqueFd open_as_the_owner_of(const std::filesystem::path& database, const std::string& file, int flags) {
  UniqueFd fd(::open(file.c_str(), flags | O_CREAT | O_CLOEXEC, 0600));
  struct stat owner{};
  if (fd && ::geteuid() == 0 && ::stat(database.c_str(), &owner) == 0 &&
      ::fchown(fd.get(), owner.st_uid, owner.st_gid) != 0) {
    log::warning("file_not_given_to_owner", {{"file", file}, {"error", std::strerror(errno)}});
  }
  return fd;
}

/// False where it could not be kept.
bool append(const std::filesystem::path& database, const std::string& line) {
  const std::filesystem::path file = losses_file(database);
  const UniqueFd fd = open_as_the_owner_of(database, file, O_WRONLY | O_APPEND);
  const std::string text = line + "\n";
  const bool written = fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (!written || ::fsync(fd.get()) != 0 || !sync_to_disk(file.parent_path())) {
    log::error("catalog_loss_not_noted", {{"file", file.string()}, {"error", std::strerror(errno)}});
    return false;
  }
  return true;
}

/// A file that is there says of a loss, also where it says no more than that.
std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  std::error_code unknown;
  if (!std::filesystem::exists(std::filesystem::symlink_status(file, unknown))) return lines;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  if (lines.empty())
    lines.push_back("Changes are missing; " + file.filename().string() +
                    ", which says of them, can't be read.");
  return lines;
}

std::string not_comparable(const std::filesystem::path& database) {
  return "When the catalog was opened, it could not be compared with a mark of its last commit (" +
         mark_file(database).filename().string() +
         "): whether changes that had been acknowledged are missing can't be told.";
}

}  // namespace

struct CommitMark::Record {
  std::uint64_t kind = 0;
  std::uint64_t epoch = 0;
  std::int64_t count = 0;
  std::uint64_t salts = 0;
  std::uint64_t frames = 0;
  std::uint64_t check = 0;  ///< of all before it

  [[nodiscard]] std::uint64_t digest_of_all() const {
    return digest({reinterpret_cast<const char*>(this), sizeof(Record) - sizeof(check)});
  }
};

namespace {

std::string all_missing(const std::filesystem::path& database, std::int64_t count) {
  const std::string name = database.filename().string();
  return "All changes of the catalog " + name +
         " that had been acknowledged are missing (it had counted to " + std::to_string(count) +
         "): they were in its write-ahead log " + name + "-wal alone, which was lost or damaged.";
}

template <class Record>
std::optional<std::string> missing_in(const std::filesystem::path& database, const Record& mark,
                                      std::int64_t count, const std::optional<LogPosition>& log) {
  const std::string name = database.filename().string();
  if (count < mark.count) {
    return "Changes of the catalog " + name + " that had been acknowledged are missing (it had counted to " +
           std::to_string(mark.count) + ", and is at " + std::to_string(count) + "): its write-ahead log " +
           name + "-wal was lost or damaged, or an older copy was put in its place.";
  }
  if (log && log->salts == mark.salts && log->frames < mark.frames) {
    return "Changes of the catalog " + name +
           " that had been acknowledged are missing: the end of its write-ahead log was damaged, " +
           std::to_string(mark.frames - log->frames) + " of " + std::to_string(mark.frames) + " pages.";
  }
  return std::nullopt;
}

}  // namespace

CommitMark::CommitMark(const std::filesystem::path& database, Connection& connection,
                       const CommitWatch& watch, Was before)
    : watch_(watch), database_(database), file_(open_as_the_owner_of(database, mark_file(database), O_RDWR)) {
  if (!file_) {
    failed_ = errno;
    log::warning("commits_not_marked", {{"error", std::strerror(failed_)}});
  } else {
    compare_if_it_can_be_read(connection, before);
  }
  std::ranges::move(lines_of(losses_file(database)), std::back_inserter(losses_));
  if (!file_) return;
  syncing_ = std::jthread([this](const std::stop_token& stop) { sync_now_and_then(stop); });
  pthread_setname_np(syncing_.native_handle(), "commit-mark");
}

/// A catalog that is damaged is to be examined all the same.
void CommitMark::compare_if_it_can_be_read(Connection& connection, Was before) {
  const OneAtATime lock(file_);
  try {
    compare(connection, before);
  } catch (const DatabaseFailure& failure) {
    was_unmarked_ = true;
    log::warning("commits_not_marked", {{"error", failure.what()}});
  }
}

/// The mark first: what it names was committed before, so the catalog, which is read after it, has it.
void CommitMark::compare(Connection& connection, Was before) {
  const std::optional<Record> mark = read(file_);
  epoch_ = epoch_of(connection);
  const std::int64_t here = counted(connection);
  const std::optional<LogPosition> log = watch_.position();
  const bool is_ours = mark && mark->epoch == epoch_;
  std::optional<std::string> missing;
  if (is_ours) {
    missing = missing_in(database_, *mark, here, log);
  } else if (mark && before == Was::a_file_without_tables) {
    missing = all_missing(database_, mark->count);
  } else {
    was_unmarked_ = before == Was::a_catalog;
  }
  if (missing) {
    log::error("catalog_lost_changes", {{"what", *missing}});
    const std::string line = format_rfc3339(now()) + " " + *missing;
    if (!append(database_, line)) losses_.push_back(line);
  }
  if (missing || !is_ours) write(here, log);
}

std::vector<std::string> CommitMark::unmarked() const {
  const std::string name = mark_file(database_).filename().string();
  std::vector<std::string> why;
  if (was_unmarked_) why.push_back(not_comparable(database_));
  struct stat status{};
  if (const int error = failed_; error != 0) {
    why.push_back("Its last commit can't be marked in " + name + " (" + std::strerror(error) +
                  "): if its write-ahead log is lost, nobody will be told.");
  } else if (::fstat(file_.get(), &status) != 0 || status.st_nlink == 0) {
    why.push_back(
        "The mark of its last commit, " + name +
        ", was removed while the server runs: if its write-ahead log is lost, nobody will be told.");
  }
  return why;
}

std::int64_t CommitMark::count(Connection& connection) {
  connection.run("UPDATE feed SET commits = commits + 1");
  return counted(connection);
}

CommitMark::Examined CommitMark::examine(const std::filesystem::path& database, Connection& connection) {
  Examined found{.losses = lines_of(losses_file(database))};
  const UniqueFd file(::open(mark_file(database).c_str(), O_RDONLY | O_CLOEXEC));
  const std::optional<Record> mark = file ? read(file) : std::nullopt;  // before the catalog, as in compare()
  if (!mark || mark->epoch != epoch_of(connection)) {
    found.unmarked.push_back(not_comparable(database));
    return found;
  }
  // A loss that a server has found before it is among the lines, and its mark was written anew.
  if (const auto missing = missing_in(database, *mark, counted(connection), std::nullopt))
    found.losses.push_back(*missing);
  return found;
}

std::optional<CommitMark::Record> CommitMark::read(const UniqueFd& file) {
  Record record;
  if (::pread(file.get(), &record, sizeof record, 0) != sizeof record) return std::nullopt;
  if (record.kind != kind || record.check != record.digest_of_all()) return std::nullopt;
  return record;
}

void CommitMark::note(std::int64_t count) noexcept {
  if (!file_) return;
  write(count, watch_.position());
  if (unsynced_.exchange(true)) return;
  const Lock lock(mutex_);  // or it could fall between the look and the wait
  wake_.notify_one();
}

/// One page of one file: the kernel does not mix what two processes write.
void CommitMark::write(std::int64_t count, const std::optional<LogPosition>& position) noexcept {
  Record record{.kind = kind, .epoch = epoch_, .count = count};
  if (position) {
    record.salts = position->salts;
    record.frames = position->frames;
  }
  record.check = record.digest_of_all();
  const ssize_t written = ::pwrite(file_.get(), &record, sizeof record, 0);
  const bool whole = std::cmp_equal(written, sizeof record);
  const int error = whole ? 0 : written < 0 ? errno : ENOSPC;
  if (failed_.exchange(error) == 0 && error != 0)
    log::warning("commits_not_marked", {{"error", std::strerror(error)}});
}

void CommitMark::sync_now_and_then(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] {
    const Lock lock(mutex_);
    wake_.notify_one();
  });
  Lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait(lock, [&] { return stop.stop_requested() || unsynced_.load(); });
    if (wake_.wait_for(lock, sync_every, [&] { return stop.stop_requested(); })) return;
    lock.unlock();
    unsynced_ = false;
    static_cast<void>(::fdatasync(file_.get()));  // where it fails, the mark lags behind
    lock.lock();
  }
}

}  // namespace rucola::storage
