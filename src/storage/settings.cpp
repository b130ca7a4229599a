#include "storage/settings.h"

namespace rucola::storage {

void describe(config::Table& table, Settings& settings) {
  auto storage = table.section("storage");
  storage.text(
      "data", settings.data,
      "Folder for the catalog, the originals and the disk cache; made where it is missing. Back this up.");

  auto cache = table.section("cache");
  constexpr std::int64_t most = std::int64_t{1} << 50;
  cache.bytes("memory_bytes", settings.cache_memory_bytes, {0, most},
              "Memory for finished renders, bookkeeping included. 0 = keep none in memory.");
  cache.reloads();
  cache.bytes(
      "disk_bytes", settings.cache_disk_bytes, {0, most},
      "Disk space for finished renders, in the folder renders/ of the data folder. It can be removed while "
      "the server is stopped. 0 = keep none on disk.");
  cache.reloads();
  cache.bytes(
      "disk_reserve_bytes", settings.cache_disk_reserve_bytes, {0, most},
      "Disk space that finished renders leave free for originals and the catalog, however large disk_bytes "
      "is "
      "and whoever fills the file system: below it the least recently used renders are removed, and where "
      "that is not enough no new ones kept. 0 = renders give way only when the disk is full.");
  cache.reloads();
}

}  // namespace rucola::storage
