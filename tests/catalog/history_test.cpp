#include "catalog/history.h"

#include <gtest/gtest.h>

namespace rucola::catalog {
namespace {

TEST(History, WhatIsWrittenCanBeReadBack) {
  for (const Via via : {Via::api, Via::cli, Via::sql, Via::before_history})
    EXPECT_EQ(parse_via(name_of(via)), via);
  for (const HistoryAction action : {HistoryAction::put, HistoryAction::remove})
    EXPECT_EQ(parse_history_action(name_of(action)), action);
  EXPECT_FALSE(parse_via("dream"));
  EXPECT_FALSE(parse_history_action(""));
}

}  // namespace
}  // namespace rucola::catalog
