#include "render/planning/film_plan.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/planning/planned.h"
#include "result_matchers.h"

namespace rucola::render {
namespace {

using test::FailsWith;
using testing::HasSubstr;

const SourceFacts video = with(photo, [](SourceFacts& facts) {
  facts.format = Format::mp4;
  facts.size = {1920, 1080};
});

/// Has measured each film.
class CinemaLibrary : public EmptyLibrary {
 public:
  Result<SourceFacts> linked_video(std::string_view hash) override {
    if (hash == refused) return fail(ErrorCode::forbidden, "a linked video is protected");
    const auto found = images.find(hash);
    if (found == images.end()) return EmptyLibrary::linked_video(hash);
    return found->second;
  }
  std::map<std::string, SourceFacts, std::less<>> images;
  std::string refused{};
  std::optional<Measured> measured(std::string_view /*key*/) override { return film; }
  std::optional<Measured> film = Measured{1, 6'000'000, 300'000'000, 6, 6, 2.5};
};

class FilmPlanTest : public testing::Test {
 protected:
  Result<Planned> planned(std::string_view format, std::string_view slug = "",
                          const SourceFacts& source = video) {
    return Planner(settings, "8.14.1")
        .plan(
            {.stack = stack, .source = source, .format = format, .url_operates = url_operates, .slug = slug},
            library);
  }
  FilmList list(std::string_view format, std::string_view slug = "", const SourceFacts& source = video) {
    return std::get<FilmList>(planned(format, slug, source).value());
  }
  std::vector<Size> sizes(std::string_view format, std::string_view slug = "") {
    const FilmList listed = list(format, slug);
    std::vector<Size> found;
    found.reserve(listed.renditions.size());
    for (const FilmList::Rendition& rendition : listed.renditions)
      found.push_back(rendition.size);
    return found;
  }
  PlannedRender part(std::string_view slug) { return std::get<PlannedRender>(planned("ts", slug).value()); }

  CinemaLibrary library;
  StackDefinition stack;
  Settings settings;
  bool url_operates = false;
};

TEST_F(FilmPlanTest, WhereItIsCutIsMeasuredFirst) {
  library.film.reset();
  const auto first = planned("m3u8");
  ASSERT_TRUE(first);
  const auto& needed = std::get<NeededMeasurement>(*first);
  EXPECT_EQ(needed.measurement.kind, Measurement::Kind::film);
  EXPECT_EQ(needed.plan.source, video.size);
  EXPECT_TRUE(needed.plan.steps.empty());
  const auto other = planned("ts", "1-1280x720_0");
  ASSERT_TRUE(other);
  EXPECT_EQ(std::get<NeededMeasurement>(*other).key, needed.key);  // once for all
}

TEST_F(FilmPlanTest, AListOfPartsIsThatOfOneRendition) {
  const FilmList whole = list("m3u8");
  EXPECT_EQ(whole.of, FilmList::Of::parts);
  ASSERT_EQ(whole.renditions.size(), 1U);
  EXPECT_EQ(whole.renditions.front().name, "5859-1920x1080");
  EXPECT_EQ(whole.renditions.front().bits_per_second, 6'000'000);
  EXPECT_THAT(whole.seconds, testing::ElementsAre(6, 6, 2.5));
  EXPECT_THAT(sizes("m3u8", "583-1280x720"), testing::ElementsAre(Size{1280, 720}));
  EXPECT_THAT(sizes("m3u8", "my-holidays"), testing::ElementsAre(Size{1920, 1080}));
  const auto missing = planned("m3u8", "583-1281x720");
  ASSERT_THAT(missing, FailsWith(ErrorCode::not_found));
  EXPECT_THAT(missing.error().message.text, HasSubstr("-1280x720"));
}

TEST_F(FilmPlanTest, AListOfRenditionsHasThoseThatAreLargeEnough) {
  EXPECT_EQ(list("m3u").of, FilmList::Of::renditions);
  EXPECT_EQ(sizes("m3u").size(), 4U);
  stack.options["min_video_height"] = std::int64_t{480};
  EXPECT_THAT(sizes("m3u"), testing::ElementsAre(Size{1920, 1080}, Size{1280, 720}, Size{854, 480}));
  stack.options["min_video_width"] = std::int64_t{900};
  EXPECT_THAT(sizes("m3u"), testing::ElementsAre(Size{1920, 1080}, Size{1280, 720}));
  stack.options["min_video_width"] = std::int64_t{6000};
  EXPECT_THAT(sizes("m3u"), testing::ElementsAre(Size{1920, 1080}));
}

TEST_F(FilmPlanTest, WhereVideosAreLinkedTheseAreListed) {
  const SourceFacts linking = with(video, [](SourceFacts& facts) {
    facts.hash = "own";
    facts.dynamic_metadata_json = R"({"linked":{"hashes":["small","gone","photo","small","own"]}})";
  });
  library.images["small"] = with(video, [](SourceFacts& facts) {
    facts.hash = "small";
    facts.sha256 = std::string(64, 'b');
    facts.size = {320, 180};
  });
  library.images["photo"] = photo;
  library.images["own"] = linking;
  const auto renditions = list("m3u", "", linking).renditions;
  ASSERT_EQ(renditions.size(), 2U);
  EXPECT_EQ(renditions[0].video, "");
  EXPECT_EQ(renditions[0].size, video.size);
  EXPECT_EQ(renditions[1].video, "small");
  EXPECT_EQ(renditions[1].size, (Size{320, 180}));
  EXPECT_EQ(renditions[1].name, "5859-320x180");
}

TEST_F(FilmPlanTest, ALinkedVideoThatIsNotForEverybodyIsNotLeftOutOfTheList) {
  const SourceFacts linking = with(video, [](SourceFacts& facts) {
    facts.hash = "own";
    facts.dynamic_metadata_json = R"({"linked":{"hashes":["small"]}})";
  });
  library.refused = "small";
  const auto listed = planned("m3u", "", linking);
  ASSERT_THAT(listed, FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(listed.error().message.text, HasSubstr("a linked video is protected"));
  EXPECT_TRUE(planned("m3u8", "", linking)) << "which lists the parts of this one alone";
}

TEST_F(FilmPlanTest, APartOfTheOwnSizeKeepsItsPictures) {
  const PlannedRender own = part("6-1920x1080_2");
  EXPECT_EQ(own.plan.film_part, 2);
  EXPECT_EQ(own.plan.encoding.format, Format::ts);
  EXPECT_FALSE(codes_film_anew(own.plan));
  EXPECT_FALSE(own.files.front().is_drawing);
  EXPECT_EQ(own.cost, Cost::zero());
  EXPECT_NE(own.key, part("6-1920x1080_1").key);
  EXPECT_EQ(own.key, part("9999-1920x1080_2").key);  // that number is for people
  stack.options["mp4.quality"] = std::int64_t{30};
  EXPECT_EQ(part("6-1920x1080_2").key, own.key);
}

TEST_F(FilmPlanTest, APartOfAnotherSizeIsCodedAnew) {
  const PlannedRender small = part("6-1280x720_0");
  EXPECT_TRUE(codes_film_anew(small.plan));
  ASSERT_EQ(small.plan.steps.size(), 1U);
  EXPECT_EQ(std::get<ResizeStep>(small.plan.steps.front()).to, (Size{1280, 720}));
  EXPECT_EQ(small.plan.encoding.quality, 50);
  stack.options["mp4.quality"] = std::int64_t{30};
  EXPECT_EQ(part("6-1280x720_0").plan.encoding.quality, 30);
}

TEST_F(FilmPlanTest, WhereNoPictureCanBeKeptAllAreCodedAnew) {
  library.film = Measured{0, 6'000'000, 300'000'000, 6, 6, 2.5};
  const PlannedRender own = part("6-1920x1080_0");
  EXPECT_TRUE(codes_film_anew(own.plan));
  EXPECT_EQ(std::get<ResizeStep>(own.plan.steps.front()).to, (Size{1920, 1080}));
}

TEST_F(FilmPlanTest, RenditionsThatCouldNotBeDecodedAreNotListed) {
  settings.max_still_pixels = 300'000'000;
  EXPECT_EQ(sizes("m3u").size(), 4U);
  settings.max_still_pixels = 299'999'999;
  EXPECT_THAT(sizes("m3u"), testing::ElementsAre(Size{1920, 1080}));
  EXPECT_TRUE(planned("m3u8"));
  EXPECT_TRUE(planned("ts", "6-1280x720_2")) << "other parts of it may be shorter";
  const auto small = planned("m3u8", "6-1280x720");
  ASSERT_THAT(small, FailsWith(ErrorCode::payload_too_large));
  EXPECT_THAT(small.error().message.text,
              testing::AllOf(HasSubstr(" 300000000 pixels"), HasSubstr("render.max_still_pixels")));
  library.film->front() = 0;
  for (const char* list : {"m3u", "m3u8"})
    EXPECT_THAT(planned(list), FailsWith(ErrorCode::payload_too_large)) << list;
}

TEST_F(FilmPlanTest, LinkedVideosThatCouldNotBeDecodedAreNotListed) {
  const SourceFacts linking = with(video, [](SourceFacts& facts) {
    facts.hash = "own";
    facts.dynamic_metadata_json = R"({"linked":{"hashes":["small"]}})";
  });
  library.images["small"] = with(video, [](SourceFacts& facts) { facts.hash = "small"; });
  settings.max_still_pixels = 299'999'999;
  EXPECT_EQ(list("m3u", "", linking).renditions.size(), 2U) << "their pictures are kept";
  library.film->front() = 0;
  EXPECT_THAT(planned("m3u", "", linking), FailsWith(ErrorCode::payload_too_large));
}

TEST_F(FilmPlanTest, WhatThereIsNotIsNotFound) {
  for (const char* slug : {"", "x", "6-1920x1080", "6-1920x1081_0", "6-3840x2160_0"}) {
    const auto missing = planned("ts", slug);
    ASSERT_THAT(missing, FailsWith(ErrorCode::not_found)) << slug;
    EXPECT_THAT(missing.error().message.text, HasSubstr("-1920x1080, ")) << slug;
  }
  const auto beyond = planned("ts", "6-1920x1080_3");
  ASSERT_THAT(beyond, FailsWith(ErrorCode::not_found));
  EXPECT_THAT(beyond.error().message.text, HasSubstr("the last is 2"));
}

TEST_F(FilmPlanTest, OnlyVideosAreStreamed) {
  for (const char* format : {"m3u", "m3u8", "ts"}) {
    const auto refused = planned(format, "", photo);
    ASSERT_THAT(refused, FailsWith(ErrorCode::unsupported_media_type));
    EXPECT_THAT(refused.error().message.text, HasSubstr("jpg"));
  }
}

TEST_F(FilmPlanTest, OperationsOfTheUrlAreRefusedAndThoseOfTheStackDoNotMatter) {
  stack.operations.push_back({.name = "resize"});  // which says nothing: of a picture it would be refused
  EXPECT_TRUE(planned("m3u8"));
  EXPECT_TRUE(planned("ts", "6-1280x720_0"));
  url_operates = true;
  EXPECT_THAT(planned("m3u8"), FailsWith(ErrorCode::unprocessable));
  EXPECT_THAT(planned("ts", "6-1280x720_0"), FailsWith(ErrorCode::unprocessable));
}

TEST_F(FilmPlanTest, WhatTheStackIsBasedOnHasToBeThere) {
  stack.options["basestack"] = std::string("nowhere");
  EXPECT_THAT(planned("m3u8"), FailsWith(ErrorCode::not_found));
}

TEST_F(FilmPlanTest, AFormulaMaySayWhatIsListed) {
  Overrides overrides;
  ASSERT_TRUE(add_overrides("options-min_video_height-[image.height/2]", overrides));
  stack = dynamic_stack(overrides);
  EXPECT_THAT(sizes("m3u"), testing::ElementsAre(Size{1920, 1080}, Size{1280, 720}));
}

}  // namespace
}  // namespace rucola::render
