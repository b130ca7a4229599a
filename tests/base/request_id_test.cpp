#include "base/request_id.h"

#include <functional>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "base/executor.h"

namespace rucola {
namespace {

TEST(RequestId, OnlyHarmlessTextsAreTakenOver) {
  for (const char* good : {"a", "0", "A-b_c.9", "01890a5d-ac96-774b-bcce-b302099a8057"})
    EXPECT_TRUE(is_request_id(good)) << good;
  EXPECT_TRUE(is_request_id(std::string(128, 'x')));
  EXPECT_FALSE(is_request_id(std::string(129, 'x')));
  for (const char* bad : {"", " ", "a b", "a\r\nb", "a\"b", "a=b", "a/b", "a,b", "\xc3\xa4", "<a>"})
    EXPECT_FALSE(is_request_id(bad)) << bad;
}

TEST(RequestIds, AreAllDifferentAndOfTheGrammar) {
  RequestIds one;
  RequestIds other;
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) {
    for (RequestIds* ids : {&one, &other}) {
      const std::string id = ids->next();
      EXPECT_EQ(id.size(), 13U);
      EXPECT_TRUE(is_request_id(id)) << id;
      EXPECT_TRUE(seen.insert(id).second) << id;
    }
  }
}

TEST(RequestScope, GivesBackTheOneBeforeIt) {
  EXPECT_EQ(current_request(), "");
  {
    const RequestScope outer("outer");
    {
      const RequestScope inner("inner");
      EXPECT_EQ(current_request(), "inner");
    }
    EXPECT_EQ(current_request(), "outer");
    std::thread([] { EXPECT_EQ(current_request(), ""); }).join();
  }
  EXPECT_EQ(current_request(), "");
}

TEST(RequestScope, FollowsACallToWhereverItIsMade) {
  std::function<std::string(int)> call;
  {
    const std::string id = "asked";
    const RequestScope scope(id);
    call = for_this_request([](int) { return std::string(current_request()); });
  }
  const RequestScope other("other");
  EXPECT_EQ(call(1), "asked");
  EXPECT_EQ(current_request(), "other");
}

TEST(RequestScope, FollowsATaskOverAnExecutorAndBackToAnother) {
  const auto found = std::make_shared<std::promise<std::string>>();
  const auto refused = std::make_shared<std::promise<std::string>>();
  const auto between = std::make_shared<std::promise<std::string>>();
  BlockingExecutor full("full", {.threads = 1, .waiting = 0});
  BlockingExecutor second("second", {.threads = 1, .waiting = 10});
  BlockingExecutor first("first", {.threads = 1, .waiting = 10});
  {
    const RequestScope scope("asked");
    first.submit({.run = [&second, found] {
      second.submit({.run = [found] { found->set_value(std::string(current_request())); }});
    }});
    full.submit({.run = [] {},
                 .refuse = [refused](const Error&) { refused->set_value(std::string(current_request())); }});
  }
  first.submit({.run = [between] { between->set_value(std::string(current_request())); }});
  EXPECT_EQ(found->get_future().get(), "asked");
  EXPECT_EQ(refused->get_future().get(), "asked");
  EXPECT_EQ(between->get_future().get(), "");
}

}  // namespace
}  // namespace rucola
