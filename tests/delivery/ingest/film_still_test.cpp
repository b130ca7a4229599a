#include "delivery/ingest/film_still.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file_name.h"
#include "base/utf8.h"
#include "result_matchers.h"

namespace rucola::delivery {
namespace {

using render::Format;
using test::FailsWith;
using testing::HasSubstr;

/// Draws whatever it is told to, and remembers it.
class Drawing final : public render::Renderer {
 public:
  std::optional<render::Plan> plan;
  render::JobFor whom;

  void render(std::vector<render::Source> /*sources*/, const render::Plan& planned,
              const render::JobFor& asker, std::function<void(Result<render::RenderedImage>)> done) override {
    plan = planned;
    whom = asker;
    done(render::RenderedImage{.bytes = std::string("a picture"), .format = planned.encoding.format});
  }
  void optimize(std::vector<render::Source> /*sources*/, const render::Plan& /*plan*/,
                std::function<void(Result<render::RenderedImage>)> done) override {
    done(unused());
  }
  void measure(std::vector<render::Source> /*sources*/, const render::Plan& /*plan*/,
               render::Measurement /*measurement*/, const render::JobFor& /*whom*/,
               std::function<void(Result<render::Measured>)> done) override {
    done(unused());
  }
  void inspect(render::Source /*source*/, const std::string& /*organization*/,
               std::function<void(Result<render::Inspection>)> done) override {
    done(unused());
  }
  void repack(render::Source /*source*/, render::Repacking /*how*/, const std::string& /*organization*/,
              std::function<void(Result<render::RenderedImage>)> done) override {
    done(unused());
  }
  [[nodiscard]] std::string vips_version() const override { return "8.14.1"; }

 private:
  static std::unexpected<Error> unused() { return fail(ErrorCode::internal, "unused"); }
};

class FilmStill : public testing::Test {
 protected:
  Result<render::RenderedImage> still_at(std::int32_t time) {
    std::optional<Result<render::RenderedImage>> answer;
    draw_still(workers, {}, seen, time, {.organization = "acme"},
               [&answer](Result<render::RenderedImage> drawn) { answer.emplace(std::move(drawn)); });
    return std::move(answer).value();
  }

  Drawing workers;
  render::Inspection seen{.format = Format::mp4,
                          .size = {1920, 1080},
                          .static_metadata_json = R"({"video":{"data":{"duration":"00:01:19.34"}}})"};
};

TEST_F(FilmStill, IsThePictureOfThatTimeWithoutLoss) {
  const auto still = still_at(22'500);
  ASSERT_TRUE(still);
  EXPECT_EQ(still->bytes.view(), "a picture");
  ASSERT_TRUE(workers.plan);
  EXPECT_EQ(workers.plan->timestamp, 22'500);
  EXPECT_EQ(workers.plan->source, seen.size);
  EXPECT_TRUE(workers.plan->steps.empty());
  EXPECT_EQ(workers.plan->encoding.format, Format::png);
  EXPECT_EQ(workers.plan->encoding.palette_quality, 0);
  EXPECT_EQ(workers.whom.organization, "acme");
}

TEST_F(FilmStill, ThereIsNoneAfterTheEnd) {
  EXPECT_TRUE(still_at(79'340));
  const auto late = still_at(80'000);
  ASSERT_THAT(late, FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(late.error().message.text, HasSubstr("The time behind the URL lies after the end"));
  EXPECT_THAT(late.error().message.text, HasSubstr("00:01:19.34"));
}

TEST_F(FilmStill, ThereIsOneWhereNobodyKnowsHowLongTheVideoIs) {
  seen.static_metadata_json = "{}";
  EXPECT_TRUE(still_at(80'000));
}

TEST_F(FilmStill, WhetherThereIsOneIsKnownBeforeItIsDrawn) {
  const FilmFacts film = film_facts(seen);
  EXPECT_THAT(check_has_picture(film, 79'340), test::Succeeds());
  EXPECT_THAT(check_has_picture(film, 80'000), FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(check_has_picture({.format = Format::jpg}, 0), FailsWith(ErrorCode::unprocessable));
}

TEST_F(FilmStill, WhatIsNoVideoHasNone) {
  for (const Format format : {Format::jpg, Format::gif, Format::pdf, Format::ttf, Format::docx}) {
    seen.format = format;
    const auto still = still_at(0);
    ASSERT_THAT(still, FailsWith(ErrorCode::unprocessable));
    EXPECT_THAT(still.error().message.text, HasSubstr(render::name_of(format)));
    EXPECT_THAT(still.error().message.text, HasSubstr("%40"));
  }
  EXPECT_FALSE(workers.plan) << "nothing was drawn";
}

TEST(StillName, IsThatOfTheVideoWithAnotherEnding) {
  EXPECT_EQ(still_name("film.mp4"), "film.png");
  EXPECT_EQ(still_name("film.of.2026.webm"), "film.of.2026.png");
  EXPECT_EQ(still_name("film"), "film.png");
  EXPECT_EQ(still_name(".film"), ".film.png");
}

/// It was "...png" and ".png".
TEST(StillName, IsOneWhereTheVideoHasNone) {
  for (const char* name : {"", ".", "..", "..."})
    EXPECT_EQ(still_name(name), "still.png") << name;
}

/// With the ending of a picture it was longer than a name may be.
TEST(StillName, IsNoLongerThanNamesAre) {
  EXPECT_EQ(still_name(std::string(longest_file_name, 'a')), std::string(251, 'a') + ".png");
  EXPECT_EQ(still_name("a" + std::string(250, 'b') + ".mp4"), "a" + std::string(250, 'b') + ".png");
  std::string umlauts = "a";
  while (umlauts.size() + 2 <= longest_file_name)
    umlauts += "ä";
  const std::string cut = still_name(umlauts);
  EXPECT_EQ(cut.size(), longest_file_name);
  EXPECT_TRUE(is_utf8(cut));
  EXPECT_EQ(still_name("b" + umlauts.substr(0, 253)).size(), longest_file_name - 1);
}

}  // namespace
}  // namespace rucola::delivery
