#include "api/image_query.h"

#include <gmock/gmock.h>

#include "result_matchers.h"

namespace rucola::api {
namespace {

using catalog::ImageColumn;

catalog::SearchCondition asked(const char* name, const char* value) {
  ImageQuery query;
  query.filters = boost::json::object{{name, value}};
  const auto search = search_of(query);
  EXPECT_THAT(search, test::Succeeds());
  return search->conditions.at(0);
}

TEST(ImageQueryTest, AsksForTheFormatOfAMimetype) {
  const auto condition = asked("mimetype", "image/png");
  EXPECT_EQ(condition.field.column, ImageColumn::format);
  EXPECT_EQ(std::get<std::string>(condition.spans.at(0).from->value), "png");
}

TEST(ImageQueryTest, AMimetypeThatNothingHasIsNoFormatEither) {
  for (const char* const value : {"image/jpg", "png"}) {
    const auto condition = asked("mimetype", value);
    EXPECT_EQ(condition.field.column, ImageColumn::format) << value;
    EXPECT_EQ(std::get<std::string>(condition.spans.at(0).from->value), "") << value;
  }
}

TEST(ImageQueryTest, OtherMimetypesStayAsTheyAre) {
  for (const char* const value : {"image/*", "*", "text/plain", "[image/a,image/b]", "{image/png,image/png}"})
    EXPECT_EQ(asked("mimetype", value).field.column, ImageColumn::mimetype) << value;
}

}  // namespace
}  // namespace rucola::api
