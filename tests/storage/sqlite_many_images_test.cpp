// What a change costs in a catalog of many: SQLite's steps are counted, its triggers' too.
#include "storage/catalog/sqlite/connection.h"
#include "storage/catalog/sqlite_store.h"
#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using storage::Connection;

class SqliteManyImages : public testing::Test {
 protected:
  SqliteManyImages() {
    const AuthorScope by{somebody};
    const auto store = storage::open_sqlite_store(file);
    EXPECT_THAT(store, Succeeds());
    EXPECT_THAT((*store)->organizations().create("acme", "Acme", "bills@acme.example"), Succeeds());
    EXPECT_THAT((*store)->images().add(picture(0)), Succeeds());
  }

  void add_more(int count) const {
    const AuthorScope by{somebody};
    const auto store = storage::open_sqlite_store(file);
    std::vector<catalog::SourceImage> images;
    for (int number = 1; number <= count; ++number)
      images.push_back(picture(number));
    ASSERT_THAT((*store)->images().add_all(images, catalog::MayChange::yes), Succeeds());
  }

  [[nodiscard]] std::int64_t steps_of(const std::string& statement) const {
    Connection connection(file, Connection::Use::write);
    std::int64_t steps = 0;
    const auto count = [](void* counter) {
      ++*static_cast<std::int64_t*>(counter);
      return 0;
    };
    sqlite3_progress_handler(connection.handle(), 1, count, &steps);
    connection.execute(statement);
    return steps;
  }

  ScratchFolder folder;
  std::filesystem::path file = folder.path() / "catalog.sqlite";
};

/// All images of the organization were read for each that came or went.
TEST_F(SqliteManyImages, NoneIsReadWhereAnotherComesOrGoes) {
  const std::vector<std::string> changes{
      "INSERT INTO images (organization, hash, binary_hash, blob, name, format, mimetype, bytes, width, "
      "height, "
      "frames, opaque, protected, locked, created, user_metadata, dynamic_metadata, static_metadata) "
      "SELECT organization, 'new', 'new', 'new', name, format, mimetype, bytes, width, height, frames, "
      "opaque, "
      "protected, locked, created, '{}', '{}', '{}' FROM images ORDER BY id LIMIT 1",
      "UPDATE images SET deleted = 1 WHERE hash = 'new' AND organization = 1",
      "UPDATE images SET deleted = NULL WHERE hash = 'new' AND organization = 1",
      "DELETE FROM images WHERE hash = 'new' AND organization = 1",
  };
  std::vector<std::int64_t> among_few;
  for (const std::string& change : changes)
    among_few.push_back(steps_of(change));
  constexpr int many = 1'000;
  add_more(many);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    SCOPED_TRACE(changes[i]);
    EXPECT_LT(steps_of(changes[i]), among_few[i] + many / 2);
  }
}

}  // namespace
}  // namespace rucola::test
