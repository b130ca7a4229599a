#include "catalog/descriptions.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "catalog/user_metadata.h"
#include "result_matchers.h"

namespace rucola::catalog {
namespace {

namespace json = boost::json;
using test::FailsWith;
using test::Succeeds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(Languages, AreOneToTenEachOnce) {
  EXPECT_THAT(languages_of(json::parse(R"(["de","en","gsw"])")).value(), ElementsAre("de", "en", "gsw"));
  for (const char* wrong :
       {"null", "{}", "\"de\"", "[]", "[1]", R"(["d"])", R"(["DE"])", R"(["de-CH"])", R"(["deut"])",
        R"(["de","de"])", R"(["d_"])", R"(["aa","ab","ac","ad","ae","af","ag","ah","ai","aj","ak"])"})
    EXPECT_THAT(languages_of(json::parse(wrong)), FailsWith(ErrorCode::bad_request)) << wrong;
}

TEST(Descriptions, AreFoundAsTheyAreStored) {
  const auto changes = checked_user_changes(description_changes({{"de", "Ein Hund"}, {"en", "A dog"}}));
  ASSERT_THAT(changes, Succeeds());
  const auto stored =
      changed_user_metadata({{"title", "Rex"}, {"auto_description_fr", "Un chien"}}, *changes);
  ASSERT_THAT(stored, Succeeds());
  EXPECT_EQ(stored->at("auto_description_de"), "Ein Hund");
  EXPECT_EQ(stored->size(), 4U);
  EXPECT_THAT(descriptions_in(*stored, {"de", "fr", "it"}),
              ElementsAre(Pair("de", "Ein Hund"), Pair("fr", "Un chien")));
}

TEST(Labels, ReplaceThoseThatThereAre) {
  const json::object before{{"array:auto_labels", json::array{"cat"}}, {"array:labels", json::array{"mine"}}};
  const auto changes = checked_user_changes(label_changes({"dog", "grass"}));
  ASSERT_THAT(changes, Succeeds());
  const auto stored = changed_user_metadata(before, *changes);
  ASSERT_THAT(stored, Succeeds());
  EXPECT_THAT(labels_in(*stored), ElementsAre("dog", "grass"));
  EXPECT_EQ(stored->at("array:labels"), json::array{"mine"});
  EXPECT_THAT(labels_in({}), IsEmpty());
}

}  // namespace
}  // namespace rucola::catalog
