#include "catalog/stored_json.h"

#include <gmock/gmock.h>

#include "base/metrics.h"
#include "result_matchers.h"

namespace rucola::catalog {
namespace {

using test::FailsWith;
using test::Succeeds;
using testing::HasSubstr;

constexpr const char* damaged_texts[] = {"", "no JSON", "[]", "null", R"({"a":1)", R"({"a":1,"a":2})"};

Stack stack_of(std::string definition) {
  return {.organization = "acme", .name = "thumb", .definition_json = std::move(definition)};
}

TEST(StoredJson, WhatIsSoundIsRead) {
  EXPECT_EQ(stored_definition(stack_of(R"({"operations":[]})"))->size(), 1U);
  Organization organization;
  organization.options_json = R"({"a":1})";
  EXPECT_EQ(stored_options(organization)->at("a"), 1);
  SourceImage image;
  EXPECT_EQ(stored_metadata(image, R"({"title":"x"})").at("title"), "x");
  EXPECT_EQ(readable_metadata(image, R"({"title":"x"})"), R"({"title":"x"})");
  EXPECT_EQ(readable_metadata(image, "{}"), "{}");
}

/// It was answered as if the request had been bad JSON: 400, in the words of the parser of bodies.
TEST(StoredJson, ADamagedRowIsNoFaultOfTheRequest) {
  for (const char* text : damaged_texts) {
    EXPECT_THAT(stored_definition(stack_of(text)), FailsWith(ErrorCode::internal)) << text;
    EXPECT_THAT(stored_definition(stack_of(text)).error().message.text, HasSubstr("thumb"));
    Organization organization;
    organization.options_json = text;
    EXPECT_THAT(stored_options(organization), FailsWith(ErrorCode::internal)) << text;
    const SourceImage image;
    EXPECT_TRUE(stored_metadata(image, text).empty()) << text;
    EXPECT_EQ(readable_metadata(image, text), "{}") << text;
  }
}

TEST(StoredJson, ADamagedRowIsCountedOnceHoweverOftenItIsRead) {
  Stack stack = stack_of("{");
  stack.name = "read_often";
  const auto count = [] {
    const std::string all = metrics::expose();
    const std::string line = R"(rucola_damaged_rows_total{table="stacks"} )";
    const auto at = all.find(line);
    return at == std::string::npos ? 0 : std::stoi(all.substr(at + line.size()));
  };
  const int before = count();
  for (int i = 0; i < 3; ++i)
    EXPECT_THAT(stored_definition(stack), FailsWith(ErrorCode::internal));
  EXPECT_EQ(count(), before + 1);
}

}  // namespace
}  // namespace rucola::catalog
