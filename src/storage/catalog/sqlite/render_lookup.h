// The catalog's SQLite adapters of what the render path reads: snapshots, and the feed of changes.
//
// Threads: any. Ownership: borrow the database, which must outlive them.
#pragma once

#include "catalog/changes.h"
#include "catalog/render_lookup.h"
#include "storage/catalog/sqlite/database.h"

namespace rucola::storage {

class SqliteRenderLookup final : public catalog::RenderLookup {
 public:
  explicit SqliteRenderLookup(Database& database) : database_(database) {}
  Result<void> read(const std::function<void(catalog::RenderSnapshot&)>& look) override;

 private:
  Database& database_;
};

class SqliteChangeFeed final : public catalog::ChangeFeed {
 public:
  explicit SqliteChangeFeed(Database& database) : database_(database) {}
  [[nodiscard]] std::uint64_t bell() const noexcept override { return database_.bell(); }
  Result<catalog::Changes> changes_since(std::int64_t number, std::int64_t most) override;
  Result<void> in_place() override;

 private:
  Database& database_;
};

}  // namespace rucola::storage
