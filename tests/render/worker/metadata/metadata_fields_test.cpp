#include "render/worker/metadata/metadata_fields.h"

#include <gtest/gtest.h>

namespace rucola::render::worker {
namespace {

TEST(ReadableText, HasNoControlsButTabsAndLineEnds) {
  EXPECT_EQ(readable_text("a\tb\r\nc\x1b\x7f"), "a\tb\nc");
  EXPECT_EQ(readable_text(std::string("a\0b", 3)), "a");
}

/// They went into the catalog and from there onto pages.
TEST(ReadableText, HasNoControlsBeyondAscii) {
  EXPECT_EQ(readable_text("a\u0085\u009bb \u202egpj.exe\u2066c\u2069"), "ab gpj.exec");
  EXPECT_EQ(readable_text("\u2028first\u2028second\u2029third"), "first\nsecond\nthird");
  EXPECT_EQ(readable_text("it\x92s K\xe4se"), "its K\u00e4se") << "a quote of Windows, as Latin-1";
  EXPECT_EQ(readable_text("\u05d0\u200e\u200d"), "\u05d0\u200e\u200d");
}

}  // namespace
}  // namespace rucola::render::worker
