#include "message/traffic_meter.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "message/response.h"

namespace rucola::message {
namespace {

TEST(TrafficMeter, GivesWhatWasAddedOnce) {
  TrafficMeter meter;
  EXPECT_TRUE(meter.take().is_none());
  meter.add({.answers = 1, .bytes = 20, .original_bytes = 300});
  meter.add({.answers = 1, .bytes = 2, .original_bytes = 0});
  EXPECT_EQ(meter.take(), (Traffic{.answers = 2, .bytes = 22, .original_bytes = 300}));
  EXPECT_TRUE(meter.take().is_none());
}

TEST(TrafficMeter, LosesNothingAmongThreads) {
  constexpr int threads = 12;  // more than shards
  constexpr int each = 20'000;
  TrafficMeter meter;
  Traffic taken;
  const auto take = [&] {
    const Traffic some = meter.take();
    taken.answers += some.answers;
    taken.bytes += some.bytes;
  };
  {
    std::vector<std::jthread> all;
    all.reserve(threads);
    for (int i = 0; i < threads; ++i) {
      all.emplace_back([&meter] {
        for (int n = 0; n < each; ++n)
          meter.add({.answers = 1, .bytes = 3});
      });
    }
    for (int i = 0; i < 100; ++i)
      take();
  }
  take();
  EXPECT_EQ(taken.answers, threads * each);
  EXPECT_EQ(taken.bytes, threads * each * 3);
}

class Delivery : public testing::Test {
 protected:
  Delivery() {
    response.body = std::string(100, 'x');
    response.account = {.meter = meter, .original_bytes = 4000};
  }

  const std::shared_ptr<TrafficMeter> meter = std::make_shared<TrafficMeter>();
  Response response;
};

TEST_F(Delivery, OfAWholeBodyCountsItAndItsOriginal) {
  count_delivery(response, 200, 100);
  EXPECT_EQ(meter->take(), (Traffic{.answers = 1, .bytes = 100, .original_bytes = 4000}));
}

TEST_F(Delivery, OfAPartCountsAsMuchOfTheOriginal) {
  count_delivery(response, 206, 25);
  EXPECT_EQ(meter->take(), (Traffic{.answers = 1, .bytes = 25, .original_bytes = 1000}));
}

TEST_F(Delivery, ThatTheClientBrokeOffCountsAsFarAsItCame) {
  count_delivery(response, 200, 1);
  EXPECT_EQ(meter->take(), (Traffic{.answers = 1, .bytes = 1, .original_bytes = 40}));
}

TEST_F(Delivery, OfWhatIsMadeWhileItIsSentSavesNothing) {
  response.body = StreamedBody{};
  count_delivery(response, 200, 70);
  EXPECT_EQ(meter->take(), (Traffic{.answers = 1, .bytes = 70, .original_bytes = 70}));
}

TEST_F(Delivery, CountsNothingWithoutABody) {
  count_delivery(response, 200, 0);  // as of HEAD, or where the client had left
  count_delivery(response, 304, 0);
  EXPECT_TRUE(meter->take().is_none());
}

TEST_F(Delivery, OfAPictureThatStandsInForAnotherCounts) {
  response.status = 404;
  count_delivery(response, 404, 100);
  EXPECT_EQ(meter->take(), (Traffic{.answers = 1, .bytes = 100, .original_bytes = 4000}));
}

TEST_F(Delivery, CountsNoErrors) {
  for (const int status : {404, 412, 416, 500})
    count_delivery(response, status, 100);
  EXPECT_TRUE(meter->take().is_none());
}

TEST_F(Delivery, OnNobodysAccountIsNotCounted) {
  response.account = {};
  count_delivery(response, 200, 100);
  EXPECT_TRUE(meter->take().is_none());
}

}  // namespace
}  // namespace rucola::message
