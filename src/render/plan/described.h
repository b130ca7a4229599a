// Does a structure's `fields` (field.h) name every member? One that it leaves out would reach neither the
// worker nor the key of a render: two renders that differ in it would share an answer.
//
// C++20 can't list the members of a structure, but can count them: a structure without constructors of its
// own is made from as many values as it has members, and from no more. So that is asked of the compiler, and
// no member can be added without its line. Members must not be C arrays, which take several values each, nor
// may there be base classes: with either the count is too high, and the structure is refused.
//
// For canonical.h. Evaluated by the compiler alone.
#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rucola::render::described {

/// A value for a member of whatever type. Never made.
struct Anything {
  template <class Member>
  operator Member() const;  // NOLINT(google-explicit-constructor): it stands for values of all types
};

template <class T, std::size_t... Value>
consteval bool is_made_from(std::index_sequence<Value...> /*values*/) {
  return requires { T{(static_cast<void>(Value), Anything{})...}; };
}

template <class T, std::size_t Count>
concept HasMembers = std::is_aggregate_v<T> && is_made_from<T>(std::make_index_sequence<Count>{}) &&
                     !is_made_from<T>(std::make_index_sequence<Count + 1>{});

template <class One, class Another>
constexpr bool are_mixed_up(const One& one, const Another& another) {
  if constexpr (std::is_same_v<decltype(one.member), decltype(another.member)>) {
    if (one.member == another.member) return true;
  }
  return one.name == another.name;
}

/// As many lines as members.
template <class T>
concept HasALineForEachMember = HasMembers<T, std::tuple_size_v<std::remove_cvref_t<decltype(T::fields)>>>;

/// No two lines are of the same member, or call theirs the same. A line that stands twice in the place of
/// another one would make the count right.
template <class T>
constexpr bool is_each_line_of_its_own() {
  return std::apply(
      [](const auto&... field) {
        [[maybe_unused]] const auto is_alone = [&]([[maybe_unused]] const auto& one) {
          return (std::size_t{are_mixed_up(one, field)} + ... + 0) == 1;  // with itself
        };
        return (is_alone(field) && ...);
      },
      T::fields);
}

template <class T>
consteval void require_all_members() {
  static_assert(
      HasALineForEachMember<T>,
      "A member of this structure has no line in its `fields` (render/plan/field.h): neither the worker "
      "nor the key of a render would know of it.");
  static_assert(is_each_line_of_its_own<T>(),
                "Two lines in the `fields` of this structure are of the same member, or have the same name.");
}

}  // namespace rucola::render::described
