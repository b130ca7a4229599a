// Fills a catalog with aliases through the store itself, as the API would: a0, a1, a2 …, all pointing at one
// image.
//
//   fill_aliases DATA ORGANIZATION HASH FIRST COUNT     makes a{FIRST} up to, not including, a{COUNT}
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include "storage/catalog/sqlite_store.h"

namespace {

int fill(rucola::catalog::Store& store, const std::string& organization, const std::string& hash,
         std::int64_t first, std::int64_t count) {
  for (std::int64_t i = first; i < count; ++i) {
    const auto put =
        store.aliases().put(organization, "a" + std::to_string(i), hash, rucola::catalog::Overwrite::yes, {});
    if (!put) {
      std::cerr << "fill_aliases: " << put.error().message.text << " " << put.error().detail.text << "\n";
      return EXIT_FAILURE;
    }
  }
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cerr << "usage: fill_aliases DATA ORGANIZATION HASH FIRST COUNT\n";
    return EXIT_FAILURE;
  }
  const auto store = rucola::storage::open_sqlite_store(std::filesystem::path(argv[1]) / "catalog.sqlite");
  if (!store) {
    std::cerr << "fill_aliases: " << store.error().message.text << "\n";
    return EXIT_FAILURE;
  }
  return fill(**store, argv[2], argv[3], std::stoll(argv[4]), std::stoll(argv[5]));
}
