#include "delivery/ingest/known_videos.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::delivery {
namespace {

using render::Format;
using test::FailsWith;
using test::Succeeds;

constexpr std::int32_t seconds = 1000;
const FilmFacts minute{
    .format = Format::mp4,
    .length = render::VideoLength::parse(R"({"video":{"data":{"duration":"00:01:00.00"}}})")};

TEST(KnownVideos, TellWhichTimesHaveNoPicture) {
  KnownVideos videos;
  EXPECT_THAT(videos.check("acme a.mp4", 61 * seconds), Succeeds()) << "nothing is known";
  videos.note("acme a.mp4", minute);
  EXPECT_THAT(videos.check("acme a.mp4", 60 * seconds), Succeeds());
  for (const std::int32_t time : {61 * seconds, 61 * seconds + 1, 3600 * seconds}) {
    const auto late = videos.check("acme a.mp4", time);
    ASSERT_THAT(late, FailsWith(ErrorCode::bad_request)) << time;
    EXPECT_THAT(late.error().message.text, testing::HasSubstr("00:01:00.00"));
  }
  EXPECT_THAT(videos.check("acme b.mp4", 61 * seconds), Succeeds());
  EXPECT_THAT(videos.check("other a.mp4", 61 * seconds), Succeeds());
}

TEST(KnownVideos, TellThatItIsNone) {
  KnownVideos videos;
  videos.note("acme a.jpg", {.format = Format::jpg});
  EXPECT_THAT(videos.check("acme a.jpg", 0), FailsWith(ErrorCode::unprocessable));
  EXPECT_THAT(videos.check("acme a.jpg", seconds), FailsWith(ErrorCode::unprocessable));
}

TEST(KnownVideos, KnowTheNewest) {
  KnownVideos videos;
  videos.note("acme a", {.format = Format::jpg});
  videos.note("acme a", minute);
  EXPECT_THAT(videos.check("acme a", seconds), Succeeds());
}

TEST(KnownVideos, AreForgottenAfterSomeMinutes) {
  KnownVideos videos;
  const auto now = KnownVideos::Clock::now();
  videos.note("acme a", {.format = Format::jpg}, now);
  EXPECT_THAT(videos.check("acme a", 0, now + KnownVideos::lasts - std::chrono::seconds(1)),
              FailsWith(ErrorCode::unprocessable));
  EXPECT_THAT(videos.check("acme a", 0, now + KnownVideos::lasts), Succeeds());
}

TEST(KnownVideos, AreNoMoreThanSoMany) {
  KnownVideos videos;
  for (std::size_t i = 0; i <= KnownVideos::most_entries; ++i)
    videos.note(std::to_string(i), {.format = Format::jpg});
  EXPECT_THAT(videos.check("0", 0), Succeeds());
  EXPECT_THAT(videos.check("1", 0), FailsWith(ErrorCode::unprocessable));
  EXPECT_THAT(videos.check(std::to_string(KnownVideos::most_entries), 0),
              FailsWith(ErrorCode::unprocessable));
}

}  // namespace
}  // namespace rucola::delivery
