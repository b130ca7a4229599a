// What every adapter must do, whatever its cache speaks. Each kind of kinds.h is tried, once fake_cache.h
// speaks its language.
#include <future>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cdn/cache_adapter.h"
#include "cdn/fake_cache.h"
#include "cdn/kinds.h"

namespace rucola::cdn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Adapter : public ::testing::TestWithParam<std::string> {
 protected:
  Error error_of(const std::vector<std::string>& tags = {"a1"}) {
    const auto outcome = adapter_->purge(tags);
    EXPECT_FALSE(outcome);
    return outcome ? Error{ErrorCode::not_found, {"it succeeded"}} : outcome.error();
  }
  void expect_well() {
    cache_.set_trouble(nullptr);
    const auto outcome = adapter_->purge({"a1"});
    EXPECT_TRUE(outcome) << outcome.error().message.text;
  }
  static std::vector<std::string> many_tags(std::size_t count, std::size_t length) {
    std::vector<std::string> tags;
    for (std::size_t i = 0; i < count; ++i) {
      std::string tag = "a" + std::to_string(i);
      tag.resize(std::max(length, tag.size()), 'x');
      tags.push_back(std::move(tag));
    }
    return tags;
  }

  /// The tags of all requests.
  static std::vector<std::string> arrived_at(const FakeCache& cache) {
    std::vector<std::string> arrived;
    for (const auto& request : cache.taken())
      arrived.insert(arrived.end(), request.begin(), request.end());
    return arrived;
  }

  FakeCache cache_{GetParam()};
  std::unique_ptr<CacheAdapter> adapter_ = adapter_for(cache_.settings());
};

TEST_P(Adapter, SaysWhoItIs) {
  EXPECT_EQ(adapter_->id(), "the cache");
  const catalog::TagHeader& header = adapter_->tag_header();
  EXPECT_FALSE(header.name.empty());
  EXPECT_THAT(header.separator, ::testing::AnyOf(" ", ",", ", "));
  EXPECT_GE(header.line_bytes, 1000U);
  EXPECT_GT(adapter_->max_tags_per_request(), 0U);
}

TEST_P(Adapter, SendsTheTags) {
  ASSERT_TRUE(adapter_->purge({"a1", "i2", "s3"}));
  EXPECT_THAT(arrived_at(cache_), ElementsAre("a1", "i2", "s3"));
}

TEST_P(Adapter, NoTagsAreNoRequest) {
  EXPECT_TRUE(adapter_->purge({}));
  EXPECT_TRUE(cache_.server().requests().empty());
}

TEST_P(Adapter, CutsManyTagsIntoWhatTheCacheTakes) {
  for (const std::size_t length : {17U, 64U, 1000U}) {
    FakeCache cache(GetParam());
    const auto adapter = adapter_for(cache.settings());
    const auto tags = many_tags(2500, length);
    const auto outcome = adapter->purge(tags);
    ASSERT_TRUE(outcome) << outcome.error().message.text << outcome.error().detail.text;
    for (const auto& request : cache.taken())
      EXPECT_LE(request.size(), adapter->max_tags_per_request());
    EXPECT_EQ(arrived_at(cache), tags);
  }
}

TEST_P(Adapter, AFailureHalfWayFailsTheWhole) {
  std::atomic<int> asked = 0;
  cache_.set_trouble([&](FakeCache::Peer& peer) {
    const int number = ++asked;
    peer.reply(number == 2 ? 500 : 200, "", {"X-Purged-Objects: 1"});
  });
  error_of(many_tags(2 * adapter_->max_tags_per_request(), 17));
}

TEST_P(Adapter, AnyOtherStatusIsAFailure) {
  for (const int status : {301, 302, 400, 401, 403, 404, 405, 500, 502}) {
    cache_.set_trouble(FakeCache::status(status, {"Location: /elsewhere"}));
    const Error error = error_of();
    EXPECT_EQ(error.code, ErrorCode::unprocessable) << status;
    EXPECT_THAT(error.message.text, HasSubstr("the cache"));
    EXPECT_THAT(error.message.text, HasSubstr(std::to_string(status)));
    EXPECT_FALSE(error.retry_after);
  }
  for (const auto& request : cache_.server().requests())
    EXPECT_NE(request.target, "/elsewhere") << "followed a redirect";
  expect_well();
}

TEST_P(Adapter, PassesOnHowLongToWait) {
  for (const int status : {429, 503}) {
    cache_.set_trouble(FakeCache::status(status, {"Retry-After: 17"}));
    const Error error = error_of();
    EXPECT_EQ(error.code, ErrorCode::overloaded);
    EXPECT_EQ(error.retry_after, std::chrono::seconds{17});
  }
  expect_well();
}

TEST_P(Adapter, ReadsATimeToWaitFor) {
  cache_.set_trouble(
      FakeCache::status(429, {"Retry-After: " + format_http_date(now() + std::chrono::seconds{1000})}));
  const Error error = error_of();
  ASSERT_TRUE(error.retry_after);
  EXPECT_GT(*error.retry_after, std::chrono::seconds{900});
  EXPECT_LE(*error.retry_after, std::chrono::seconds{1000});
}

TEST_P(Adapter, IgnoresATimeToWaitThatIsNone) {
  for (const char* value :
       {"", "soon", "-5", "1.5", "99999999999999999999", "Tue, 10 Dec 2019 11:13:24 GMT"}) {
    cache_.set_trouble(FakeCache::status(429, {"Retry-After: " + std::string(value)}));
    const Error error = error_of();
    EXPECT_EQ(error.code, ErrorCode::overloaded) << value;
    EXPECT_LE(error.retry_after.value_or(std::chrono::seconds{0}), std::chrono::seconds{0}) << value;
  }
}

TEST_P(Adapter, ACacheThatHangsTimesOut) {
  ConfiguredCache settings = cache_.settings();
  settings.timeout = std::chrono::seconds{1};
  adapter_ = adapter_for(settings);
  cache_.set_trouble(FakeCache::hang());
  EXPECT_EQ(error_of().code, ErrorCode::timed_out);
  expect_well();
}

TEST_P(Adapter, APurgeCanBeBrokenOff) {
  cache_.set_trouble(FakeCache::hang());
  auto under_way = std::async(std::launch::async, [this] { return adapter_->purge({"a1"}); });
  cache_.server().wait_for_requests(1);
  adapter_->cancel();
  EXPECT_FALSE(under_way.get());
  cache_.set_trouble(nullptr);
  EXPECT_FALSE(adapter_->purge({"a1"})) << "and so are all later ones";
}

TEST_P(Adapter, ACacheThatIsDownCanNotBeReached) {
  const testing::DeadPort dead;
  ConfiguredCache settings = cache_.settings();
  settings.url = dead.url();
  adapter_ = adapter_for(settings);
  EXPECT_EQ(error_of().code, ErrorCode::internal);
}

TEST_P(Adapter, ACacheThatBreaksOffHasNotConfirmed) {
  cache_.set_trouble(FakeCache::break_off());
  EXPECT_EQ(error_of().code, ErrorCode::internal);
  expect_well();
}

TEST_P(Adapter, WhatIsNotHttpHasNotConfirmed) {
  cache_.set_trouble([](FakeCache::Peer& peer) {
    peer.write("hello\r\n");
    peer.break_off();
  });
  EXPECT_EQ(error_of().code, ErrorCode::internal);
}

TEST_P(Adapter, KeepsItsConnection) {
  for (int i = 0; i < 10; ++i)
    ASSERT_TRUE(adapter_->purge({"a1"}));
  EXPECT_EQ(cache_.server().connections(), 1U);
}

TEST_P(Adapter, SurvivesAConnectionThatTheCacheClosedMeanwhile) {
  cache_.set_trouble([](FakeCache::Peer& peer) {
    peer.reply(200, "", {"X-Purged-Objects: 1"});
    peer.break_off();
  });
  for (int i = 0; i < 5; ++i) {
    const auto outcome = adapter_->purge({"a1"});
    ASSERT_TRUE(outcome) << outcome.error().message.text;
  }
}

TEST_P(Adapter, AHugeAnswerDoesNotFillTheMemory) {
  cache_.set_trouble([](FakeCache::Peer& peer) { peer.reply(500, std::string(std::size_t{8} << 20, 'x')); });
  EXPECT_LT(error_of().detail.text.size(), 1000U);
}

TEST_P(Adapter, NoErrorHoldsTheSecret) {
  for (const FakeCache::Trouble& trouble :
       {FakeCache::status(403), FakeCache::status(429), FakeCache::break_off()}) {
    cache_.set_trouble(trouble);
    const Error error = error_of();
    EXPECT_THAT(error.message.text + error.detail.text, Not(HasSubstr(FakeCache::secret)));
  }
}

TEST_P(Adapter, IgnoresProxyVariables) {
  const testing::DeadPort dead;
  ::setenv("http_proxy", dead.url().c_str(), 1);
  const bool purged = adapter_->purge({"a1"}).has_value();
  ::unsetenv("http_proxy");
  EXPECT_TRUE(purged);
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const KindOf kind : all_kinds)
    names.emplace_back(kind().name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, Adapter, ::testing::ValuesIn(all_names()),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace rucola::cdn
