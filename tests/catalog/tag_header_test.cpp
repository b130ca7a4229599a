#include "catalog/tag_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TagHeader, TagsStandInOneLineWhereTheyFit) {
  EXPECT_THAT(lines_of({"Cache-Tag", ",", 11}, {"o1", "i22", "a333"}), ElementsAre("o1,i22,a333"));
  EXPECT_THAT(lines_of({"xkey", " ", 100}, {"o1", "i2"}), ElementsAre("o1 i2"));
  EXPECT_THAT(lines_of({"xkey", " ", 100}, {}), IsEmpty());
}

TEST(TagHeader, WhatACacheDoesNotTakeAsOneLineGoesOnInAnother) {
  EXPECT_THAT(lines_of({"Cache-Tag", ",", 10}, {"o1", "i22", "a333"}), ElementsAre("o1,i22", "a333"));
  EXPECT_THAT(lines_of({"Cache-Tag", ", ", 3}, {"o1", "i2", "a3"}), ElementsAre("o1", "i2", "a3"));
  EXPECT_THAT(lines_of({"Cache-Tag", ",", 3}, {"o1", "longer", "a3"}), ElementsAre("o1", "longer", "a3"));
}

}  // namespace
}  // namespace rucola::catalog
