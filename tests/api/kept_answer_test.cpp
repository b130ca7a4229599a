#include "api/kept_answer.h"

#include <string>
#include <variant>

#include <gtest/gtest.h>

namespace rucola::api {
namespace {

class KeptAnswerTest : public testing::Test {
 protected:
  message::SharedBytes body_of(const std::string& key) {
    const message::Response answer = kept.get(key, [&] {
      ++written;
      message::Response response;
      response.headers.add("Content-Type", "text/plain");
      response.body = "for " + key;
      return response;
    });
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.get("Content-Type"), "text/plain");
    const auto* body = std::get_if<message::SharedBytes>(&answer.body);
    return body == nullptr ? nullptr : *body;
  }

  KeptAnswer kept;
  int written = 0;
};

TEST_F(KeptAnswerTest, IsWrittenOnceAndItsBodyShared) {
  const auto first = body_of("a");
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->view(), "for a");
  EXPECT_EQ(body_of("a"), first);
  EXPECT_EQ(written, 1);
}

TEST_F(KeptAnswerTest, IsThatOfItsKey) {
  const auto first = body_of("a");
  EXPECT_EQ(body_of("b")->view(), "for b");
  EXPECT_EQ(body_of("a")->view(), "for a") << "only the last is kept";
  EXPECT_EQ(written, 3);
  EXPECT_EQ(first->view(), "for a");
}

TEST_F(KeptAnswerTest, OfNoKeyIsNothingBeforeItIsWritten) {
  EXPECT_EQ(body_of("")->view(), "for ");
  EXPECT_EQ(written, 1);
}

}  // namespace
}  // namespace rucola::api
