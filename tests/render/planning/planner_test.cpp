#include "render/planning/planner.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/planning/planned.h"

namespace rucola::render {
namespace {

using testing::MatchesRegex;

TEST(PlannerTest, PlansWhatTheStackSays) {
  const auto render = planned_url("resize-width-800--crop-width-400-height-300--grayscale");
  ASSERT_TRUE(render) << render.error().message.text;
  EXPECT_EQ(render->plan.source, (Size{4000, 3000}));
  ASSERT_EQ(render->plan.steps.size(), 3U);
  EXPECT_EQ(std::get<ResizeStep>(render->plan.steps[0]).to, (Size{800, 600}));
  const auto crop = std::get<CropStep>(render->plan.steps[1]);
  EXPECT_EQ(crop.left, 200);
  EXPECT_EQ(crop.top, 150);
  EXPECT_EQ(render->plan.encoding.format, Format::jpg);
  EXPECT_FALSE(render->plan.animated);
  EXPECT_FALSE(render->attachment);
  EXPECT_FALSE(render->varies_on_accept);
  EXPECT_THAT(render->key, MatchesRegex("[0-9a-f]{64}"));
}

TEST(PlannerTest, EachStepStartsFromWhatTheOneBeforeLeft) {
  const auto render =
      planned_url("rotate-angle-90--resize-width-300--crop-width-1000-height-100-anchor-left_bottom");
  ASSERT_TRUE(render);
  EXPECT_EQ(std::get<ResizeStep>(render->plan.steps[1]).to, (Size{300, 400}));
  const auto crop = std::get<CropStep>(render->plan.steps[2]);
  EXPECT_EQ(crop.size, (Size{300, 100}));
  EXPECT_EQ(crop.top, 300);
}

TEST(PlannerTest, DisabledOperationsAreLeftOut) {
  const std::string plain = key(planned_url("resize-width-800"));
  EXPECT_EQ(key(planned_url("resize-width-800--grayscale-enabled-false")), plain);
  EXPECT_NE(key(planned_url("resize-width-800--grayscale-enabled-true")), plain);
  // One that is disabled need not be whole.
  EXPECT_EQ(key(planned_url("resize-width-800--crop-enabled-0")), plain);
}

TEST(PlannerTest, AnOperationOfTheDynamicStackMustBeWhole) {
  expect_error(planned_url("crop-width-100"), ErrorCode::bad_request,
               R"(Option "height" of operation "crop" is missing)");
  expect_error(planned_url("resize-mode-fill"), ErrorCode::bad_request, "at least one of its options");
}

TEST(PlannerTest, EqualMeaningHasEqualKeys) {
  for (const auto& [a, b] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"resize-width-800", "resize-width-800-mode-box-upscale-true"},
           {"resize-width-800", "resize-height-600"},
           {"resize-width-800", "resize-width-800-height-600-mode-absolute"},
           {"resize-width-800", "resize-width-400--o-dpr-2--o-jpg.quality-80"},
           {"resize-width-800", "noop--resize-width-800"},
           {"resize-width-800", "resize-width-800--o-jpg.quality-80"},
           {"resize-width-800", "resize-width-800--o-png.compression_level-1"},
           {"resize-width-800",
            "resize-width-800--o-webp.quality-1-optim.quality-1-content_disposition-attachment"},
           {"resize-width-800", "resize-width-800--o-jpg.transparency.color-FF0000"},
           {"resize-width-800", "resize-width-800--o-transparency.color-FF0000"},
           {"resize-width-800", "resize-width-800--crop-width-5000-height-5000"},
           {"resize-width-800", "resize-width-800--rotate-angle-360"},
           {"rotate-angle--90", "rotate-angle-270-background_color-FF0000-background_opacity-50"},
           {"rotate-angle-45", "rotate-angle-45-background_color-FF0000"},
           {"grayscale", "grayscale--grayscale"},
           {"crop-width-100-height-100", "crop-width-100-height-100-anchor-center_center"},
           {"crop-width-100-height-100-anchor-0_0", "crop-width-100-height-100-anchor-left_top"},
           {"noop", "resize-width-4000"},
           {"o-dpr-1", "noop"}}) {
    EXPECT_EQ(key(planned_url(a)), key(planned_url(b))) << a << " and " << b;
  }
}

TEST(PlannerTest, DifferentMeaningHasDifferentKeys) {
  const std::vector<std::string> keys{
      key(planned_url("resize-width-800")),
      key(planned_url("resize-width-801")),
      key(planned_url("resize-width-800--grayscale")),
      key(planned_url("grayscale--resize-width-800")),
      key(planned_url("resize-width-800--o-jpg.quality-79")),
      key(planned_url("resize-width-800", photo, "png")),
      key(planned_url("resize-width-800", photo, "webp")),
      key(planned_url("resize-width-800", with(photo, [](SourceFacts& facts) { facts.sha256[0] = 'b'; }))),
      key(planned_url("resize-width-800--rotate-angle-45--o-jpg.transparency.color-FF0000")),
      key(planned_url("resize-width-800--rotate-angle-45")),
      key(planned_url("noop")),
  };
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_NE(keys[i], keys[j]) << i << ' ' << j;
  }
}

TEST(PlannerTest, TheColourBehindTransparencyCountsWhereThereIsSome) {
  EXPECT_NE(key(planned_url("o-jpg.transparency.color-FF0000", logo)), key(planned_url("noop", logo)));
  EXPECT_EQ(key(planned_url("o-jpg.transparency.color-FF0000", logo, "png")),
            key(planned_url("noop", logo, "png")));
  EXPECT_NE(key(planned_url("o-transparency.color-FF0000", logo, "png")),
            key(planned_url("noop", logo, "png")));
  EXPECT_EQ(key(planned_url("o-transparency.color-FF0000", photo, "png")),
            key(planned_url("noop", photo, "png")));
}

TEST(PlannerTest, OneKeyForTheSameFormatHoweverItWasNegotiated) {
  const std::string negotiated = key(planned_url("o-af-1", photo, "jpg", AcceptClass::avif_and_webp));
  EXPECT_EQ(negotiated, key(planned_url("noop", photo, "avif")));
  EXPECT_EQ(key(planned_url("o-af-1", photo, "jpg", AcceptClass::webp)),
            key(planned_url("noop", photo, "webp")));
  EXPECT_EQ(key(planned_url("o-af-1", photo, "png", AcceptClass::webp)),
            key(planned_url("o-webp.quality-100", photo, "webp")));
}

TEST(PlannerTest, SaysWhereAnotherClientCouldGetAnotherAnswer) {
  EXPECT_TRUE(planned_url("o-af-1")->varies_on_accept);
  EXPECT_TRUE(planned_url("o-af-1", photo, "jpg", AcceptClass::avif_and_webp)->varies_on_accept);
  EXPECT_FALSE(planned_url("o-af-1", photo, "webp")->varies_on_accept);
  EXPECT_FALSE(planned_url("noop")->varies_on_accept);
}

TEST(PlannerTest, AnimationsStayWhereTheFormatKeepsThem) {
  EXPECT_TRUE(planned_url("resize-width-100", animation, "gif")->plan.animated);
  EXPECT_TRUE(planned_url("resize-width-100", animation, "webp")->plan.animated);
  EXPECT_TRUE(planned_url("resize-width-100", animation, "avif")->plan.animated);
  EXPECT_TRUE(planned_url("resize-width-100", animation, "jxl")->plan.animated);
  for (const char* format : {"jpg", "png", "heif"}) {
    EXPECT_FALSE(planned_url("resize-width-100", animation, format)->plan.animated) << format;
  }
  EXPECT_FALSE(planned_url("resize-width-100", photo, "gif")->plan.animated);
  const auto negotiated = planned_url("o-af-1", animation, "gif", AcceptClass::avif_and_webp);
  EXPECT_EQ(negotiated->plan.encoding.format, Format::webp);
  EXPECT_TRUE(negotiated->plan.animated);
}

TEST(PlannerTest, DprNeedsAResize) {
  expect_error(planned_url("o-dpr-2"), ErrorCode::bad_request, "needs a resize");
  expect_error(planned_url("crop-width-10-height-10--o-dpr-2"), ErrorCode::bad_request, "needs a resize");
  expect_error(planned_url("resize-width-10-enabled-false--o-dpr-2"), ErrorCode::bad_request,
               "needs a resize");
  EXPECT_TRUE(planned_url("crop-width-10-height-10--o-dpr-1"));
  EXPECT_TRUE(planned_url("resize-width-10--o-dpr-2"));
}

TEST(PlannerTest, RefusesFormatsThatItCannotWrite) {
  for (const char* format : {"pdf"}) {
    expect_error(planned_url("noop", photo, format), ErrorCode::unsupported_media_type,
                 "jpg, png, webp, avif, gif, heif, jxl, jp2, tiff, svg, blur, thumbhash, mp4, webm");
  }
  for (const char* format : {"", "exe", "blurry", "JPG"}) {
    expect_error(planned_url("noop", photo, format), ErrorCode::bad_request, "There is no image format");
  }
  EXPECT_EQ(planned_url("noop", photo, "jpeg")->plan.encoding.format, Format::jpg);
}

TEST(PlannerTest, DrawingsAreLoadedAtTheSizeOfTheirFirstResize) {
  const auto render = planned_url("resize-width-1000", drawing, "png");
  ASSERT_TRUE(render);
  EXPECT_EQ(render->plan.source, (Size{1000, 500}));
  EXPECT_TRUE(render->plan.steps.empty());
  EXPECT_EQ(render->key, key(planned_url("resize-height-250--o-dpr-2", drawing, "png")));
}

TEST(PlannerTest, DrawingsAreLoadedAsTheyAreWhereSomethingElseComesFirst) {
  const auto render = planned_url("grayscale--resize-width-1000", drawing, "png");
  EXPECT_EQ(render->plan.source, (Size{100, 50}));
  EXPECT_EQ(render->plan.steps.size(), 2U);
  EXPECT_EQ(planned_url("noop", drawing, "png")->plan.source, (Size{100, 50}));
}

TEST(PlannerTest, DrawingsThatAreStretchedAreLoadedStretched) {
  const auto render = planned_url("resize-width-1000-height-1000-mode-absolute", drawing, "png");
  ASSERT_TRUE(render);
  EXPECT_EQ(render->plan.source, (Size{1000, 1000}));
  EXPECT_TRUE(render->plan.steps.empty());
}

TEST(PlannerTest, OfSeveralResizesOfADrawingTheLastOneCounts) {
  const auto render = planned_url("resize-width-10--resize-width-1000--grayscale", drawing, "png");
  ASSERT_TRUE(render);
  EXPECT_EQ(render->plan.source, (Size{1000, 500}));
  EXPECT_EQ(render->plan.steps.size(), 1U);
}

/// 1 x 0.75 was 1 x 1.
TEST(PlannerTest, TheRatioOfADrawingIsThatOfItsUnroundedSize) {
  const SourceFacts tiny = with(drawing, [](SourceFacts& facts) {
    facts.size = {1, 1};
    facts.frame = DrawingFrame{.view_box = ExactSize{1, 0.75}};
  });
  EXPECT_EQ(planned_url("resize-width-400", tiny, "png")->plan.source, (Size{400, 300}));
  EXPECT_EQ(planned_url("resize-height-300", tiny, "png")->plan.source, (Size{400, 300}));
  const SourceFacts older = with(tiny, [](SourceFacts& facts) { facts.frame.reset(); });
  EXPECT_EQ(planned_url("resize-width-400", older, "png")->plan.source, (Size{400, 400}));
}

TEST(PlannerTest, AResizedDrawingStaysOneAsSvg) {
  const Encoding encoding = planned_url("resize-width-400", drawing, "svg")->plan.encoding;
  EXPECT_TRUE(encoding.as_it_is && encoding.resized);
  EXPECT_FALSE(planned_url("noop", drawing, "svg")->plan.encoding.resized);
  EXPECT_FALSE(planned_url("grayscale", drawing, "svg")->plan.encoding.as_it_is);
}

TEST(PlannerTest, AMeasuredBoxThatIsNoneIsNotBelieved) {
  class Measurements final : public EmptyLibrary {
   public:
    std::optional<Measured> measured(std::string_view /*key*/) override { return answer; }
    Measured answer;
  } library;
  Overrides overrides;
  ASSERT_TRUE(add_overrides("trim--resize-width-100-sharpen-true", overrides));
  const StackDefinition stack = dynamic_stack(overrides);
  const auto plan = [&](Measured answer) {
    library.answer = std::move(answer);
    return plan_render({.stack = stack, .source = photo, .format = "jpg"}, library, {});
  };
  const auto trimmed = plan({10, 20, 30, 40});
  ASSERT_TRUE(trimmed);
  EXPECT_EQ(std::get<CropStep>(trimmed->plan.steps.front()).size, (Size{30, 40}));
  const double none = std::numeric_limits<double>::quiet_NaN();
  for (const Measured& answer : std::vector<Measured>{{},
                                                      {0, 0, 10},
                                                      {0, 0, 4001, 10},
                                                      {-1, 0, 10, 10},
                                                      {0, 0, 0, 10},
                                                      {0, 2999, 10, 2},
                                                      {none, 0, 10, 10},
                                                      {0, 0, 1e300, 10}}) {
    expect_error(plan(answer), ErrorCode::internal, "");
  }
}

TEST(PlannerTest, DeliversTheSourceAsItIs) {
  const auto stack = parse_stack(boost::json::parse(R"({"operations":[],"options":{"source_file":true}})"));
  EmptyLibrary library;
  const auto planned =
      Planner({}, "8.14.1").plan({.stack = *stack, .source = photo, .format = "svg"}, library);
  ASSERT_TRUE(planned);
  EXPECT_FALSE(std::get<OriginalWanted>(*planned).attachment);
}

TEST(PlannerTest, KnowsAttachments) {
  const auto stack = parse_stack(boost::json::parse(
      R"({"operations":[],"options":{"source_file":true,"content_disposition":"attachment"}})"));
  EmptyLibrary library;
  const auto planned =
      Planner({}, "8.14.1").plan({.stack = *stack, .source = photo, .format = "docx"}, library);
  EXPECT_TRUE(std::get<OriginalWanted>(planned.value()).attachment);
  EXPECT_TRUE(planned_url("o-content_disposition-attachment")->attachment);
  EXPECT_FALSE(planned_url("o-content_disposition-inline")->attachment);
}

TEST(PlannerTest, TheQualityFollowsTheRatio) {
  EXPECT_EQ(planned_url("resize-width-100--o-dpr-2")->plan.encoding.quality, 70);
  EXPECT_EQ(planned_url("resize-width-100--o-dpr-1.5")->plan.encoding.quality, 80);
}

TEST(PlannerTest, WhatCanBeSmallerIsPlannedBesideIt) {
  const auto render = planned_url("resize-width-800");
  ASSERT_TRUE(render->smaller);
  EXPECT_NE(render->smaller->key, render->key);
  EXPECT_EQ(render->smaller->plan.encoding.min_score, 0) << "what was answered with: nothing larger follows";
  EXPECT_GT(render->smaller->plan.or_smaller.front().min_score, 0);
  EXPECT_EQ(render->plan.encoding.min_score, 0);
  EXPECT_EQ(render->smaller->plan.steps.size(), 1U);
}

TEST(PlannerTest, WhoAsksForALikenessGetsItInALargerFileToo) {
  const auto render = planned_url("resize-width-800--o-optim.quality-9");
  ASSERT_TRUE(render->smaller);
  EXPECT_GT(render->smaller->plan.encoding.min_score, 0);
}

TEST(PlannerTest, ImmediatelyMeansInTheFirstPlace) {
  const auto later = planned_url("resize-width-800");
  const auto now = planned_url("resize-width-800--o-optim.immediate-true");
  EXPECT_FALSE(now->smaller);
  EXPECT_EQ(now->key, later->smaller->key) << "it is the same file";
}

TEST(PlannerTest, NothingSmallerWhereItIsNotWantedOrTooLarge) {
  EXPECT_FALSE(planned_url("resize-width-800--o-optim.disable_all-true")->smaller);
  EXPECT_FALSE(planned_url("resize-width-800", photo, "blur")->smaller);
  EXPECT_FALSE(planned_url("resize-width-8000-upscale-true")->smaller);
  const auto large = planned_url("resize-width-8000-upscale-true--o-optim.immediate-true");
  EXPECT_EQ(large->plan.encoding.min_score, 0);
  const Settings off{.optimize = false};
  EXPECT_FALSE(planned_url("resize-width-800", photo, "jpg", AcceptClass::neither, off)->smaller);
  const auto asked =
      planned_url("resize-width-800--o-optim.immediate-true", photo, "jpg", AcceptClass::neither, off);
  EXPECT_FALSE(asked->plan.or_smaller.empty());
}

TEST(PlannerTest, TheFirstAnswerIsQuickWhereASmallerOneFollows) {
  const auto first = planned_url("resize-width-800", photo, "webp");
  EXPECT_TRUE(first->plan.encoding.quick);
  EXPECT_TRUE(first->smaller->plan.encoding.quick) << "it is compared with the answer";
  EXPECT_FALSE(first->smaller->plan.or_smaller.front().quick);
  EXPECT_FALSE(
      planned_url("resize-width-800--o-optim.quality-5", photo, "webp")->smaller->plan.encoding.quick);
  EXPECT_FALSE(planned_url("resize-width-800--o-optim.disable_all-true", photo, "webp")->plan.encoding.quick);
  EXPECT_FALSE(
      planned_url("resize-width-800--o-optim.immediate-true", photo, "webp")->plan.or_smaller.front().quick);
  const Settings off{.optimize = false};
  EXPECT_FALSE(
      planned_url("resize-width-800", photo, "webp", AcceptClass::neither, off)->plan.encoding.quick);
}

TEST(PlannerTest, AnEffortThatIsAskedForIsMadeAtOnce) {
  EXPECT_TRUE(planned_url("resize-width-800", photo, "png")->plan.encoding.quick);
  EXPECT_FALSE(planned_url("resize-width-800--o-png.compression_level-9", photo, "png")->plan.encoding.quick);
}

TEST(PlannerTest, WhatIsChosenForTransparentResultsBecomesSmallerToo) {
  const SourceFacts clear = with(photo, [](SourceFacts& facts) { facts.opaque = false; });
  const auto render =
      planned_url("resize-width-800--o-jpg.transparency.autoformat-true", clear, "jpg", AcceptClass::webp);
  ASSERT_TRUE(render->smaller);
  ASSERT_TRUE(render->smaller->plan.if_transparent);
  EXPECT_GT(render->smaller->plan.if_transparent->min_score, 0);
}

TEST(PlannerTest, BaseStacksAndTilesStayAsTheyAre) {
  EXPECT_FALSE(Planner({}, "8.14.1").plan_steps(photo, {}, "jpg")->smaller);
}

// Pinned: a key that changes by accident makes every installation render everything again. When it has to
// change, raise the codec epoch in render_keys.h and write the new one here.
TEST(PlannerTest, TheKeyOfARenderIsStable) {
  const auto render = planned_url("resize-width-800--rotate-angle-12.5--crop-width-100-height-100");
  EXPECT_EQ(
      serialise(render->plan),
      R"({"source":[4000,3000],"steps":[{"step":"resize","to":[800,600]},{"step":"rotate","degrees":1.25E1},)"
      R"({"step":"crop","left":405,"top":329,"size":[100,100]}],"encoding":{"format":"jpg"}})");
  // SHA-256 of renderer, source and plan, each but the last followed by a new line; computed by another
  // program.
  EXPECT_EQ(render->key, "fb766a0188e897428e7622070ece9e57ed21de7127d81022de2b2cb3b57c324e");
}

// What has to be measured first comes before what may be wrong because of it.
TEST(PlannerTest, APlanningThatNeedsAMeasurementComesToThatAlone) {
  Overrides overrides;
  ASSERT_TRUE(add_overrides("trim--crop-width-5000-height-5000", overrides));
  const StackDefinition stack = dynamic_stack(overrides);
  EmptyLibrary library;
  const auto planned =
      Planner({}, "8.14.1").plan({.stack = stack, .source = photo, .format = "jpg"}, library);
  ASSERT_TRUE(planned);
  const auto* needed = std::get_if<NeededMeasurement>(&*planned);
  ASSERT_NE(needed, nullptr);
  EXPECT_EQ(needed->measurement.kind, Measurement::Kind::trim);
  EXPECT_TRUE(needed->plan.steps.empty());
  ASSERT_EQ(needed->files.size(), 1U);
  EXPECT_EQ(needed->files.front().sha256, photo.sha256);
}

/// Pinned, as TheKeyOfARenderIsStable.
TEST(PlannerTest, TheKeyOfAMeasurementIsStable) {
  const auto key_of = [](std::string_view text) {
    Overrides overrides;
    EXPECT_TRUE(add_overrides(text, overrides));
    const StackDefinition stack = dynamic_stack(overrides);
    EmptyLibrary library;
    const auto planned =
        Planner({}, "8.14.1").plan({.stack = stack, .source = photo, .format = "jpg"}, library);
    return std::get<NeededMeasurement>(*planned).key;
  };
  const std::string trim = key_of("trim-fuzzy-12.5");
  EXPECT_EQ(trim, "5832f21fd144cf136daad647285b0dc4a3ebc0b3fb32a3ea2cc5fc388544ae00");
  EXPECT_EQ(key_of("trim-fuzzy-12.5-padding-7"), trim);
  EXPECT_NE(key_of("trim-fuzzy-12.5-color-ffffff"), trim);
  EXPECT_NE(key_of("trim-fuzzy-12.5-color-ffffff"), key_of("trim-fuzzy-12.5-color-fffffe"));
}

TEST(PlannerTest, AMeasurementThatABaseStackNeedsComesFirst) {
  class Stacks final : public EmptyLibrary {
   public:
    Result<StackDefinition> stack(std::string_view /*name*/) override {
      return parse_stack(boost::json::parse(R"({"operations":[{"name":"trim"}]})"));
    }
  } library;
  const auto stack = parse_stack(boost::json::parse(R"({"operations":[],"options":{"basestack":"b"}})"));
  const auto planned =
      Planner({}, "8.14.1").plan({.stack = *stack, .source = photo, .format = "jpg"}, library);
  ASSERT_TRUE(planned);
  EXPECT_TRUE(std::holds_alternative<NeededMeasurement>(*planned));
}

TEST(PlannerTest, ABaseStackKeepsTheCopyrightThatTheOneAboveIsToKeep) {
  class Stacks final : public EmptyLibrary {
   public:
    Result<StackDefinition> stack(std::string_view /*name*/) override {
      return parse_stack(boost::json::parse(R"({"operations":[{"name":"grayscale"}]})"));
    }
  } library;
  const auto planned = [&](const char* text) {
    const auto stack = parse_stack(boost::json::parse(text));
    return plan_render({.stack = *stack, .source = photo, .format = "jpg"}, library, {});
  };
  const auto keeping = planned(R"({"operations":[],"options":{"basestack":"b","keep.copyright":true}})");
  const auto without = planned(R"({"operations":[],"options":{"basestack":"b"}})");
  EXPECT_TRUE(keeping->plan.encoding.keep_copyright);
  EXPECT_TRUE(keeping->files.front().render->plan.encoding.keep_copyright);
  EXPECT_FALSE(without->files.front().render->plan.encoding.keep_copyright);
  EXPECT_NE(keeping->key, without->key);
}

/// Whatever they are rendered to, and however they come into the plan.
TEST(PlannerTest, WhatIsADrawingIsSaidOfTheFile) {
  EmptyLibrary library;
  const auto is_drawing = [&](const SourceFacts& source) {
    const StackDefinition stack = dynamic_stack({});
    const auto planned = plan_render({.stack = stack, .source = source, .format = "jpg"}, library, {});
    EXPECT_EQ(planned->files.front().is_drawing,
              Planner({}, "8.14.1").plan_steps(source, {}, "jpg")->files.front().is_drawing);
    return planned->files.front().is_drawing;
  };
  EXPECT_TRUE(is_drawing(drawing));
  EXPECT_FALSE(is_drawing(photo));
}

}  // namespace
}  // namespace rucola::render
