#include "catalog/expiry_settings.h"

namespace rucola::catalog {

void describe(config::Table& table, ExpirySettings& settings) {
  static constexpr config::Range days{0, 36'500};
  auto section = table.section("expiry");
  section.integer(
      "deleted_images_days", settings.deleted_images_days, days, "days",
      "For how long a deleted image can be restored. Then it is gone for good, and a day later its original "
      "too, where no other image is of the same file. Days count while a server runs on the data folder. "
      "0 = for ever: nothing is removed.");
  section.reloads();
  section.integer(
      "previews_days", settings.previews_days, days, "days",
      "After how long a stack whose name starts with _preview is deleted, if nobody puts it again. "
      "Days count as above. 0 = never.");
  section.reloads();
}

}  // namespace rucola::catalog
