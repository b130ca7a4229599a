// The values of options, of operations as of whole stacks.
//
// Values; no shared state.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>

namespace rucola::render {

/// A list or an object, as canonical JSON.
struct Structure {
  std::string json;
  auto operator<=>(const Structure&) const = default;
};

/// A checked value of an option.
using Value = std::variant<bool, std::int64_t, double, std::string, Structure>;
using Options = std::map<std::string, Value, std::less<>>;

}  // namespace rucola::render
