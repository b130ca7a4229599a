#include "base/author.h"

#include <functional>
#include <thread>

#include <gtest/gtest.h>

#include "base/request_id.h"

namespace rucola {
namespace {

std::string who() {
  return current_author() ? current_author()->email : "nobody";
}

Author author(std::string email) {
  return {.user_id = {}, .email = std::move(email), .key_id = {}};
}

TEST(Author, TheWayThatIsWrittenCanBeReadBack) {
  for (const Via via : {Via::api, Via::cli, Via::server, Via::sql, Via::before_history})
    EXPECT_EQ(parse_via(name_of(via)), via);
  EXPECT_FALSE(parse_via("dream"));
}

TEST(AuthorScope, GivesBackTheOneBeforeIt) {
  EXPECT_EQ(who(), "nobody");
  {
    const AuthorScope outer(author("outer"));
    {
      const AuthorScope inner(author("inner"));
      EXPECT_EQ(who(), "inner");
      const AuthorScope nobody(std::shared_ptr<const Author>{});
      EXPECT_EQ(who(), "nobody");
    }
    EXPECT_EQ(who(), "outer");
    std::thread([] { EXPECT_EQ(who(), "nobody"); }).join();
  }
  EXPECT_EQ(who(), "nobody");
}

TEST(AuthorScope, FollowsACallToWhereverItIsMade) {
  std::function<std::string()> call;
  {
    const AuthorScope scope(author("asked"));
    call = for_this_request([] { return who(); });
  }
  const AuthorScope other(author("other"));
  EXPECT_EQ(call(), "asked");
  EXPECT_EQ(who(), "other");
  std::thread([&call] { EXPECT_EQ(call(), "asked"); }).join();
}

}  // namespace
}  // namespace rucola
