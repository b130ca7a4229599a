// Videos in parts, as a worker makes them: each is read again by FFmpeg's own programs.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/worker/drawn.h"
#include "render/worker/sample_films.h"

namespace rucola::render::worker {
namespace {

using films::Packet;
using testing::HasSubstr;

constexpr Size size{96, 64};

protocol::Limits film_limits() {
  protocol::Limits within = limits;
  within.video_pixel_seconds = 30'000'000'000;
  within.still_pixels = 2'500'000'000;
  return within;
}

Plan plan_of_part(std::int32_t part, std::vector<Step> steps = {}, Size source = size) {
  Plan plan = plan_for(source, std::move(steps), Format::ts);
  plan.film_part = part;
  return plan;
}

std::string part_of(const std::string& film, const Plan& plan) {
  const auto made = draw_one(film, plan, film_limits());
  if (!made) throw std::runtime_error(made.error().message.text + made.error().detail.text);
  EXPECT_EQ(made->format, Format::ts);
  return made->bytes;
}

Measured measured(const std::string& film, Size source = size) {
  const File file{film};
  const auto result =
      measure(Files(&file, 1), plan_for(source, {}), {.kind = Measurement::Kind::film}, film_limits());
  if (!result) throw std::runtime_error(result.error().message.text + result.error().detail.text);
  return *result;
}

template <class Work>
Error refusal(Work work) {
  try {
    const auto result = work();
    if (!result) return result.error();
  } catch (const Refused& refused) {
    return refused.error();
  }
  return {ErrorCode::internal, {"it was not refused"}};
}

Error refused_part(const std::string& film, const Plan& plan,
                   const protocol::Limits& within = film_limits()) {
  return refusal([&] { return draw_one(film, plan, within); });
}

/// Keyframes every two seconds, with pictures that hang on later ones.
std::string ordinary(int seconds = 20, const std::string& name = "film.mp4") {
  return films::made(
      films::pictures_and_sound(seconds) +
          " -c:v libx264 -preset veryfast -pix_fmt yuv420p -bf 2 -g 40 -sc_threshold 0 -shortest",
      name);
}

const ResizeStep small{{48, 32}};

std::vector<std::string> parts_of(const std::string& film, const std::vector<Step>& steps) {
  std::vector<std::string> parts;
  const std::size_t count = measured(film).size() - 3;
  parts.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    parts.push_back(part_of(film, plan_of_part(static_cast<std::int32_t>(i), steps)));
  return parts;
}

std::vector<double> times_of(const std::vector<Packet>& packets) {
  std::vector<double> times(packets.size());
  std::ranges::transform(packets, times.begin(), &Packet::shown);
  std::ranges::sort(times);
  return times;
}

/// The same packets at the same times, counted from the first picture of the film in both.
void expect_same_times(const std::vector<Packet>& streamed, double streamed_from,
                       const std::vector<Packet>& stored, double stored_from) {
  const auto found = times_of(streamed);
  const auto wanted = times_of(stored);
  ASSERT_EQ(found.size(), wanted.size());
  constexpr double rounding = 0.001;  // where several packets of sound have one time between them
  for (std::size_t i = 0; i < found.size(); ++i)
    ASSERT_NEAR(found[i] - streamed_from, wanted[i] - stored_from, rounding) << i;
}

/// All of the parts, one behind the other.
void expect_whole_film(const std::vector<std::string>& parts, const std::string& film) {
  std::vector<Packet> pictures;
  std::vector<Packet> sound;
  for (const std::string& part : parts) {
    const auto of_part = films::pictures_of(part);
    ASSERT_FALSE(of_part.empty());
    EXPECT_TRUE(of_part.front().is_whole);
    pictures.insert(pictures.end(), of_part.begin(), of_part.end());
    const auto heard = films::sound_of(part);
    sound.insert(sound.end(), heard.begin(), heard.end());
  }
  EXPECT_TRUE(std::ranges::is_sorted(pictures, std::ranges::less_equal{}, &Packet::decoded));
  const double streamed_from = times_of(pictures).front();
  const double stored_from = times_of(films::pictures_of(film)).front();
  EXPECT_NEAR(streamed_from, 10, 0.1);
  expect_same_times(pictures, streamed_from, films::pictures_of(film), stored_from);
  expect_same_times(sound, streamed_from, films::sound_of(film), stored_from);
}

// ---- measuring

TEST(FilmPart, ItsMeasurementTellsPartsAndBits) {
  const std::string film = ordinary();
  const Measured found = measured(film);
  ASSERT_EQ(found.size(), 7U);
  EXPECT_EQ(found[0], 1);
  EXPECT_NEAR(found[1], static_cast<double>(film.size()) * 8 / 20, found[1] / 50);
  for (const std::size_t whole : {3U, 4U, 5U})
    EXPECT_EQ(found[whole], 6) << whole;
  EXPECT_NEAR(found[6], 2, 0.1);
}

/// What is measured and what is decoded are the same number.
TEST(FilmPart, ItsMeasurementTellsHowMuchIsDecoded) {
  const std::string film = ordinary();
  const double most = measured(film)[2];
  EXPECT_EQ(most, 122.0 * size.width * size.height) << "two hang on the first picture of the next part";
  protocol::Limits within = film_limits();
  within.still_pixels = static_cast<std::int64_t>(most);
  for (const int part : {0, 1, 2})
    EXPECT_TRUE(draw_one(film, plan_of_part(part, {small}), within)) << part;
  --within.still_pixels;
  EXPECT_EQ(refused_part(film, plan_of_part(0, {small}), within).code, ErrorCode::payload_too_large);
}

TEST(FilmPart, WhatPlayersMightShowWrongIsNotKept) {
  const auto is_kept = [](const std::string& arguments, const std::string& name = "film.mp4",
                          Size source = size) {
    return measured(films::made(films::pictures_and_sound(1, false) + " " + arguments, name), source).front();
  };
  EXPECT_EQ(is_kept("-c:v libx264 -pix_fmt yuv420p"), 1);
  EXPECT_EQ(is_kept("-c:v libx264 -pix_fmt yuv420p", "film.mov"), 1);
  EXPECT_EQ(is_kept("-c:v libx264 -pix_fmt yuv422p"), 0);
  EXPECT_EQ(is_kept("-c:v libx264 -pix_fmt yuv420p10le"), 0);
  EXPECT_EQ(is_kept("-c:v libx264 -pix_fmt yuv420p -vf setsar=2", "film.mp4", {192, 64}), 0);
  EXPECT_EQ(is_kept("-c:v libx265 -x265-params log-level=error -pix_fmt yuv420p"), 0);
  EXPECT_EQ(is_kept("-c:v libvpx-vp9 -deadline realtime -cpu-used 8", "film.webm"), 0);
}

// ---- parts

TEST(FilmPart, KeptPicturesAreAllOfTheFilmOnce) {
  const std::string film = ordinary();
  const auto parts = parts_of(film, {});
  EXPECT_EQ(parts.size(), 4U);
  expect_whole_film(parts, film);
  EXPECT_EQ(films::fact_of(parts[1], "codec_name"), "h264");
  EXPECT_EQ(films::fact_of(parts[1], "profile"), films::fact_of(film, "profile"));
}

TEST(FilmPart, KeptPicturesOfFragmentsAreAllOfTheFilmOnce) {
  const std::string film = films::remuxed(ordinary(), "", "-movflags frag_keyframe+delay_moov");
  expect_whole_film(parts_of(film, {}), film);
}

TEST(FilmPart, PicturesCodedAnewAreAllOfTheFilmOnce) {
  const std::string film = ordinary();
  const auto parts = parts_of(film, {small});
  EXPECT_EQ(parts.size(), 4U);
  expect_whole_film(parts, film);
  for (const std::string& part : parts) {
    EXPECT_EQ(films::fact_of(part, "width"), "48");
    EXPECT_EQ(films::fact_of(part, "height"), "32");
    EXPECT_EQ(films::fact_of(part, "pix_fmt"), "yuv420p");
    EXPECT_EQ(films::fact_of(part, "color_space"), "bt709");
  }
}

/// Behind a keyframe there are pictures that are shown before it, and hang on the one before as well.
TEST(FilmPart, OfOpenGroupsNoPictureIsLost) {
  const std::string pictures = films::pictures_and_sound(16, false);
  const std::string h264 = films::made(pictures +
                                       " -c:v libx264 -preset veryfast -pix_fmt yuv420p -x264-params "
                                       "keyint=40:min-keyint=40:scenecut=0:bframes=3:open-gop=1");
  EXPECT_EQ(measured(h264).front(), 1);
  expect_whole_film(parts_of(h264, {}), h264);
  expect_whole_film(parts_of(h264, {small}), h264);
  const std::string hevc =
      films::made(pictures +
                  " -c:v libx265 -preset fast -pix_fmt yuv420p -tag:v hvc1 -x265-params "
                  "log-level=error:keyint=40:min-keyint=40:scenecut=0:bframes=3:open-gop=1");
  expect_whole_film(parts_of(hevc, {small}), hevc);
}

/// No picture but the first is stored as a whole; keyframes are where a decoder may begin that shows nothing
/// for a while.
TEST(FilmPart, OfAFilmThatIsRefreshedBitByBitNoPictureIsLost) {
  const std::string film =
      films::made(films::pictures_and_sound(20) +
                  " -c:v libx264 -preset veryfast -pix_fmt yuv420p -shortest -x264-params "
                  "intra-refresh=1:keyint=40:scenecut=0");
  const auto parts = parts_of(film, {small});
  EXPECT_GE(parts.size(), 3U);
  expect_whole_film(parts, film);
}

TEST(FilmPart, IsTheSameEachTime) {
  const std::string film = ordinary(8);
  for (const auto& steps : {std::vector<Step>{}, std::vector<Step>{small}})
    EXPECT_EQ(part_of(film, plan_of_part(1, steps)), part_of(film, plan_of_part(1, steps)));
}

TEST(FilmPart, QualityChangesItsSize) {
  const std::string film = ordinary(3);
  Plan plan = plan_of_part(0, {ResizeStep{{80, 54}}});
  const std::size_t fine = part_of(film, plan).size();
  plan.encoding.quality = 20;
  EXPECT_LT(part_of(film, plan).size(), fine);
}

TEST(FilmPart, WithoutSoundHasPictures) {
  const std::string film =
      films::made(films::pictures_and_sound(2, false) + " -c:v libx264 -pix_fmt yuv420p");
  EXPECT_EQ(films::pictures_of(part_of(film, plan_of_part(0))).size(), 40U);
  EXPECT_TRUE(films::sound_of(part_of(film, plan_of_part(0, {small}))).empty());
}

TEST(FilmPart, Mp3Stays) {
  const std::string film = films::made(films::pictures_and_sound(8) + " -c:a libmp3lame " +
                                       std::string(films::h264) + " -g 140 -sc_threshold 0");
  expect_whole_film(parts_of(film, {}), film);
}

/// The sound begins before the pictures: nothing of it is lost.
TEST(FilmPart, SoundMayBeginFirst) {
  const films::Folder folder;
  films::write_file(folder.file("pictures.mp4"),
                    films::made(films::pictures_and_sound(7, false) + " " + std::string(films::h264)));
  const std::string film = films::made("-itsoffset 2 -i '" + folder.file("pictures.mp4") +
                                       "' -f lavfi -i sine=sample_rate=44100:duration=9 -c:v copy -c:a aac");
  const std::string part = part_of(film, plan_of_part(0));
  EXPECT_EQ(films::sound_of(part).size(), films::sound_of(film).size());
  EXPECT_NEAR(films::pictures_of(part).front().shown - films::sound_of(part).front().shown, 2, 0.1);
}

TEST(FilmPart, OtherCodecsAreCodedAnewInTheirOwnSize) {
  const std::string film =
      films::made(films::pictures_and_sound(14, false) +
                      " -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 200k -g 1000 -force_key_frames 7",
                  "film.webm");
  const auto parts = parts_of(film, {});
  EXPECT_EQ(parts.size(), 2U);
  EXPECT_EQ(films::fact_of(parts[1], "codec_name"), "h264");
  EXPECT_EQ(films::fact_of(parts[1], "width"), "96");
  EXPECT_EQ(films::pictures_of(parts[0]).size() + films::pictures_of(parts[1]).size(), 280U);
}

TEST(FilmPart, OddSidesBecomeEven) {
  const std::string film = films::made(
      "-f lavfi -i testsrc=size=97x65:rate=20:duration=1 -c:v libvpx-vp9 "
      "-pix_fmt yuv420p -deadline realtime -cpu-used 8",
      "film.webm");
  const std::string part = part_of(film, plan_of_part(0, {}, {97, 65}));
  EXPECT_EQ(films::fact_of(part, "width"), "98");
  EXPECT_EQ(films::fact_of(part, "height"), "66");
}

/// Red at the top left, green at the top right, blue at the bottom left, white at the bottom right.
std::string corners(const std::string& options = {}) {
  const std::string picture =
      "-f lavfi -i \"color=c=red:size=96x64:rate=20:duration=1,"
      "drawbox=x=48:y=0:w=48:h=32:color=lime:t=fill,drawbox=x=0:y=32:w=48:h=32:color=blue:t=fill,"
      "drawbox=x=48:y=32:w=48:h=32:color=white:t=fill\"";
  return films::made(picture + " -vf scale=out_color_matrix=bt709:out_range=tv -colorspace bt709 " +
                     "-c:v libx264 -crf 5 -pix_fmt yuv420p " + options);
}

std::vector<double> color_at(const samples::VImage& image, double x, double y) {
  return pixel(image, static_cast<int>(image.width() * x), static_cast<int>(image.height() * y));
}

MATCHER_P(IsNearly, color, "") {
  for (std::size_t i = 0; i < 3; ++i) {
    if (std::abs(arg[i] - color[i]) > 12) return false;
  }
  return true;
}

const std::vector<double> red{255, 0, 0};
const std::vector<double> lime{0, 255, 0};
const std::vector<double> blue{0, 0, 255};
const std::vector<double> white{255, 255, 255};

/// As they are read from the left to the right, from the top to the bottom.
void expect_corners(const std::string& part, const std::vector<std::vector<double>>& colors) {
  const samples::VImage image = samples::open(films::first_picture(part));
  EXPECT_THAT(color_at(image, 0.2, 0.2), IsNearly(colors[0]));
  EXPECT_THAT(color_at(image, 0.8, 0.2), IsNearly(colors[1]));
  EXPECT_THAT(color_at(image, 0.2, 0.8), IsNearly(colors[2]));
  EXPECT_THAT(color_at(image, 0.8, 0.8), IsNearly(colors[3]));
}

TEST(FilmPart, ColoursStay) {
  expect_corners(part_of(corners(), plan_of_part(0)), {red, lime, blue, white});
  Plan fine = plan_of_part(0, {small});
  fine.encoding.quality = 98;
  expect_corners(part_of(corners(), fine), {red, lime, blue, white});
}

TEST(FilmPart, OtherMatricesAndRangesAreConverted) {
  Plan fine = plan_of_part(0, {small});
  fine.encoding.quality = 98;
  for (const char* kind : {"out_color_matrix=bt601:out_range=tv -colorspace smpte170m -pix_fmt yuv420p",
                           "out_color_matrix=bt709:out_range=pc -colorspace bt709 -color_range pc "
                           "-pix_fmt yuvj420p",
                           "out_color_matrix=bt709:out_range=pc -colorspace bt709 -color_range pc "
                           "-pix_fmt yuv420p10le"}) {
    const std::string film = films::made(
        "-f lavfi -i \"color=c=red:size=96x64:rate=20:duration=1,"
        "drawbox=x=48:y=0:w=48:h=32:color=lime:t=fill,drawbox=x=0:y=32:w=48:h=32:color=blue:t=fill,"
        "drawbox=x=48:y=32:w=48:h=32:color=white:t=fill\" -c:v libx264 -crf 5 -vf scale=" +
        std::string(kind));
    SCOPED_TRACE(kind);
    expect_corners(part_of(film, fine), {red, lime, blue, white});
  }
}

TEST(FilmPart, TurnedVideosComeUpright) {
  for (const auto& [rotation, colors] : {std::pair("90", std::vector{lime, white, red, blue}),
                                         std::pair("180", std::vector{white, blue, lime, red}),
                                         std::pair("270", std::vector{blue, red, white, lime})}) {
    const std::string tagged =
        films::remuxed(corners(), "", std::string("-metadata:s:v:0 rotate=") + rotation);
    const bool swaps = std::string(rotation) != "180";
    const Size source = swaps ? Size{64, 96} : size;
    EXPECT_EQ(measured(tagged, source).front(), 0);
    Plan fine = plan_of_part(0, {}, source);
    fine.encoding.quality = 98;
    const std::string part = part_of(tagged, fine);
    EXPECT_EQ(films::fact_of(part, "width"), std::to_string(source.width));
    EXPECT_EQ(films::fact_of(part, "height"), std::to_string(source.height));
    SCOPED_TRACE(rotation);
    expect_corners(part, colors);
  }
}

TEST(FilmPart, WhatIsBrighterThanWhiteIsToneMapped) {
  const std::string film = films::made(
      "-f lavfi -i color=c=white:size=96x64:rate=20:duration=1 -c:v libx265 -x265-params log-level=error "
      "-pix_fmt yuv420p10le -vf scale=out_color_matrix=bt2020:out_range=tv -colorspace bt2020nc "
      "-color_primaries bt2020 -color_trc arib-std-b67 -tag:v hvc1");
  const std::string part = part_of(film, plan_of_part(0));
  EXPECT_EQ(films::fact_of(part, "color_transfer"), "iec61966-2-1");
  EXPECT_EQ(films::fact_of(part, "color_primaries"), "bt709");
  EXPECT_THAT(color_at(samples::open(films::first_picture(part)), 0.5, 0.5), IsNearly(white));
}

// ---- refusals

TEST(FilmPart, BeyondTheEndThereIsNone) {
  const std::string film = ordinary(8);
  for (const auto& steps : {std::vector<Step>{}, std::vector<Step>{small}}) {
    const Error error = refused_part(film, plan_of_part(2, steps));
    EXPECT_EQ(error.code, ErrorCode::bad_request);
    EXPECT_THAT(error.message.text, HasSubstr("from 0 to 1"));
  }
}

TEST(FilmPart, SoundThatMpegTsHasNoPlaceForIsRefused) {
  const std::string film = films::made(
      films::pictures_and_sound(1) + " -c:a libopus -c:v libvpx -deadline realtime -cpu-used 8", "film.webm");
  const File file{film};
  for (const Error& error : {refused_part(film, plan_of_part(0)), refusal([&] {
                               return measure(Files(&file, 1), plan_for(size, {}),
                                              {.kind = Measurement::Kind::film}, film_limits());
                             })}) {
    EXPECT_EQ(error.code, ErrorCode::unsupported_media_type);
    EXPECT_THAT(error.message.text, testing::AllOf(HasSubstr("opus"), HasSubstr(".webm")));
  }
}

TEST(FilmPart, TooManyPicturesAreRefusedBeforeTheyAreDecoded) {
  const std::string film = ordinary(8);
  protocol::Limits few = film_limits();
  few.still_pixels = std::int64_t{100} * size.width * size.height;
  const Error error = refused_part(film, plan_of_part(0, {small}), few);
  EXPECT_EQ(error.code, ErrorCode::payload_too_large);
  EXPECT_THAT(error.message.text, HasSubstr("render.max_still_pixels"));
  EXPECT_TRUE(draw_one(film, plan_of_part(0), few)) << "what is kept is not decoded";
}

TEST(FilmPart, APictureIsNoVideo) {
  const std::string picture = samples::file(samples::photo(96, 64), ".png");
  EXPECT_EQ(refused_part(picture, plan_of_part(0)).code, ErrorCode::internal);
  EXPECT_EQ(refused_part(ordinary(1), plan_of_part(0, {GrayscaleStep{}})).code, ErrorCode::internal);
  EXPECT_EQ(refused_part(ordinary(1), plan_of_part(0, {}, {64, 96})).code, ErrorCode::internal);
}

/// Some say nothing any more, others are shown as far as they go; none hangs or ends the worker.
TEST(FilmPart, OfDamagedVideosIsAPartOrARefusal) {
  const std::string film = ordinary(8);
  for (std::size_t at = 100; at < film.size(); at += film.size() / 40) {
    std::string damaged = film;
    for (std::size_t i = at; i < std::min(at + 16, damaged.size()); ++i)
      damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    for (const auto& steps : {std::vector<Step>{}, std::vector<Step>{small}}) {
      const Error error = refused_part(damaged, plan_of_part(1, steps));
      EXPECT_FALSE(error.message.text.empty());
    }
  }
}

}  // namespace
}  // namespace rucola::render::worker
