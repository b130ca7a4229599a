#include "render/stack/options.h"

#include <set>

#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::render {
namespace {

using testing::HasSubstr;

Value default_of(std::string_view name) {
  const auto option = stack_option(name);
  return option && (*option)->default_value ? *(*option)->default_value : Value("none");
}

TEST(StackOptionsTest, HasTheDefaultsOfTheReference) {
  EXPECT_EQ(default_of("jpg.quality"), Value(std::int64_t{80}));
  EXPECT_EQ(default_of("webp.quality"), Value(std::int64_t{80}));
  EXPECT_EQ(default_of("avif.quality"), Value(std::int64_t{45}));
  EXPECT_EQ(default_of("heif.quality"), Value(std::int64_t{40}));
  EXPECT_EQ(default_of("jxl.quality"), Value(std::int64_t{70}));
  EXPECT_EQ(default_of("png.compression_level"), Value(std::int64_t{7}));
  EXPECT_EQ(default_of("dpr"), Value(1.0));
  EXPECT_EQ(default_of("autoformat"), Value(false));
  EXPECT_EQ(default_of("source_file"), Value(false));
  EXPECT_EQ(default_of("jpg.transparency.color"), Value("FFFFFF"));
  EXPECT_EQ(default_of("transparency.color"), Value("none"));
}

TEST(StackOptionsTest, EveryRowIsWholeAndEveryDefaultAllowed) {
  std::set<std::string_view> names;
  for (const OptionSchema& option : stack_options()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    EXPECT_FALSE(option.help.empty()) << option.name;
    if (!option.default_value) continue;
    EXPECT_EQ(parse_option(option, to_json(*option.default_value), "x"), *option.default_value)
        << option.name;
  }
}

TEST(StackOptionsTest, ChecksRanges) {
  const auto dpr = stack_option("dpr");
  ASSERT_TRUE(dpr);
  for (const char* text : {"1", "1.0", "2.5", "10"})
    EXPECT_TRUE(parse_option(**dpr, std::string_view(text), "x")) << text;
  for (const char* text : {"0.9", "10.1", "0", "-1", "x"}) {
    EXPECT_FALSE(parse_option(**dpr, std::string_view(text), "x")) << text;
  }
}

TEST(StackOptionsTest, AVideoMovesForUpToAMinute) {
  const auto seconds = stack_option("seconds");
  ASSERT_TRUE(seconds);
  for (const char* text : {"0.1", "2.25", "3", "60"})
    EXPECT_TRUE(parse_option(**seconds, std::string_view(text), "x")) << text;
  for (const char* text : {"0", "0.09", "60.1", "-1", "all"})
    EXPECT_FALSE(parse_option(**seconds, std::string_view(text), "x")) << text;
  EXPECT_EQ(default_of("fps"), Value(std::int64_t{10}));
}

TEST(StackOptionsTest, AutoformatExcludeIsAListOfKnownConversions) {
  const auto option = stack_option("autoformat.exclude");
  ASSERT_TRUE(option);
  for (const char* text : {"webp", "avif,webp", "lossless_to_lossy,svg_to_png,jxl"}) {
    EXPECT_TRUE(parse_option(**option, std::string_view(text), "x")) << text;
  }
  for (const char* text : {"", "webq", "webp,", ",webp", "webp, avif", "WEBP"}) {
    EXPECT_FALSE(parse_option(**option, std::string_view(text), "x")) << text;
  }
}

TEST(StackOptionsTest, UnknownAndLaterOptionsAreToldApart) {
  const auto misspelt = stack_option("jpeg.quality");
  ASSERT_FALSE(misspelt);
  EXPECT_EQ(misspelt.error().code, ErrorCode::bad_request);
  EXPECT_THAT(misspelt.error().message.text, HasSubstr(R"(did you mean "jpg.quality"? Stack options are: )"));
  for (const char* name : {"timing_origin"}) {
    const auto later = stack_option(name);
    ASSERT_FALSE(later) << name;
    EXPECT_THAT(later.error().message.text, HasSubstr("not available in this version")) << name;
  }
}

TEST(StackOptionsTest, KnowsTheShortNameOfAutoformat) {
  EXPECT_EQ(full_stack_option_name("af"), "autoformat");
  EXPECT_EQ(full_stack_option_name("dpr"), "dpr");
}

}  // namespace
}  // namespace rucola::render
