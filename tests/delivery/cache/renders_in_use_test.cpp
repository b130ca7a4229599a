#include "delivery/cache/renders_in_use.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace rucola::delivery {
namespace {

constexpr auto long_enough = static_cast<std::size_t>(RendersInUse::shared_from);

std::shared_ptr<const StoredRender> render(char letter, std::size_t bytes = long_enough,
                                           const std::string& content_type = "image/png") {
  return stored_render(std::string(bytes, letter), content_type, Time{});
}

TEST(RendersInUse, WhoeverComesSecondTakesWhatTheFirstHolds) {
  RendersInUse in_use;
  const auto first = render('a');
  EXPECT_EQ(in_use.share("key", first), first);
  EXPECT_EQ(in_use.find("key"), first);
  EXPECT_EQ(in_use.share("key", render('a')), first);
}

/// Another version of a codec may write them, and a digest says nothing of their type.
TEST(RendersInUse, OtherBytesUnderTheSameKeyAreAnotherRender) {
  RendersInUse in_use;
  const auto first = in_use.share("key", render('a'));
  const auto second = render('b');
  EXPECT_EQ(in_use.share("key", second), second);
  EXPECT_EQ(in_use.find("key"), second) << "the last that was read";
  const auto third = render('b', long_enough, "image/webp");
  EXPECT_EQ(in_use.share("key", third), third);
  EXPECT_EQ(first->bytes.view().front(), 'a');
}

TEST(RendersInUse, ShortOnesAreNotWorthAnEntry) {
  RendersInUse in_use;
  const auto first = in_use.share("key", render('a', long_enough - 1));
  EXPECT_EQ(in_use.find("key"), nullptr);
  EXPECT_NE(in_use.share("key", render('a', long_enough - 1)), first);
}

}  // namespace
}  // namespace rucola::delivery
