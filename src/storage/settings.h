// What the storage room lets its operator choose.
#pragma once

#include <cstdint>
#include <string>

#include "base/config.h"

namespace rucola::storage {

struct Settings {
  std::string data = "./data";
  std::int64_t cache_memory_bytes = std::int64_t{256} << 20;
  std::int64_t cache_disk_bytes = std::int64_t{10} << 30;
  std::int64_t cache_disk_reserve_bytes = std::int64_t{256} << 20;
};

/// Sections "storage" and "cache".
void describe(config::Table& table, Settings& settings);

}  // namespace rucola::storage
