#include "render/worker/video/film_cuts.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/worker/drawn.h"
#include "render/worker/sample_films.h"
#include "render/worker/video/film_clock.h"

namespace rucola::render::worker {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

FilmCuts cuts_in(const std::string& film, Format format = Format::mp4) {
  return cuts_of(*VideoFile::open(film, format, limits));
}

/// When parts begin, and the last one ends; seconds.
std::vector<double> times_in(const FilmCuts& cuts) {
  std::vector<double> times;
  const auto add = [&](std::int64_t ticks) { times.push_back(static_cast<double>(ticks) / ticks_a_second); };
  for (const FilmCut& cut : cuts.parts)
    add(cut.begins);
  add(cuts.ends);
  return times;
}

std::string coded(int seconds, const std::string& keyframes, const std::string& name = "film.mp4",
                  const std::string& codec = std::string(films::h264)) {
  return films::made(films::pictures_and_sound(seconds, false) + " " + codec + " " + keyframes, name);
}

constexpr double half_a_picture = 0.025;
MATCHER_P(IsNear, how, "") {
  const auto& [one, other] = arg;
  return std::abs(one - other) <= how;
}

TEST(FilmCuts, AreEverySixSecondsWhereThereIsAKeyframe) {
  const auto times = times_in(cuts_in(coded(20, "-force_key_frames 'expr:gte(t,n_forced*2)'")));
  EXPECT_THAT(times, Pointwise(IsNear(half_a_picture), {0.0, 6.0, 12.0, 18.0, 20.0}));
}

TEST(FilmCuts, AreAtTheNextKeyframeWhereTheyAreRare) {
  const auto times = times_in(cuts_in(coded(30, "-g 1000 -force_key_frames 5,13,14,27")));
  EXPECT_THAT(times, Pointwise(IsNear(half_a_picture), {0.0, 13.0, 27.0, 30.0}));
}

TEST(FilmCuts, OfAVideoWithOneKeyframeAreNone) {
  const auto times = times_in(cuts_in(coded(15, "-g 1000 -sc_threshold 0")));
  EXPECT_THAT(times, Pointwise(IsNear(half_a_picture), {0.0, 15.0}));
}

/// Of pictures that are shown later than they are decoded.
TEST(FilmCuts, AreTheTimesWhenPicturesAreShown) {
  const std::string film = coded(14, "-g 1000 -bf 3 -force_key_frames 7", "film.mp4",
                                 "-c:v libx264 -preset veryfast -pix_fmt yuv420p");
  EXPECT_THAT(times_in(cuts_in(film)), Pointwise(IsNear(half_a_picture / 10), {0.0, 7.0, 14.0}));
}

TEST(FilmCuts, AreTheSameWithoutAnIndex) {
  const std::string whole = coded(20, "-force_key_frames 'expr:gte(t,n_forced*2)'");
  const std::string fragments =
      films::remuxed(whole, "", "-movflags frag_keyframe+empty_moov+default_base_moof");
  EXPECT_EQ(times_in(cuts_in(fragments)), times_in(cuts_in(whole)));
  const std::string vp9 = coded(14, "-g 1000 -force_key_frames 7", "film.webm",
                                "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 200k");
  EXPECT_THAT(times_in(cuts_in(vp9, Format::webm)), Pointwise(IsNear(half_a_picture), {0.0, 7.0, 14.0}));
}

TEST(FilmCuts, CountFromTheBeginningOfTheVideo) {
  const std::string later =
      films::remuxed(coded(14, "-g 1000 -force_key_frames 7"), "-itsoffset 100", "", "film.mkv");
  EXPECT_FALSE(later.empty());
  const std::string film = films::remuxed(later, "-copyts", "-copyts -avoid_negative_ts disabled");
  EXPECT_THAT(times_in(cuts_in(film)), Pointwise(IsNear(half_a_picture), {0.0, 7.0, 14.0}));
}

/// Its index, or its head, tells of more than there is.
TEST(FilmCuts, OfWhatWasCutOffEndWhereItEnds) {
  const std::string keyframes = "-force_key_frames 'expr:gte(t,n_forced*2)'";
  const std::string mp4 = coded(20, keyframes + " -movflags faststart");
  const std::string webm =
      coded(20, keyframes, "film.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 200k");
  for (const auto& [whole, format] : {std::pair(mp4, Format::mp4), std::pair(webm, Format::webm)}) {
    const std::string film = whole.substr(0, whole.size() * 2 / 3);
    const double last = films::pictures_of(film).back().shown;
    const auto times = times_in(cuts_in(film, format));
    EXPECT_NEAR(times.back(), last, 3 * half_a_picture);
    EXPECT_GT(times.back(), times[times.size() - 2]);
    EXPECT_LT(times.back(), 18);
  }
}

TEST(FilmCuts, EndWithTheSoundWhereThatIsLonger) {
  const std::string film =
      "-f lavfi -i testsrc=size=96x64:rate=20:duration=7 -f lavfi -i sine=sample_rate=44100:duration=20 "
      "-c:a aac " +
      std::string(films::h264);
  for (const char* kind : {"", " -movflags frag_keyframe+empty_moov+default_base_moof"})
    EXPECT_NEAR(times_in(cuts_in(films::made(film + kind))).back(), 20, 0.1) << kind;
}

/// A day of six pictures an hour would be 14,400 parts.
TEST(FilmCuts, AreFewerWhereThereWouldBeTooMany) {
  const std::string film =
      films::made("-f lavfi -i color=size=16x16:rate=1/6:duration=86400 -c:v libx264 -preset ultrafast -g 1");
  const FilmCuts cuts = cuts_in(film);
  EXPECT_EQ(cuts.parts.size(), 3'600U);
  for (std::size_t i = 1; i < cuts.parts.size(); ++i)
    ASSERT_EQ(cuts.parts[i].begins - cuts.parts[i - 1].begins, 24 * ticks_a_second);
}

TEST(FilmCuts, OfPartsThatAreNotThereAreRefused) {
  const FilmCuts cuts = cuts_in(coded(14, "-g 1000 -force_key_frames 7"));
  EXPECT_EQ(checked_part(cuts, 0), 0U);
  EXPECT_EQ(checked_part(cuts, 1), 1U);
  for (const int none : {2, -1, 2'000'000'000}) {
    try {
      checked_part(cuts, none);
      ADD_FAILURE() << none;
    } catch (const Refused& refused) {
      EXPECT_EQ(refused.error().code, ErrorCode::bad_request);
      EXPECT_THAT(refused.error().message.text, testing::HasSubstr("from 0 to 1"));
    }
  }
}

}  // namespace
}  // namespace rucola::render::worker
