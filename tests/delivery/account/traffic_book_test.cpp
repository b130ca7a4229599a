#include "delivery/account/traffic_book.h"

#include <string>

#include <gmock/gmock.h>

#include "catalog/fake_usage.h"
#include "result_matchers.h"

namespace rucola::delivery {
namespace {

using catalog::FakeUsage;
using std::chrono::hours;
using std::chrono::milliseconds;
using test::FailsWith;
using test::Succeeds;
using testing::ElementsAre;

const auto acme_5 = std::pair<const std::string, std::int64_t>("acme", 5);

TEST(TrafficBook, WritesWhatEachMeterCounted) {
  FakeUsage usage;
  TrafficBook book(usage, hours{1});
  book.meter_of("acme")->add({.answers = 1, .bytes = 2});
  book.meter_of("acme")->add({.answers = 1, .bytes = 3});
  book.meter_of("other")->add({.answers = 1, .bytes = 7});
  EXPECT_THAT(book.write_blocking(), Succeeds());
  EXPECT_THAT(usage.bytes(), ElementsAre(acme_5, std::pair("other", 7)));
}

TEST(TrafficBook, WritesNothingWhereNothingWasDelivered) {
  FakeUsage usage;
  TrafficBook book(usage, hours{1});
  const auto meter = book.meter_of("acme");
  EXPECT_THAT(book.write_blocking(), Succeeds());
  EXPECT_EQ(usage.calls(), 0);
}

TEST(TrafficBook, CountsWhatComesByAMeterThatWasGivenOutLongAgo) {
  FakeUsage usage;
  TrafficBook book(usage, hours{1});
  const auto kept = book.meter_of("acme");
  for (int i = 0; i < 3; ++i)
    EXPECT_THAT(book.write_blocking(), Succeeds());
  EXPECT_EQ(book.meter_of("acme"), kept);
  kept->add({.answers = 1, .bytes = 5});
  EXPECT_THAT(book.write_blocking(), Succeeds());
  EXPECT_THAT(usage.bytes(), ElementsAre(acme_5));
}

TEST(TrafficBook, LetsGoOfMetersThatNobodyHas) {
  FakeUsage usage;
  TrafficBook book(usage, hours{1});
  const std::weak_ptr<message::TrafficMeter> meter = book.meter_of("acme");
  meter.lock()->add({.answers = 1, .bytes = 5});
  EXPECT_THAT(book.write_blocking(), Succeeds());
  EXPECT_THAT(book.write_blocking(), Succeeds());
  EXPECT_TRUE(meter.expired());
  EXPECT_THAT(usage.bytes(), ElementsAre(acme_5));
}

TEST(TrafficBook, TriesAgainWhatCouldNotBeWritten) {
  FakeUsage usage;
  TrafficBook book(usage, hours{1});
  book.meter_of("acme")->add({.answers = 1, .bytes = 2});
  usage.fails = true;
  EXPECT_THAT(book.write_blocking(), FailsWith(ErrorCode::overloaded));
  EXPECT_THAT(book.write_blocking(), FailsWith(ErrorCode::overloaded));
  book.meter_of("acme")->add({.answers = 1, .bytes = 3});
  usage.fails = false;
  EXPECT_THAT(book.write_blocking(), Succeeds());
  EXPECT_THAT(usage.bytes(), ElementsAre(acme_5));
}

TEST(TrafficBook, WritesByItself) {
  FakeUsage usage;
  TrafficBook book(usage, milliseconds{1});
  book.meter_of("acme")->add({.answers = 1, .bytes = 5});
  usage.wait_for("acme", 5);
}

TEST(TrafficBook, WritesWhatIsLeftAtItsEnd) {
  FakeUsage usage;
  {
    TrafficBook book(usage, hours{1});
    book.meter_of("acme")->add({.answers = 1, .bytes = 5});
  }
  EXPECT_THAT(usage.bytes(), ElementsAre(acme_5));
}

}  // namespace
}  // namespace rucola::delivery
