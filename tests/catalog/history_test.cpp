#include "catalog/history.h"

#include <gtest/gtest.h>

namespace rucola::catalog {
namespace {

TEST(History, KindsThatAreWrittenCanBeReadBack) {
  for (const HistoryKind kind : all_history_kinds())
    EXPECT_EQ(parse_history_kind(name_of(kind)), kind);
  EXPECT_FALSE(parse_history_kind("dream"));
  EXPECT_FALSE(parse_history_kind(""));
}

}  // namespace
}  // namespace rucola::catalog
