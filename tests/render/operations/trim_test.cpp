#include <optional>

#include <gtest/gtest.h>

#include "render/operations/planning.h"

// What is planned once the box is measured, whatever a worker finds in the pixels.
namespace rucola::render {
namespace {

/// Has measured everything already.
class MeasuredBox final : public Surroundings {
 public:
  explicit MeasuredBox(Measured box) : box_(std::move(box)) {}

  Result<SourceFacts> image(std::string_view /*reference*/) override { return none(); }
  Result<std::int32_t> file_of(const SourceFacts& /*image*/) override { return none(); }
  Outcome<Layer> layer(const SourceFacts& /*given*/, std::string_view /*stack*/,
                       const NamedValues& /*variables*/, std::vector<OperationCall> /*more*/) override {
    return none();
  }
  Outcome<Measured> measure(Measurement measurement, const SourceFacts& /*image*/, std::int32_t /*file*/,
                            const std::vector<Step>& /*steps*/,
                            const std::vector<SvgChange>& /*changes*/) override {
    asked = measurement;
    return box_;
  }

  Measurement asked;

 private:
  static std::unexpected<Error> none() { return fail(ErrorCode::internal, "no library"); }

  Measured box_;
};

struct Trimmed {
  std::optional<CropStep> crop;
  Measurement asked;
};

Trimmed trimmed(const Measured& box, const Options& options, double dpr = 1) {
  constexpr Size image{1000, 500};
  static const SourceFacts source{};
  MeasuredBox measured(box);
  PlanningContext context = image_of(image, dpr);
  context.surroundings = &measured;
  context.image = &source;
  if (dpr > 1) plan_on(context, operation::resize(), {{"width", std::int64_t{400}}});
  plan_on(context, operation::trim(), options);
  const bool cuts = !context.steps.empty() && std::holds_alternative<CropStep>(context.steps.back());
  return {cuts ? std::optional(std::get<CropStep>(context.steps.back())) : std::nullopt, measured.asked};
}

void expect_crop(const Trimmed& trimmed, const CropStep& wanted) {
  ASSERT_TRUE(trimmed.crop);
  EXPECT_EQ(trimmed.crop->left, wanted.left);
  EXPECT_EQ(trimmed.crop->top, wanted.top);
  EXPECT_EQ(trimmed.crop->size, wanted.size);
}

Options padded(std::int64_t pixels) {
  return {{"padding", pixels}};
}

TEST(Trim, CutsOutWhatWasMeasured) {
  expect_crop(trimmed({100, 50, 300, 200}, {}), {.left = 100, .top = 50, .size = {300, 200}});
  EXPECT_FALSE(trimmed({0, 0, 1000, 500}, {}).crop);
}

TEST(Trim, PaddingStaysOnEachSide) {
  expect_crop(trimmed({100, 50, 300, 200}, padded(20)), {.left = 80, .top = 30, .size = {340, 240}});
}

TEST(Trim, PaddingIsAtMostWhatTheImageHas) {
  expect_crop(trimmed({10, 50, 980, 440}, padded(20)), {.left = 0, .top = 30, .size = {1000, 470}});
  EXPECT_FALSE(trimmed({10, 50, 980, 440}, padded(50)).crop);
  EXPECT_FALSE(trimmed({10, 50, 980, 440}, padded(10'000)).crop);
}

TEST(Trim, PaddingIsMultipliedByDprAfterAResize) {
  expect_crop(trimmed({100, 50, 300, 200}, padded(20), 2), {.left = 60, .top = 10, .size = {380, 280}});
}

TEST(Trim, TheColourIsThatOfTheTopLeftUnlessOneIsGiven) {
  EXPECT_FALSE(trimmed({100, 50, 300, 200}, {}).asked.background);
  const Measurement asked = trimmed({100, 50, 300, 200}, {{"color", "FF8000"}, {"fuzzy", 3.0}}).asked;
  EXPECT_EQ(asked.background, (Color{255, 128, 0}));
  EXPECT_DOUBLE_EQ(asked.fuzzy, 3);
}

}  // namespace
}  // namespace rucola::render
