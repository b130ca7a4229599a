#include "delivery/make/known_failures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/plan/no_file_fits.h"
#include "render/renderer.h"

namespace rucola::delivery {
namespace {

using testing::HasSubstr;

const KnownFailures::Files photo{{.sha256 = "photo"}};
const KnownFailures::Files drawing{{.sha256 = "drawing"}};
const KnownFailures::Files both{{.sha256 = "photo"}, {.sha256 = "drawing"}};
const Error slow{ErrorCode::timed_out, {"Too slow."}};
const Error starved{ErrorCode::timed_out, {"Slow."}, {std::string(render::starved_twice)}};
const Error deadly{ErrorCode::unprocessable, {"Lost."}, {std::string(render::died_twice) + ": signal 6"}};
const KnownFailures::Clock::time_point start{};

bool note(KnownFailures& failures, const std::string& key, const KnownFailures::Files& files,
          const Error& error, const render::Plan& plan = {}, std::string_view organization = "acme",
          render::Cost cost = {}) {
  return failures.note({.key = key, .organization = organization, .files = files, .plan = plan, .cost = cost},
                       error, start);
}

std::optional<Error> find(KnownFailures& failures, const std::string& key, const KnownFailures::Files& files,
                          KnownFailures::Clock::time_point now, const render::Plan& plan = {}) {
  return failures.find({.key = key, .organization = "acme", .files = files, .plan = plan}, now);
}

TEST(KnownFailures, WhatTookTooLongIsKnownForAWhile) {
  KnownFailures failures;
  EXPECT_TRUE(note(failures, "key", photo, slow));
  const auto known = find(failures, "key", photo, start + std::chrono::minutes(1));
  ASSERT_TRUE(known);
  EXPECT_EQ(known->code, ErrorCode::timed_out);
  EXPECT_THAT(known->message.text,
              HasSubstr("Too slow. This is remembered, and not tried again for 240 seconds."));
  EXPECT_EQ(known->retry_after, std::chrono::minutes(4));
  EXPECT_FALSE(find(failures, "key", photo, start + KnownFailures::lasts)) << "not for ever";
  EXPECT_FALSE(find(failures, "other", photo, start)) << "a file isn't slow";
}

TEST(KnownFailures, OtherErrorsAreNot) {
  KnownFailures failures;
  for (const ErrorCode code : {ErrorCode::overloaded, ErrorCode::too_many_requests, ErrorCode::unprocessable,
                               ErrorCode::internal, ErrorCode::payload_too_large})
    EXPECT_FALSE(note(failures, "key", photo, {code, {"no"}}));
  EXPECT_FALSE(find(failures, "key", photo, start));
}

/// Each request for it cost a worker all the files of a search.
TEST(KnownFailures, WhatFitsIntoNoFileIsKnownAndToldAsItWas) {
  KnownFailures failures;
  const Error too_large{
      ErrorCode::unprocessable, {"The render has 900 bytes."}, {std::string(render::no_file_fits)}};
  EXPECT_TRUE(note(failures, "key", photo, too_large));
  const auto known = find(failures, "key", photo, start + std::chrono::minutes(1));
  ASSERT_TRUE(known);
  EXPECT_EQ(known->code, ErrorCode::unprocessable);
  EXPECT_EQ(known->message.text, "The render has 900 bytes.");
  EXPECT_EQ(known->retry_after, std::nullopt) << "later it is the same";
  EXPECT_FALSE(note(failures, "above", {}, *known)) << "of what is made from it nothing new is known";
  EXPECT_TRUE(note(failures, "other", photo, too_large));
  EXPECT_FALSE(find(failures, "third", photo, start)) << "the picture is not to blame";
  EXPECT_FALSE(find(failures, "key", photo, start + KnownFailures::lasts));
}

/// Failures of pyramids had a memory of their own, beside the files: 64 of them, and all files were gone.
TEST(KnownFailures, OfWhatCanBeDoneWithoutEveryErrorIsThatIsNotPassing) {
  KnownFailures failures;
  const auto later = start + std::chrono::minutes(1);
  const auto note_dispensable = [&](const std::string& key, const Error& error,
                                    KnownFailures::Clock::time_point now) {
    failures.note_dispensable({.key = key, .organization = "acme", .files = photo, .plan = {}}, error, now);
  };
  note_dispensable("busy", {ErrorCode::overloaded, {"no place"}}, start);
  EXPECT_FALSE(find(failures, "busy", photo, later));
  note_dispensable("starved", starved, start);
  EXPECT_FALSE(find(failures, "starved", photo, later));
  note_dispensable("large", {ErrorCode::payload_too_large, {"Too large."}}, start);
  const auto known = find(failures, "large", photo, later);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->code, ErrorCode::payload_too_large);
  note_dispensable("large", *known, later);
  EXPECT_FALSE(find(failures, "large", photo, start + KnownFailures::lasts)) << "told again is not anew";
}

TEST(KnownFailures, ASourceIsKnownOnceTwoPlansOfItHaveKilled) {
  KnownFailures failures;
  note(failures, "one", photo, deadly);
  note(failures, "one", photo, deadly);
  EXPECT_FALSE(find(failures, "three", photo, start)) << "it was the same plan";
  note(failures, "two", photo, deadly);
  const auto known = find(failures, "three", photo, start);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->code, ErrorCode::unprocessable);
  EXPECT_TRUE(known->detail.text.empty()) << "the log has it already";
  EXPECT_TRUE(find(failures, "four", both, start));
  EXPECT_FALSE(find(failures, "three", drawing, start));
  EXPECT_FALSE(find(failures, "three", photo, start + KnownFailures::lasts));
}

/// Else anybody could have somebody else's picture refused.
/// One small picture that was asked for made the server refuse all of the photo.
TEST(KnownFailures, AnOverviewAndWhatIsMadeWithoutItAreOneWish) {
  KnownFailures failures;
  render::Plan overview;
  overview.encoding.pyramid = true;
  EXPECT_TRUE(note(failures, "overview", photo, deadly, overview));
  EXPECT_TRUE(note(failures, "picture", photo, deadly));
  EXPECT_FALSE(find(failures, "another", photo, start));
  EXPECT_TRUE(note(failures, "other", photo, deadly));
  EXPECT_TRUE(find(failures, "another", photo, start));
}

TEST(KnownFailures, ASourceIsBlamedOnlyForWhatNothingElseCanHaveDone) {
  KnownFailures failures;
  for (const char* key : {"one", "two"})
    note(failures, key, both, deadly);
  render::Plan changed;
  changed.svg_changes.push_back({.id = "a", .attribute = "b", .value = "c"});
  for (const char* key : {"three", "four"})
    note(failures, key, drawing, deadly, changed);
  for (const char* key : {"five", "six"})
    note(failures, key, photo, deadly, {}, "another");
  EXPECT_FALSE(find(failures, "new", both, start));
  EXPECT_TRUE(find(failures, "two", both, start));
}

/// On a busy machine good renders were refused for minutes after it had become quiet.
TEST(KnownFailures, WhatWasStarvedOfProcessorTimeIsNotRemembered) {
  KnownFailures failures;
  EXPECT_FALSE(note(failures, "key", photo, starved));
  EXPECT_FALSE(find(failures, "key", photo, start));
}

/// The same file has the same key everywhere: what one organization made of it was refused to the others.
TEST(KnownFailures, WhatOneOrganizationsRenderTookIsNotRefusedToAnother) {
  KnownFailures failures;
  for (const Error& error : {slow, deadly}) {
    EXPECT_TRUE(note(failures, "key", photo, error, {}, "another"));
    EXPECT_FALSE(find(failures, "key", photo, start));
  }
  EXPECT_TRUE(note(failures, "key", photo, slow));
  EXPECT_TRUE(find(failures, "key", photo, start));
}

const KnownFailures::Files svg{{.sha256 = "svg", .is_drawing = true}};

render::Plan drawn_at(std::int32_t side, std::vector<render::SvgChange> changes = {}) {
  render::Plan plan;
  plan.source = {side, side};
  plan.svg_changes = std::move(changes);
  return plan;
}

/// A thousand sizes of one drawing of filters cost a thousand times the whole time.
TEST(KnownFailures, ADrawingIsKnownOnceTwoPlansOfItTookTooLong) {
  KnownFailures failures;
  note(failures, "one", svg, slow, drawn_at(1000));
  note(failures, "one", svg, slow, drawn_at(1000));
  EXPECT_FALSE(find(failures, "new", svg, start, drawn_at(999))) << "it was the same plan";
  note(failures, "two", svg, slow, drawn_at(990));
  const auto known = find(failures, "new", svg, start, drawn_at(989));
  ASSERT_TRUE(known);
  EXPECT_EQ(known->code, ErrorCode::timed_out);
  EXPECT_EQ(known->retry_after, KnownFailures::lasts);
  EXPECT_TRUE(find(failures, "new", svg, start, drawn_at(500)));
  EXPECT_FALSE(find(failures, "new", svg, start, drawn_at(490))) << "may be quick enough";
  EXPECT_FALSE(find(failures, "new", svg, start + KnownFailures::lasts, drawn_at(989)));
  EXPECT_FALSE(
      failures.find({.key = "new", .organization = "another", .files = svg, .plan = drawn_at(989)}, start));
}

TEST(KnownFailures, WhatWasBegunBeforeADrawingWasKnownSaysNothingNew) {
  KnownFailures failures;
  for (int i = 0; i < 9; ++i)
    note(failures, std::to_string(i), svg, slow, drawn_at(1000 - i));
  EXPECT_FALSE(find(failures, "new", svg, start, drawn_at(490)));
}

/// Down to a single pixel, whatever is tried.
TEST(KnownFailures, EachTimeLessIsThoughtOfADrawing) {
  KnownFailures failures;
  int tried = 0;
  for (std::int32_t side = 16'383; side > 0; --side) {
    const std::string key = std::to_string(side);
    if (find(failures, key, svg, start, drawn_at(side))) continue;
    ++tried;
    note(failures, key, svg, slow, drawn_at(side));
  }
  EXPECT_LE(tried, 7);
}

/// Else anybody could have somebody else's drawing refused, or a busy machine could.
TEST(KnownFailures, ADrawingIsBlamedOnlyForWhatNothingElseCanHaveTaken) {
  KnownFailures failures;
  const auto is_blamed = [&](const render::Plan& plan = drawn_at(1000)) {
    return find(failures, "new", svg, start, plan).has_value();
  };
  for (const char* key : {"blurred", "sharpened"})
    note(failures, key, svg, slow, drawn_at(1000), "acme", render::heavy_from);
  EXPECT_FALSE(is_blamed());
  for (const char* key : {"busy", "machine"})
    note(failures, key, svg, starved, drawn_at(1000));
  EXPECT_FALSE(is_blamed());
  const auto changed = drawn_at(1000, {{.id = "a", .attribute = "d", .value = "M0 0"}});
  for (const char* key : {"changed", "again"})
    note(failures, key, svg, slow, changed);
  EXPECT_FALSE(is_blamed());
  EXPECT_TRUE(is_blamed(changed)) << "with the same changes";
  const KnownFailures::Files two{{.sha256 = "svg", .is_drawing = true},
                                 {.sha256 = "other", .is_drawing = true}};
  render::CompositionStep composition;
  composition.layer.push_back({.file = 1, .source = {1000, 1000}, .steps = {}});
  render::Plan both = drawn_at(1000);
  both.steps.emplace_back(composition);
  for (const char* key : {"composed", "once more"})
    note(failures, key, two, slow, both);
  EXPECT_FALSE(is_blamed()) << "who knows which of them it was";
  const KnownFailures::Files on_base{{.sha256 = {}, .render = std::make_shared<render::PlannedRender>()},
                                     {.sha256 = "svg", .is_drawing = true}};
  both.file = 0;
  for (const char* key : {"on base", "on another"})
    note(failures, key, on_base, slow, both);
  EXPECT_FALSE(is_blamed()) << "nor whether the base took the time";
}

/// A good drawing was refused to everybody, because somebody had laid it over itself 48 times.
TEST(KnownFailures, ADrawingIsNotBlamedWhereItIsDrawnManyTimes) {
  KnownFailures failures;
  render::CompositionStep composition;
  composition.layer.push_back({.file = 0, .source = {1000, 1000}, .steps = {}});
  render::Plan plan = drawn_at(1000);
  for (int i = 0; i < 48; ++i)
    plan.steps.emplace_back(composition);
  for (const char* key : {"one", "two", "three"})
    note(failures, key, svg, slow, plan);
  EXPECT_FALSE(find(failures, "new", svg, start, drawn_at(1000)));
  EXPECT_TRUE(find(failures, "two", svg, start, plan)) << "the render itself is remembered";
}

TEST(KnownFailures, APhotoIsNeverSlow) {
  KnownFailures failures;
  for (const char* key : {"one", "two", "three"})
    note(failures, key, photo, slow, drawn_at(1000));
  EXPECT_FALSE(find(failures, "new", photo, start, drawn_at(1000)));
}

/// Its layers count as it does itself.
TEST(KnownFailures, ADrawingOverAPhotoIsBlamedAndRefused) {
  KnownFailures failures;
  const KnownFailures::Files files{{.sha256 = "photo"}, {.sha256 = "svg", .is_drawing = true}};
  render::CompositionStep composition;
  composition.layer.push_back({.file = 1, .source = {300, 300}, .steps = {}});
  render::Plan plan = drawn_at(1000);
  plan.steps.emplace_back(composition);
  for (const char* key : {"one", "two"})
    note(failures, key, files, slow, plan);
  EXPECT_TRUE(find(failures, "new", files, start, plan));
  EXPECT_TRUE(find(failures, "new", svg, start, drawn_at(300)));
  EXPECT_FALSE(find(failures, "new", photo, start, drawn_at(1000)));
}

TEST(KnownFailures, WhatIsToldAgainIsNotRememberedAnew) {
  KnownFailures failures;
  note(failures, "base", photo, slow);
  const auto known = find(failures, "base", photo, start);
  EXPECT_FALSE(note(failures, "above", {}, *known));
}

TEST(KnownFailures, TheOldestGo) {
  KnownFailures failures;
  for (std::size_t i = 0; i <= KnownFailures::most_entries; ++i)
    note(failures, std::to_string(i), photo, slow);
  EXPECT_FALSE(find(failures, "0", photo, start));
  EXPECT_TRUE(find(failures, "1", photo, start));
}

}  // namespace
}  // namespace rucola::delivery
