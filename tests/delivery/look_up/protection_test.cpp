// Which spellings of a URL a signature may be over.
#include "delivery/look_up/protection.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "delivery/look_up/fake_lookup.h"
#include "result_matchers.h"
#include "security/url_signature.h"

namespace rucola::delivery {
namespace {

using test::FailsWith;
using testing::HasSubstr;

class ProtectionTest : public testing::Test {
 protected:
  /// `signed_as`: what the client signed, which is not always what it sends.
  Result<std::optional<Time>> ask(SentUrl sent, const std::string& signed_as,
                                  std::optional<Time> until = {}) {
    const std::string whole = security::sign_url(signed_as, "", until, "key");  // FakeLookup's
    query_ = whole.substr(whole.find('?') + 1);
    sent.query = query_;
    return require(sent);
  }
  Result<std::optional<Time>> require(const SentUrl& sent) {
    Result<std::optional<Time>> answer = fail(ErrorCode::internal, "nobody asked");
    EXPECT_THAT(lookup.read([&](catalog::RenderSnapshot& snapshot) {
      CatalogView view(snapshot);
      answer = require_signature(view, "acme", sent, "The image");
      depends_on_keys = !view.dependencies().all().empty();
    }),
                test::Succeeds());
    return answer;
  }

  static SentUrl at(std::string_view path) {
    return {.path = path, .render_path = path, .query = "", .has_slug = false};
  }

  FakeLookup lookup;
  bool depends_on_keys = false;

 private:
  std::string query_;
};

TEST_F(ProtectionTest, WithoutASignatureNothingIsShown) {
  const auto refused = require(at("/thumb/abcdef.jpg"));
  EXPECT_THAT(refused, FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(refused.error().message.text, HasSubstr("The image is protected. "));
  EXPECT_TRUE(depends_on_keys) << "a new key may make it good";
}

TEST_F(ProtectionTest, ASignatureIsOfOnePath) {
  const auto good = ask(at("/thumb/abcdef.jpg"), "/thumb/abcdef.jpg");
  ASSERT_TRUE(good);
  EXPECT_EQ(*good, std::nullopt) << "for ever";
  EXPECT_THAT(ask(at("/thumb/abcdef.png"), "/thumb/abcdef.jpg"), FailsWith(ErrorCode::forbidden));
}

TEST_F(ProtectionTest, BehindAPrefixTheWholePathCountsOrWhatARenderHostWouldBeAsked) {
  const SentUrl sent{.path = "/render/acme/thumb/abcdef.jpg",
                     .render_path = "/thumb/abcdef.jpg",
                     .query = "",
                     .has_slug = false};
  EXPECT_TRUE(ask(sent, "/render/acme/thumb/abcdef.jpg"));
  EXPECT_TRUE(ask(sent, "/thumb/abcdef.jpg"));
  EXPECT_FALSE(ask(sent, "/acme/thumb/abcdef.jpg"));
}

TEST_F(ProtectionTest, ASlugMayBeSignedOrLeftOut) {
  SentUrl sent = at("/thumb/abcdef/nice-name.jpg");
  EXPECT_FALSE(ask(sent, "/thumb/abcdef.jpg")) << "it is no slug where the URL has none";
  sent.has_slug = true;
  EXPECT_TRUE(ask(sent, "/thumb/abcdef.jpg"));
  EXPECT_TRUE(ask(sent, "/thumb/abcdef/nice-name.jpg"));
  EXPECT_FALSE(ask(sent, "/thumb/abcdef/other-name.jpg"));
}

TEST_F(ProtectionTest, TwoSlashesInFrontAreSignedAsOne) {
  EXPECT_TRUE(ask(at("//thumb/abcdef.jpg"), "/thumb/abcdef.jpg"));
}

TEST_F(ProtectionTest, OthersAreSignedOnBehalfOfOneByTheSameKeyWithTheSameEnd) {
  const auto signed_for = [&](const std::string& url) {
    Result<SignUrl> sign = fail(ErrorCode::internal, "nobody asked");
    EXPECT_THAT(lookup.read([&](catalog::RenderSnapshot& snapshot) {
      CatalogView view(snapshot);
      SentUrl sent = at("/thumb/abcdef.m3u8");
      sent.query = std::string_view(url).substr(url.find('?') + 1);
      sign = signer_for(view, "acme", sent);
    }),
                test::Succeeds());
    return sign;
  };
  const Time later = std::chrono::floor<std::chrono::seconds>(now() + std::chrono::hours(1));
  for (const std::optional<Time>& until : {std::optional<Time>(), std::optional(later)}) {
    const auto sign = signed_for(security::sign_url("/thumb/abcdef.m3u8", "", until, "key"));
    ASSERT_TRUE(sign);
    EXPECT_EQ((*sign)("/thumb/a/1.ts", "v=1"), security::sign_url("/thumb/a/1.ts", "v=1", until, "key"));
  }
  EXPECT_THAT(signed_for(security::sign_url("/thumb/abcdef.m3u8", "", {}, "other")),
              FailsWith(ErrorCode::forbidden));
}

TEST_F(ProtectionTest, ASignatureEnds) {
  const Time later = std::chrono::floor<std::chrono::seconds>(now() + std::chrono::hours(1));
  const auto good = ask(at("/thumb/abcdef.jpg"), "/thumb/abcdef.jpg", later);
  ASSERT_TRUE(good);
  EXPECT_EQ(*good, later);
  EXPECT_THAT(ask(at("/thumb/abcdef.jpg"), "/thumb/abcdef.jpg", now() - std::chrono::hours(1)),
              FailsWith(ErrorCode::forbidden));
}

}  // namespace
}  // namespace rucola::delivery
