// How structures of a plan say which members they have: its canonical text is written and read from that.
//
// A field is left out of the text where it has its omitted value, which is what the member is initialised
// with. So an option that comes later changes no text of before, and with it no key. The omitted value is
// fixed for ever when the field is added: it is no default. What the default of an option is, planning writes
// into the plan explicitly, whatever it comes to be.
#pragma once

#include <string_view>

namespace rucola::render {

/// A member and what the text calls it.
template <class Owner, class Member>
struct Field {
  std::string_view name;
  Member Owner::* member;
  static constexpr bool may_be_left_out = true;
};

/// One without which the structure makes no sense: it stands in every text.
template <class Owner, class Member>
struct Required {
  std::string_view name;
  Member Owner::* member;
  static constexpr bool may_be_left_out = false;
};

}  // namespace rucola::render
