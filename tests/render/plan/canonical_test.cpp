#include "render/plan/canonical.h"

#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "render/plan/plan.h"

namespace rucola::render {
namespace {

namespace json = boost::json;

// Written by hand. A text that changes by accident gives every such render a new key; a new option must
// change none of them.
TEST(CanonicalTexts, AreThoseOfEver) {
  Plan photo{.source = {4000, 3000}, .steps = {ResizeStep{{800, 600}}}, .encoding = {}};
  EXPECT_EQ(
      serialise(photo),
      R"({"source":[4000,3000],"steps":[{"step":"resize","to":[800,600]}],"encoding":{"format":"jpg"}})");

  photo.encoding = {.format = Format::webp, .quality = 70};
  photo.animated = true;
  EXPECT_EQ(serialise(photo), R"({"source":[4000,3000],"steps":[{"step":"resize","to":[800,600]}],)"
                              R"("encoding":{"format":"webp","quality":70},"animated":true})");

  const Plan untouched{.source = {640, 480}, .steps = {}, .encoding = {.format = Format::png, .dpi = 300}};
  EXPECT_EQ(serialise(untouched), R"({"source":[640,480],"encoding":{"format":"png","dpi":300}})");

  const Plan either{.source = {640, 480},
                    .steps = {},
                    .encoding = {.format = Format::jpg, .quality = 85, .thorough = true, .min_score = 76.5},
                    .or_smaller = {{.format = Format::png, .size_counts = 0.5}},
                    .if_transparent = Encoding{.format = Format::png}};
  EXPECT_EQ(
      serialise(either),
      R"({"source":[640,480],"encoding":{"format":"jpg","quality":85,"thorough":true,"min_score":7.65E1},)"
      R"("if_transparent":{"format":"png"},"or_smaller":[{"format":"png","size_counts":5E-1}]})");

  const Plan bounded{.source = {640, 480}, .steps = {}, .encoding = {.max_bytes = 30'000}};
  EXPECT_EQ(serialise(bounded), R"({"source":[640,480],"encoding":{"format":"jpg","max_bytes":30000}})");

  const Plan drawing{.source = {100, 50},
                     .page = 2,
                     .svg_changes = {{.id = "box", .attribute = "fill", .value = "red"}},
                     .steps = {GrayscaleStep{}, BlurStep{.sigma = 2.5}, SharpenStep{},
                               RotateStep{.degrees = 90, .background = {}}},
                     .encoding = {.format = Format::png}};
  EXPECT_EQ(serialise(drawing),
            R"({"source":[100,50],"page":2,"svg_changes":[{"id":"box","attr":"fill","value":"red"}],)"
            R"("steps":[{"step":"grayscale"},{"step":"blur","sigma":2.5E0},{"step":"sharpen"},)"
            R"({"step":"rotate","degrees":9E1}],"encoding":{"format":"png"}})");

  CompositionStep hat;
  hat.canvas = {800, 600};
  hat.overlay = {80, 60};
  hat.overlay_at = {10, -5};
  hat.layer.push_back({.file = 1, .source = {160, 120}, .steps = {ResizeStep{{80, 60}}}});
  const Plan composed{.source = {800, 600}, .steps = {hat}, .encoding = {}};
  EXPECT_EQ(serialise(composed),
            R"({"source":[800,600],"steps":[{"step":"composition","canvas":[800,600],)"
            R"("layer":[{"file":1,"source":[160,120],"steps":[{"step":"resize","to":[80,60]}]}],)"
            R"("overlay":[80,60],"overlay_at":{"left":10,"top":-5}}],"encoding":{"format":"jpg"}})");
}

template <class Member>
json::value text_of(const Member& value) {
  return canonical::to_json(value);
}
template <class T>
json::value text_of(const std::optional<T>& /*none*/) {
  return nullptr;
}

/// What a structure's text leaves out.
template <class T>
std::string omitted() {
  json::object values;
  const T initial{};
  const auto add = [&](const auto& field) {
    if (field.may_be_left_out) values[field.name] = text_of(initial.*field.member);
  };
  std::apply([&](const auto&... field) { (add(field), ...); }, T::fields);
  return json::serialize(values);
}

template <class... Kinds>
std::vector<std::pair<std::string, std::string>> omitted_of(const std::variant<Kinds...>& /*any*/) {
  return {{std::string(Kinds::name), omitted<Kinds>()}...};
}

// Written by hand, and fixed for ever: keys are made of what is left out, too. A new field gets a line of its
// own here; a changed default of an option changes none, since planning writes it into the plan.
TEST(CanonicalTexts, LeaveOutTheSameValuesForEver) {
  const std::vector<std::pair<std::string, std::string>> steps{
      {"resize", "{}"},
      {"crop", R"({"left":0,"top":0})"},
      {"smart_crop", "{}"},
      {"rotate", R"({"degrees":0E0,"background":[255,255,255],"background_opacity":0E0})"},
      {"mirror", "{}"},
      {"grayscale", "{}"},
      {"bitonal", "{}"},
      {"blur", R"({"sigma":4E0,"radius":0})"},
      {"sepia", "{}"},
      {"sharpen", R"({"sigma":7E-1,"x1":2E0,"y2":1E1,"y3":2E1,"m1":4E-1,"m2":8E-1})"},
      {"modulate", R"({"brightness":100,"saturation":100,"hue":0})"},
      {"multiply", R"({"red":1E0,"green":1E0,"blue":1E0})"},
      {"alpha_mask", "{}"},
      {"alpha_extract", "{}"},
      {"alpha_remove", "{}"},
      {"opacity", R"({"percent":100})"},
      {"circle_mask", "{}"},
      {"dropshadow",
       R"({"horizontal":0,"vertical":0,"opacity":0,"sigma":0E0,"reach":0,"color":[255,255,255]})"},
      {"glitch", R"({"amount":4,"seed":0})"},
      {"primitive", R"({"count":20,"mode":0})"},
      {"composition",
       R"({"image":{},"image_in_front":false,"image_left_out":false,"layer":[],"color":[0,0,0],)"
       R"("opacity":1E2,"degrees":0E0,"overlay_at":{},"leaves_gaps":true})"},
      {"text",
       R"({"font":0,"size":1.6E1,"width":0,"height":0,"fit":false,"spacing":0E0,"align":0,"color":[0,0,0],)"
       R"("opacity":1E2,"degrees":0E0,"anchor":[[1,0],[1,0]]})"},
      {"enlarged_part", R"({"left":0,"top":0})"},
  };
  EXPECT_EQ(omitted_of(Step{}), steps);
  EXPECT_EQ(omitted<Layer>(), R"({"file":0,"page":0,"timestamp":-1,"svg_changes":[],"steps":[]})");
  EXPECT_EQ(omitted<Position>(), R"({"left":0,"top":0})");
  EXPECT_EQ(omitted<SvgChange>(), "{}");
  EXPECT_EQ(
      omitted<Encoding>(),
      R"({"quality":80,"lossless":false,"png_compression_level":7,"flatten_onto":[255,255,255],)"
      R"("flatten_always":false,"interlaced":false,"dpi":0,"palette_quality":0,"inside":"png",)"
      R"("as_it_is":false,"resized":false,"pyramid":false,"thorough":false,"quick":false,"may_be_interlaced":false,"min_score":0E0,)"
      R"("size_counts":1E0,"keep_copyright":false,"max_bytes":0})");
  EXPECT_EQ(
      omitted<Plan>(),
      R"({"file":0,"page":0,"timestamp":-1,"film_part":-1,"frames_per_second":0,"film_milliseconds":-1,)"
      R"("svg_changes":[],"steps":[],"animated":false,)"
      R"("if_transparent":null,"or_smaller":[]})");
}

struct Before {
  double amount = 1;
  static constexpr std::tuple fields{Field{"amount", &Before::amount}};
};

/// The same, once an option has been added to it.
struct After {
  bool gently = false;
  double amount = 1;
  static constexpr std::tuple fields{Field{"gently", &After::gently}, Field{"amount", &After::amount}};
};

TEST(CanonicalTexts, ANewFieldChangesNoneOfThoseBefore) {
  const auto text = [](const auto& structure) { return json::serialize(canonical::to_json(structure)); };
  EXPECT_EQ(text(Before{.amount = 2}), text(After{.amount = 2}));
  EXPECT_EQ(text(Before{}), text(After{}));
  EXPECT_NE(text(Before{.amount = 2}), text(After{.gently = true, .amount = 2}));
  After read{.gently = false, .amount = 7};
  canonical::read(json::parse(text(Before{.amount = 2})), read);
  EXPECT_FALSE(read.gently);
  EXPECT_EQ(read.amount, 2);
}

TEST(CanonicalTexts, AMemberThatNobodyKnowsIsRefused) {
  Before read;
  EXPECT_THROW(canonical::read(json::parse(R"({"amount":2,"speed":3})"), read), canonical::Malformed);
  EXPECT_FALSE(parse_plan(R"({"source":[1,1],"encoding":{"format":"jpg","qality":3}})"));
  EXPECT_FALSE(
      parse_plan(R"({"source":[1,1],"steps":[{"step":"blur","sgma":3}],"encoding":{"format":"jpg"}})"));
  EXPECT_FALSE(parse_plan(R"({"encoding":{"format":"jpg"}})"));
  EXPECT_TRUE(parse_plan(R"({"source":[1,1],"encoding":{"format":"jpg"}})"));
}

}  // namespace
}  // namespace rucola::render
