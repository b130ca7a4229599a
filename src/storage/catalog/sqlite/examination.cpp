#include "storage/catalog/sqlite/examination.h"

#include <string_view>
#include <system_error>

#include <sys/stat.h>

#include "storage/catalog/sqlite/database_failure.h"

namespace rucola::storage {
namespace {

std::filesystem::path log_of(const std::filesystem::path& database) {
  return database.string() + "-wal";
}

std::filesystem::path index_of(const std::filesystem::path& database) {
  return database.string() + "-shm";
}

bool is_there(const std::filesystem::path& file) {
  std::error_code unknown;
  return std::filesystem::exists(file, unknown);
}

/// A path may hold what means something else in a URI.
std::string escaped(std::string_view path) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr unsigned half = 4;
  std::string text;
  for (const char each : path) {
    if (each != '?' && each != '#' && each != '%') {
      text += each;
      continue;
    }
    const auto byte = static_cast<unsigned char>(each);
    text.append("%").append(1, digits.at(byte >> half)).append(1, digits.at(byte & 0xFU));
  }
  return text;
}

}  // namespace

WayIn way_in(const std::filesystem::path& database) {
  if (!is_there(log_of(database))) return WayIn::no_log;
  return is_there(index_of(database)) ? WayIn::log_and_index : WayIn::log_alone;
}

std::string uri_of(const std::filesystem::path& database, WayIn way) {
  const std::string file = "file:" + escaped(std::filesystem::absolute(database).string());
  switch (way) {
    case WayIn::log_and_index:
      return file + "?mode=ro&readonly_shm=1";
    case WayIn::log_alone:
      return file + "?mode=ro";
    case WayIn::no_log:
      break;
  }
  return file + "?mode=ro&immutable=1";
}

Undisturbed::Undisturbed(const std::filesystem::path& database)
    : database_(database), has_locks_(way_in(database) == WayIn::log_and_index), before_(look()) {}

void Undisturbed::check() const {
  if (has_locks_ || look() == before_) return;
  throw DatabaseFailure::refusal("another program began to use it while it was read; try again");
}

Undisturbed::States Undisturbed::look() const {
  const std::array<std::filesystem::path, files> paths{database_, log_of(database_), index_of(database_)};
  States states;
  for (std::size_t i = 0; i < files; ++i) {
    struct stat status{};
    if (::stat(paths.at(i).c_str(), &status) != 0) continue;
    states.at(i) = State{.number = status.st_ino,
                         .bytes = status.st_size,
                         .seconds = status.st_mtim.tv_sec,
                         .nanoseconds = status.st_mtim.tv_nsec};
  }
  return states;
}

}  // namespace rucola::storage
