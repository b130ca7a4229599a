#include "render/worker/video/pictures_from.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/worker/drawn.h"
#include "render/worker/memory/files.h"
#include "render/worker/sample_films.h"
#include "render/worker/video/video_frames.h"

namespace rucola::render::worker {
namespace {

using testing::ElementsAre;

constexpr int milliseconds_each = 1000;
constexpr std::int64_t picture_lasts = 50;  // milliseconds

protocol::Limits limit_of(std::int64_t pictures) {
  protocol::Limits within = limits;
  within.still_pixels = pictures * 96 * 64;
  return within;
}

std::string coded(const std::string& parameters) {
  return films::made(films::pictures_and_sound(12, false) +
                     " -c:v libx264 -preset veryfast -pix_fmt yuv420p -x264-params " + parameters);
}

/// Ten keyframes, of which the first one alone is a whole picture.
const std::string& refreshed() {
  static const std::string film = coded("intra-refresh=1:keyint=40:scenecut=0");
  return film;
}

/// Keyframes every two seconds.
const std::string& ordinary() {
  static const std::string film = coded("keyint=40:min-keyint=40:scenecut=0");
  return film;
}

/// What comes first, and what a check was told.
struct Beginning {
  std::int64_t first = -1;  ///< when the first picture is shown, in milliseconds; -1: there is none
  std::vector<std::int64_t> already;
};

Beginning beginning(const std::string& film, std::int64_t milliseconds) {
  const auto video = VideoFile::open(film, Format::mp4, limit_of(1'000));
  const AVRational unit = video->pictures().time_base;
  const AVRational millisecond{1, milliseconds_each};
  Beginning found;
  PicturesFrom pictures(*video, video->first_time() + av_rescale_q(milliseconds, millisecond, unit),
                        [&](std::int64_t already) { found.already.push_back(already); });
  const ffmpeg::Owned<AVFrame> frame(ffmpeg::made(av_frame_alloc(), "frame"));
  if (pictures.next(*frame))
    found.first = av_rescale_q(frame->best_effort_timestamp - video->first_time(), unit, millisecond);
  return found;
}

std::int64_t time_of_still(const std::string& film, std::int64_t milliseconds, std::int64_t most) {
  const auto video = VideoFile::open(film, Format::mp4, limit_of(most));
  const auto frame = frame_at(*video, milliseconds);
  return av_rescale_q(frame->best_effort_timestamp - video->first_time(), video->pictures().time_base,
                      {1, milliseconds_each});
}

TEST(PicturesFrom, BeginAtTheKeyframeBefore) {
  for (const std::int64_t time : {0, 1'950, 2'000, 5'025, 11'950}) {
    const Beginning found = beginning(ordinary(), time);
    EXPECT_EQ(found.first, time / 2'000 * 2'000);
    EXPECT_THAT(found.already, ElementsAre(0)) << "nothing is decoded twice";
  }
}

TEST(PicturesFrom, BeginFartherBackWhereAKeyframeIsNoWholePicture) {
  std::size_t most_tries = 0;
  for (std::int64_t time = 0; time < 12'000; time += picture_lasts) {
    const Beginning found = beginning(refreshed(), time);
    ASSERT_GE(found.first, 0) << time;
    ASSERT_LE(found.first, time);
    most_tries = std::max(most_tries, found.already.size());
    ASSERT_TRUE(std::ranges::is_sorted(found.already));
  }
  EXPECT_GT(most_tries, 1U) << "its keyframes are whole pictures";
  EXPECT_LE(most_tries, 4U);
}

TEST(PicturesFrom, StillsAreThePictureThatIsShownThen) {
  for (std::int64_t time = 0; time < 12'000; time += picture_lasts) {
    ASSERT_EQ(time_of_still(refreshed(), time, 1'000), time);
    ASSERT_EQ(time_of_still(refreshed(), time + picture_lasts / 2, 1'000), time);
  }
}

/// The time for which most is decoded in vain, and how many pictures that is.
std::pair<std::int64_t, std::int64_t> worst_time() {
  std::pair<std::int64_t, std::int64_t> worst;
  for (std::int64_t time = 0; time < 12'000; time += picture_lasts) {
    const std::int64_t in_vain = beginning(refreshed(), time).already.back();
    if (in_vain > worst.second) worst = {time, in_vain};
  }
  return worst;
}

TEST(PicturesFrom, WhatAllTriesDecodeCounts) {
  const auto [time, in_vain] = worst_time();
  constexpr std::int64_t enough = 200;
  EXPECT_EQ(time_of_still(refreshed(), time, in_vain + enough), time);
  try {
    time_of_still(refreshed(), time, in_vain + 1);
    ADD_FAILURE() << "it was not refused";
  } catch (const Refused& refused) {
    EXPECT_EQ(refused.error().code, ErrorCode::payload_too_large);
    EXPECT_THAT(refused.error().message.text, testing::HasSubstr("render.max_still_pixels"));
  }
}

}  // namespace
}  // namespace rucola::render::worker
