#include "catalog/organization_rules.h"

#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::catalog {
namespace {

using test::FailsWith;

Organization with(const std::string& options) {
  Organization organization;
  organization.name = "acme";
  organization.options_json = options;
  return organization;
}

TEST(OrganizationRules, OptionsAreSetAndRemovedAllOrNone) {
  EXPECT_EQ(
      changed_options(with(R"({"a":1,"b":2})"), {{"a", "3"}, {"b", std::nullopt}, {"c", "\"x\""}}).value(),
      R"({"a":3,"c":"x"})");
  EXPECT_THAT(changed_options(with("{}"), {{"a", "1"}, {"b", "no JSON"}}), FailsWith(ErrorCode::bad_request));
}

TEST(OrganizationRules, WhatChangesNothingIsTheVeryText) {
  const std::string text = "{ \"a\" : 1 }";
  EXPECT_EQ(changed_options(with(text), {{"a", "1"}, {"b", std::nullopt}}).value(), text);
  EXPECT_EQ(changed_options(with(text), {}).value(), text);
}

TEST(OrganizationRules, OptionsThatCanNotBeReadAreNotReplacedBySome) {
  for (const char* damaged : {"", "no JSON", "[]"})
    EXPECT_THAT(changed_options(with(damaged), {{"a", "1"}}), FailsWith(ErrorCode::internal)) << damaged;
}

TEST(OrganizationRules, SigningKeysAreLongAndNeverTheSame) {
  EXPECT_EQ(new_signing_key().size(), 32U);
  EXPECT_NE(new_signing_key(), new_signing_key());
}

}  // namespace
}  // namespace rucola::catalog
