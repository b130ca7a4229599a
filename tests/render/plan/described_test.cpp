// A member without a line in `fields` must not compile; here the compiler is asked what it thinks of some.
#include "render/plan/described.h"

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "render/plan/field.h"
#include "render/plan/plan.h"
#include "render/plan/size.h"

namespace rucola::render {
namespace {

using described::HasALineForEachMember;
using described::HasMembers;
using described::is_each_line_of_its_own;

struct Whole {
  Size size;
  std::vector<std::string> names;
  std::optional<Size> other{};
  double weight = 1;

  static constexpr std::tuple fields{Required{"size", &Whole::size}, Field{"other", &Whole::other},
                                     Field{"names", &Whole::names}, Field{"weight", &Whole::weight}};
};

struct OneIsMissing {
  std::int32_t width = 0;
  std::optional<double> forgotten{};

  static constexpr std::tuple fields{Field{"width", &OneIsMissing::width}};
};

struct AllAreMissing {
  bool forgotten = false;

  static constexpr std::tuple<> fields{};
};

struct OneStandsTwice {
  std::int32_t width = 0;
  std::int32_t forgotten = 0;

  static constexpr std::tuple fields{Field{"width", &OneStandsTwice::width},
                                     Field{"height", &OneStandsTwice::width}};
};

struct TwoNamesAreTheSame {
  std::int32_t width = 0;
  double height = 0;

  static constexpr std::tuple fields{Field{"width", &TwoNamesAreTheSame::width},
                                     Field{"width", &TwoNamesAreTheSame::height}};
};

struct Nothing {
  static constexpr std::tuple<> fields{};
};

static_assert(HasALineForEachMember<Whole> && is_each_line_of_its_own<Whole>());
static_assert(HasALineForEachMember<Nothing> && is_each_line_of_its_own<Nothing>());
static_assert(!HasALineForEachMember<OneIsMissing>);
static_assert(!HasALineForEachMember<AllAreMissing>);
static_assert(HasALineForEachMember<OneStandsTwice> && !is_each_line_of_its_own<OneStandsTwice>());
static_assert(!is_each_line_of_its_own<TwoNamesAreTheSame>());

// Members that are structures count once each, whatever is in them.
static_assert(HasMembers<Size, 2> && !HasMembers<Size, 1> && !HasMembers<Size, 3>);
static_assert(HasMembers<Layer, 6> && HasMembers<CompositionStep, 11>);

TEST(DescribedStructures, AreToldFromThoseThatLeaveAMemberOut) {
  EXPECT_TRUE(HasALineForEachMember<Plan>);
  EXPECT_FALSE(HasALineForEachMember<OneIsMissing>);
}

}  // namespace
}  // namespace rucola::render
