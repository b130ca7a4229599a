#include "vision/settings.h"

#include <gmock/gmock.h>

#include "result_matchers.h"
#include "vision/provider.h"

namespace rucola::vision {
namespace {

using test::FailsWith;
using test::Succeeds;

TEST(VisionSettings, NameAnAddressOrNone) {
  EXPECT_THAT(check({}), Succeeds());
  EXPECT_THAT(check({.url = "https://vision.example.com/ask?a=b", .secret = "s3cret"}), Succeeds());
  for (const char* url : {"127.0.0.1:8090", "ftp://a.example/", "http://user:password@a.example/", "http://"})
    EXPECT_THAT(check({.url = url, .secret = {}}), FailsWith(ErrorCode::bad_request)) << url;
}

TEST(VisionSettings, HaveASecretThatFitsIntoAHeader) {
  for (const char* secret : {"two words", "line\nend", "ümlaut"})
    EXPECT_THAT(check({.url = "http://a.example/", .secret = secret}), FailsWith(ErrorCode::bad_request));
}

TEST(VisionProvider, IsThereWhereOneIsNamed) {
  EXPECT_THAT(Provider({}).is_there(), FailsWith(ErrorCode::not_implemented));
  EXPECT_THAT(Provider({.url = "http://a.example/", .secret = {}}).is_there(), Succeeds());
  Provider nobody({});
  EXPECT_THAT(nobody.ask_blocking({.organization = {}, .hash = {}, .jpeg = {}}, {}),
              FailsWith(ErrorCode::not_implemented));
}

TEST(VisionProvider, ThatCanNotBeReachedIsForLater) {
  Provider provider({.url = "http://127.0.0.1:1/", .secret = {}});
  const auto refused = provider.ask_blocking({.organization = {}, .hash = {}, .jpeg = {}}, {});
  ASSERT_THAT(refused, FailsWith(ErrorCode::overloaded));
  EXPECT_TRUE(refused.error().retry_after);
}

TEST(VisionProvider, AsksNobodyAnyMoreOnceItWasCancelled) {
  Provider provider({.url = "http://127.0.0.1:1/", .secret = {}});
  provider.cancel();
  const auto refused = provider.ask_blocking({.organization = {}, .hash = {}, .jpeg = {}}, {});
  ASSERT_THAT(refused, FailsWith(ErrorCode::overloaded));
  EXPECT_THAT(refused.error().message.text, testing::HasSubstr("shutting down"));
}

}  // namespace
}  // namespace rucola::vision
