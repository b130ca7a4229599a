// catalog::Expiry over SQLite: a transaction, or a reader, around the SQL of ../sqlite/expiry.h.
//
// Threads, ownership and errors: those of the database, which outlives it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/expiry.h"
#include "storage/catalog/sqlite/database.h"
#include "storage/catalog/sqlite/expiry.h"

namespace rucola::storage {

class SqliteExpiry final : public catalog::Expiry {
 public:
  explicit SqliteExpiry(Database& database) : database_(database) {}

  Result<catalog::SeenTime> look_at_clock(Time now) override {
    return database_.write(
        [&](Connection& c) -> Result<catalog::SeenTime> { return expiry::look_at_clock(c, now); });
  }
  Result<catalog::Removed> remove_images(catalog::SeenTime deleted_before, std::int64_t most) override {
    return database_.write([&](Connection& c) -> Result<catalog::Removed> {
      return expiry::remove_images(c, deleted_before, most);
    });
  }
  Result<catalog::Removed> remove_previews(catalog::SeenTime put_before, std::int64_t most) override {
    return database_.write([&](Connection& c) -> Result<catalog::Removed> {
      return expiry::remove_previews(c, put_before, most);
    });
  }
  Result<std::vector<std::string>> waiting_files(catalog::SeenTime since_before, std::string_view after,
                                                 std::int64_t most) override {
    return database_.read([&](Connection& c) -> Result<std::vector<std::string>> {
      return expiry::waiting_files(c, since_before, after, most);
    });
  }
  Result<bool> is_wanted(std::string_view sha256) override {
    return database_.read([&](Connection& c) -> Result<bool> { return expiry::is_wanted(c, sha256); });
  }
  Result<void> wait_no_more(const std::vector<std::string>& files, catalog::SeenTime since_before) override {
    return database_.write([&](Connection& c) -> Result<void> {
      expiry::wait_no_more(c, files, since_before);
      return {};
    });
  }
  Result<void> each_waiting(const std::function<void(std::string_view sha256)>& visit) override;

 private:
  Database& database_;
};

}  // namespace rucola::storage
