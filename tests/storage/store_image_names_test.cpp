#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

class StoreImageNames : public StoreConformance {};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreImageNames, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreImageNames, Change) {
  const std::string hash = add(1);
  const auto renamed = store->images().set_name("acme", hash.substr(0, 8), "Grüße.jpg");
  ASSERT_THAT(renamed, Succeeds());
  EXPECT_EQ(renamed->name, "Grüße.jpg");
  EXPECT_EQ(renamed->hash, hash);
  ASSERT_TRUE(renamed->changed) << "renders show the name, and their date counts from then";
  EXPECT_GT(*renamed->changed, renamed->created);
  EXPECT_EQ(store->images().find("acme", hash).value().name, "Grüße.jpg");

  const std::uint64_t bell = store->change_feed().bell();
  EXPECT_EQ(store->images().set_name("acme", hash, "Grüße.jpg").value().changed, renamed->changed);
  EXPECT_EQ(store->change_feed().bell(), bell) << "there was nothing to do";
  EXPECT_THAT(store->images().set_name("acme", picture(2).hash, "x"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->images().set_name("acme", "no", "x"), FailsWith(ErrorCode::bad_request));
  ASSERT_THAT(store->images().remove("acme", hash), Succeeds());
  EXPECT_THAT(store->images().set_name("acme", hash, "x"), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreImageNames, FindTheImageAtOnce) {
  const std::string hash = add(1);
  ASSERT_THAT(store->images().set_name("acme", hash, "Lake at night.jpg"), Succeeds());
  const auto total = [this](std::string_view field, std::string_view value) {
    return store->images()
        .search("acme", {.conditions = {catalog::parse_condition(field, value).value()}})
        .value()
        .total;
  };
  EXPECT_EQ(total("name", "Lake at night.jpg"), 1);
  EXPECT_EQ(total("name_text", "night"), 1);
  EXPECT_EQ(total("name", "picture.jpg"), 0);
  EXPECT_EQ(total("name_text", "picture"), 0);
}

/// A lock is about deletion and user metadata.
TEST_P(StoreImageNames, ChangeOfLockedImagesToo) {
  const std::string hash = add(1);
  ASSERT_THAT(store->images().set_locked("acme", hash, true), Succeeds());
  EXPECT_EQ(store->images().set_name("acme", hash, "new.jpg").value().name, "new.jpg");
}

}  // namespace
}  // namespace rucola::test
