#include "storage/catalog/ports/expiry.h"

#include <utility>

namespace rucola::storage {

Result<void> SqliteExpiry::each_waiting(const std::function<void(std::string_view sha256)>& visit) {
  constexpr std::int64_t piece = 1000;
  for (std::string last;;) {
    const auto files = waiting_files(catalog::SeenTime::max(), last, piece);
    if (!files) return std::unexpected(files.error());
    for (const std::string& file : *files)
      visit(file);
    if (std::cmp_less(files->size(), piece)) return {};
    last = files->back();
  }
}

}  // namespace rucola::storage
