#include "http/body_budget.h"

#include <optional>
#include <utility>

#include <gtest/gtest.h>

namespace rucola::http {
namespace {

using Refusal = BodyBudget::Refusal;

const BodyBudget::Owners acme{.organization = "acme", .address = "192.0.2.1"};
const BodyBudget::Owners other{.organization = "other", .address = "192.0.2.2"};

std::optional<Refusal> refused(const std::expected<BodyBudget::Ticket, Refusal>& ticket) {
  return ticket ? std::nullopt : std::optional(ticket.error());
}

TEST(BodyBudget, LendsMemoryOnce) {
  BodyBudget budget({.bytes = 100, .bytes_per_owner = 100});
  auto first = budget.reserve(acme, 60);
  EXPECT_EQ(refused(first), std::nullopt);
  EXPECT_EQ(refused(budget.reserve(other, 41)), Refusal::full);
  {
    const auto moved = std::move(first);
    EXPECT_EQ(refused(budget.reserve(other, 40)), std::nullopt);
  }
  EXPECT_EQ(refused(budget.reserve(other, 100)), std::nullopt) << "all of it came back, once";
}

TEST(BodyBudget, AnOrganizationHasAShareWhereverItCallsFrom) {
  BodyBudget budget({.bytes = 100, .bytes_per_owner = 50});
  const auto first = budget.reserve(acme, 50);
  EXPECT_EQ(refused(budget.reserve({.organization = "acme", .address = "192.0.2.9"}, 1)),
            Refusal::share_full);
  EXPECT_EQ(refused(budget.reserve(other, 50)), std::nullopt);
}

TEST(BodyBudget, AnAddressHasAShareWhoeverItSpeaksFor) {
  BodyBudget budget({.bytes = 100, .bytes_per_owner = 50});
  const auto first = budget.reserve(acme, 50);
  EXPECT_EQ(refused(budget.reserve({.organization = "other", .address = "192.0.2.1"}, 1)),
            Refusal::share_full);
}

TEST(BodyBudget, WhatIsNobodysTakesOfTheWholeAlone) {
  BodyBudget budget({.bytes = 100, .bytes_per_owner = 50});
  {
    const auto first = budget.reserve({.organization = "acme", .address = ""}, 40);
    const auto second = budget.reserve({.organization = "", .address = ""}, 60);
    EXPECT_EQ(refused(first), std::nullopt);
    EXPECT_EQ(refused(second), std::nullopt);
    EXPECT_EQ(refused(budget.reserve({.organization = "", .address = ""}, 1)), Refusal::full);
    EXPECT_EQ(refused(budget.reserve({.organization = "acme", .address = ""}, 11)), Refusal::share_full);
  }
  EXPECT_EQ(refused(budget.reserve({.organization = "", .address = ""}, 100)), std::nullopt)
      << "all came back";
}

TEST(BodyBudget, WhatWasRefusedTakesNothing) {
  BodyBudget budget({.bytes = 60, .bytes_per_owner = 50});
  EXPECT_EQ(refused(budget.reserve(acme, 51)), Refusal::share_full);
  const auto first = budget.reserve(acme, 50);
  EXPECT_EQ(refused(budget.reserve(other, 20)), Refusal::full);
  EXPECT_EQ(refused(budget.reserve(other, 10)), std::nullopt);
}

}  // namespace
}  // namespace rucola::http
