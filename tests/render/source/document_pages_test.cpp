#include "render/source/document_pages.h"

#include <string>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::render {
namespace {

using testing::HasSubstr;

constexpr Size a4{59528, 84189};
constexpr Size stamp{7200, 3600};  // one inch by half of one

DocumentPages three() {
  DocumentPages pages;
  pages.add(a4);
  pages.add(a4);
  pages.add(stamp);
  pages.set_count(3);
  return pages;
}

std::string stored(const DocumentPages& pages) {
  return boost::json::serialize(boost::json::object{{"exif", 1}, {"pdf", pages.to_json()}});
}

TEST(DocumentPages, SizeIsInDotsAndDoubledWhereNarrow) {
  EXPECT_EQ(three().pixels(1, 200), (Size{1654, 2339}));
  EXPECT_EQ(three().pixels(2, 300), (Size{2480, 3508}));
  EXPECT_EQ(three().pixels(1, 100), (Size{1654, 2339})) << "827 is narrower than 1000";
  EXPECT_EQ(three().pixels(3, 1000), (Size{1000, 500}));
  EXPECT_EQ(three().pixels(3, 999), (Size{1998, 999}));
  EXPECT_EQ(three().pixels(3, 10), (Size{20, 10}));
}

TEST(DocumentPages, EqualPagesInARowAreStoredOnce) {
  EXPECT_EQ(boost::json::serialize(three().to_json()),
            R"({"pages":3,"sizes":[[59528,84189,2],[7200,3600,1]]})");
  const DocumentPages read = DocumentPages::parse(stored(three()));
  EXPECT_EQ(stored(read), stored(three()));
}

TEST(DocumentPages, APageThatIsNotThereSaysHowManyThereAre) {
  for (const std::int32_t number : {4, 1000}) {
    const auto size = three().pixels(number, 200);
    ASSERT_FALSE(size);
    EXPECT_EQ(size.error().code, ErrorCode::bad_request);
    EXPECT_THAT(size.error().message.text, HasSubstr("has 3 pages"));
  }
}

TEST(DocumentPages, MetadataWithoutPagesHasNone) {
  for (const char* text :
       {"", "{}", "[]", "null", R"({"pdf":1})", R"({"pdf":{}})", R"({"pdf":{"sizes":[[1,2]]}})",
        R"({"pdf":{"sizes":[[0,2,1]]}})", R"({"pdf":{"sizes":[[1,2,"3"]]}})",
        R"({"pdf":{"sizes":7,"pages":2}})", R"({"pdf":{"sizes":[[99999999999,2,1]]}})"}) {
    EXPECT_FALSE(DocumentPages::parse(text).pixels(1, 200)) << text;
  }
}

}  // namespace
}  // namespace rucola::render
