#include <gtest/gtest.h>

#include "render/operations/table.h"

// Planning takes a library with fonts and is the matter of the integration tests.
namespace rucola::render {
namespace {

bool takes(std::string_view text) {
  return find_option(operation::text().options, "text")->accepts(text);
}

TEST(TextOption, TakesUtf8) {
  EXPECT_TRUE(takes("Gr\u00fc\u00dfe,\n\t\u6771\u4eac \U0001F600\r\n"));
}

// A plan with anything else is no JSON to the worker.
TEST(TextOption, TakesNothingElse) {
  for (const char* text :
       {"\x80", "\xed\xa0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "a\xc3", "\x1b[1m"})
    EXPECT_FALSE(takes(text)) << testing::PrintToString(text);
}

}  // namespace
}  // namespace rucola::render
