#include "delivery/look_up/stored_hash.h"

#include "base/logged_text.h"
#include "catalog/damaged_rows.h"
#include "catalog/names.h"

namespace rucola::delivery {
namespace {

void report(std::string_view table, const std::string& row, const std::string& hash) {
  catalog::report_damaged_row(table, row, "Its hash, \"" + hash + "\", is none.");
}

}  // namespace

Result<std::string> stored_hash(const catalog::Alias& alias) {
  if (catalog::is_full_hash(alias.hash)) return alias.hash;
  report("aliases", alias.organization + "/" + alias.name, alias.hash);
  return fail(ErrorCode::internal, "The alias \"" + alias.name + "\" is damaged; put it anew.");
}

Result<std::string> stored_hash_of_remote(const std::string& organization, const std::string& url,
                                          const std::string& hash) {
  if (catalog::is_full_hash(hash)) return hash;
  report("remote_images", organization + "/" + logged_text(url), hash);
  return fail(
      ErrorCode::internal,
      "What the server knows of this image of another server is damaged; the server's log says more.");
}

}  // namespace rucola::delivery
