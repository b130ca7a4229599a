#include "vision/exchange.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "result_matchers.h"

namespace rucola::vision {
namespace {

using test::FailsWith;
using test::Succeeds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

Question question(Task task) {
  return {.task = task,
          .languages = {"de", "en"},
          .organization = "acme",
          .hash = "abcdef",
          .jpeg = "foo",
          .width = 4,
          .height = 3};
}

HttpAnswer answer(std::string body, int status = 200) {
  return {.status = status, .body = std::move(body), .headers = {}};
}

Result<Opinion> described(std::string body, int status = 200) {
  return opinion_of(question(Task::describe), answer(std::move(body), status));
}
Result<Opinion> labelled(std::string body, int status = 200) {
  return opinion_of(question(Task::label), answer(std::move(body), status));
}

TEST(VisionQuestion, HasThePictureAndWhatIsWanted) {
  EXPECT_EQ(boost::json::parse(body_of(question(Task::describe))), boost::json::parse(R"(
    {"version":1,"task":"describe","languages":["de","en"],"organization":"acme","hash":"abcdef",
     "image":{"media_type":"image/jpeg","width":4,"height":3,"base64":"Zm9v"}})"));
  const auto label = boost::json::parse(body_of(question(Task::label)));
  EXPECT_EQ(label.at("task"), "label");
  EXPECT_FALSE(label.as_object().contains("languages"));
}

TEST(VisionOpinion, HasADescriptionInEachLanguageAndNoOthers) {
  const auto opinion =
      described(R"({"descriptions":{"en":" A dog\n on grass ","de":"Ein Hund","fr":"Un chien"}})");
  ASSERT_THAT(opinion, Succeeds());
  EXPECT_THAT(opinion->descriptions, ElementsAre(Pair("de", "Ein Hund"), Pair("en", "A dog  on grass")));
}

/// Only those of ASCII became blanks: the others broke lines, and turned what stood around them.
TEST(VisionOpinion, HasNoControls) {
  const auto opinion = described(
      R"({"descriptions":{"en":"A\u0085dog\u009b\u2028on\u2029grass","de":"Ein \u202egpj.exe\u2066x\u2069"}})");
  ASSERT_THAT(opinion, Succeeds());
  EXPECT_THAT(opinion->descriptions,
              ElementsAre(Pair("de", "Ein  gpj.exe x"), Pair("en", "A dog  on grass")));
  const auto labels = labelled("{\"labels\":[\"\u202adog\u202c\",\"dog\",\"\u05d0\u200e\"]}");
  ASSERT_THAT(labels, Succeeds());
  EXPECT_THAT(labels->labels, ElementsAre("dog", "\u05d0\u200e"));
  EXPECT_THAT(labelled("{\"labels\":[\"\u0085\u2028\"]}"), FailsWith(ErrorCode::internal));
}

TEST(VisionOpinion, WithoutALanguageIsNone) {
  const auto opinion = described(R"({"descriptions":{"en":"A dog"}})");
  ASSERT_THAT(opinion, FailsWith(ErrorCode::unprocessable));
  EXPECT_THAT(opinion.error().message.text, HasSubstr("\"de\""));
}

TEST(VisionOpinion, HasEachLabelOnce) {
  const auto opinion = labelled(R"({"labels":["dog","grass","dog"]})");
  ASSERT_THAT(opinion, Succeeds());
  EXPECT_THAT(opinion->labels, ElementsAre("dog", "grass"));
  EXPECT_THAT(labelled(R"({"labels":[]})"), Succeeds());
}

TEST(VisionOpinion, OfNonsenseIsAnErrorOfTheServers) {
  const std::string long_text(longest_description_bytes + 1, 'x');
  for (const std::string& body :
       {std::string(), std::string("no JSON"), std::string("[]"), std::string("{}"),
        std::string(R"({"descriptions":["x"]})"), std::string(R"({"descriptions":{"de":1,"en":"x"}})"),
        std::string(R"({"descriptions":{"de":" ","en":"x"}})"),
        std::string("{\"descriptions\":{\"de\":\"\xff\",\"en\":\"x\"}}"),
        R"({"descriptions":{"en":"x","de":")" + long_text + "\"}}"}) {
    const auto opinion = described(body);
    ASSERT_THAT(opinion, FailsWith(ErrorCode::internal)) << body;
    EXPECT_THAT(opinion.error().message.text, testing::Not(HasSubstr("descriptions\"")));
  }
  for (const char* body :
       {R"({"labels":"dog"})", R"({"labels":[1]})", R"({"labels":[""]})", R"({"descriptions":{}})"})
    EXPECT_THAT(labelled(body), FailsWith(ErrorCode::internal)) << body;
  std::string many = R"({"labels":["0")";
  for (std::size_t i = 1; i <= most_labels; ++i)
    many += ",\"" + std::to_string(i) + "\"";
  EXPECT_THAT(labelled(many + "]}"), FailsWith(ErrorCode::internal));
}

TEST(VisionOpinion, IsRefusedAsTheServiceSays) {
  EXPECT_THAT(described("", 422), FailsWith(ErrorCode::unprocessable));
  EXPECT_THAT(described("", 501), FailsWith(ErrorCode::not_implemented));
  for (const int status : {204, 301, 400, 401, 404, 500, 502})
    EXPECT_THAT(described("{}", status), FailsWith(ErrorCode::internal)) << status;
  HttpAnswer busy = answer("", 429);
  busy.headers = {{"retry-after", "7"}};
  const auto refused = opinion_of(question(Task::label), busy);
  ASSERT_THAT(refused, FailsWith(ErrorCode::overloaded));
  EXPECT_EQ(refused.error().retry_after, std::chrono::seconds{7});
  EXPECT_TRUE(described("", 503).error().retry_after);
}

}  // namespace
}  // namespace rucola::vision
