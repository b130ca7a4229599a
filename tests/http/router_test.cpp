#include "http/router.h"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::http {
namespace {

using message::Method;
using testing::ElementsAre;
using testing::Pair;

message::Route route(Method method, const std::string& pattern) {
  return {method, pattern, message::Access::anyone, message::BodyKind::none, "", message::Handle()};
}

class RouterTest : public testing::Test {
 protected:
  const Router router_{
      {route(Method::get, "/"), route(Method::get, "/sourceimages/{org}"),
       route(Method::post, "/sourceimages/{organization}"), route(Method::get, "/sourceimages/{org}/{hash}"),
       route(Method::delete_, "/sourceimages/{org}/{hash}"), route(Method::post, "/sourceimages/{org}/copy"),
       route(Method::get, "/sourceimages/{org}/alias/{name}"),
       route(Method::get, "/sourceimages/{org}/{hash}/download")}};

  std::string pattern(Method method, std::string_view path) const {
    const auto outcome = router_.find(method, path);
    const auto* match = std::get_if<Router::Match>(&outcome);
    return match == nullptr ? "" : match->route->pattern;
  }
  Router::PathValues values(std::string_view path) const {
    return std::get<Router::Match>(router_.find(Method::get, path)).values;
  }
};

TEST_F(RouterTest, FindsByMethodAndPath) {
  EXPECT_EQ(pattern(Method::get, "/"), "/");
  EXPECT_EQ(pattern(Method::get, "/sourceimages/acme"), "/sourceimages/{org}");
  EXPECT_EQ(pattern(Method::post, "/sourceimages/acme"), "/sourceimages/{organization}");
  EXPECT_EQ(pattern(Method::head, "/sourceimages/acme/0123"), "/sourceimages/{org}/{hash}");
}

TEST_F(RouterTest, NamesThePiecesAsTheRouteDoes) {
  EXPECT_THAT(values("/sourceimages/acme/0123"), ElementsAre(Pair("hash", "0123"), Pair("org", "acme")));
  const auto outcome = router_.find(Method::post, "/sourceimages/acme");
  EXPECT_THAT(std::get<Router::Match>(outcome).values, ElementsAre(Pair("organization", "acme")));
}

TEST_F(RouterTest, DecodesOnceAndOnlyWithinASegment) {
  EXPECT_EQ(values("/sourceimages/acme/alias/a%2Fb%2525")["name"], "a/b%25");
  EXPECT_EQ(pattern(Method::get, "/source%69mages/acme"), "/sourceimages/{org}");
}

TEST_F(RouterTest, RefusesBadEncoding) {
  for (const char* path :
       {"/sourceimages/%", "/sourceimages/%4", "/sourceimages/%zz", "/sourceimages/a%00b"}) {
    EXPECT_TRUE(std::holds_alternative<Router::BadEncoding>(router_.find(Method::get, path))) << path;
  }
}

TEST_F(RouterTest, LiteralBeatsPiece) {
  const auto outcome = router_.find(Method::get, "/sourceimages/acme/copy");
  ASSERT_TRUE(std::holds_alternative<Router::MethodNotAllowed>(outcome)) << "not an image called copy";
  EXPECT_EQ(std::get<Router::MethodNotAllowed>(outcome).allow, "POST, OPTIONS");
}

TEST_F(RouterTest, ALiteralThatLeadsNowhereHidesNothing) {
  EXPECT_EQ(pattern(Method::get, "/sourceimages/acme/copy/download"), "/sourceimages/{org}/{hash}/download");
}

TEST_F(RouterTest, TellsUnknownPathFromWrongMethod) {
  EXPECT_TRUE(std::holds_alternative<Router::NotFound>(router_.find(Method::get, "/nope")));
  EXPECT_TRUE(std::holds_alternative<Router::NotFound>(router_.find(Method::get, "/sourceimages")));
  EXPECT_TRUE(
      std::holds_alternative<Router::NotFound>(router_.find(Method::get, "/sourceimages/a/b/download/c")));
  const auto outcome = router_.find(Method::put, "/sourceimages/acme/0123");
  EXPECT_EQ(std::get<Router::MethodNotAllowed>(outcome).allow, "GET, HEAD, DELETE, OPTIONS");
}

TEST_F(RouterTest, TellsWhatAPathOffers) {
  EXPECT_EQ(router_.allowed("/sourceimages/acme/0123"), "GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(router_.allowed("/sourceimages/acme/copy"), "POST, OPTIONS");
  EXPECT_EQ(router_.allowed("/nope"), "");
}

TEST_F(RouterTest, NoPieceIsEmpty) {
  EXPECT_TRUE(std::holds_alternative<Router::NotFound>(router_.find(Method::get, "/sourceimages//0123")));
  EXPECT_TRUE(std::holds_alternative<Router::NotFound>(router_.find(Method::get, "/sourceimages//")));
}

TEST_F(RouterTest, IgnoresOneSlashAtTheEnd) {
  EXPECT_EQ(pattern(Method::get, "/sourceimages/acme/"), "/sourceimages/{org}");
}

TEST(Router, RefusesATableThatContradictsItself) {
  EXPECT_THROW(Router({route(Method::get, "/a/{x}"), route(Method::get, "/a/{y}")}), std::logic_error);
}

}  // namespace
}  // namespace rucola::http
