#include "expression/names.h"

#include <vector>

#include "base/wording.h"
#include "expression/problem.h"

namespace rucola::expression {
namespace {

/// `; there are $w, $h`, with at most as many names as a message can hold.
std::string there_is(const std::vector<std::string>& names, std::string_view prefix,
                     std::string_view nothing) {
  if (names.empty()) return std::string(nothing);
  constexpr std::size_t most = 40;
  std::string text = names.size() == 1 ? "; there is " : "; there are ";
  for (std::size_t i = 0; i < names.size() && i < most; ++i) {
    if (i > 0) text += ", ";
    text += prefix;
    const std::string quoted = in_quotes(names[i]);
    text += quoted.substr(1, quoted.size() - 2);
  }
  return names.size() > most ? text + " and others" : text;
}

std::vector<std::string> keys_of(const Value& value) {
  std::vector<std::string> keys;
  keys.reserve(value.as_array().size());
  for (std::size_t place = 0; place < value.as_array().size(); ++place)
    keys.push_back(value.as_array().key(place));
  return keys;
}

}  // namespace

std::string missing_variable(std::string_view name, const Scope& scope) {
  return "there is no variable $" + std::string(name) + there_is(scope.variable_names(), "$", "");
}

std::string missing_root(std::string_view name, const Scope& scope) {
  const std::string all = there_is(scope.root_names(), "", "");
  return "there is nothing that is called " + in_quotes(name) + all +
         "; variables start with \"$\", texts stand in quotes";
}

std::string missing_property(std::string_view walked, const Value& value, std::string_view name,
                             const Scope& scope) {
  const std::string shown = in_quotes(walked);
  const std::string owner = shown.substr(1, shown.size() - 2);
  if (!value.is_array()) {
    return owner + " is " + described(value) + " and has no " + in_quotes(name) +
           "; where it may be missing, write \"?.\" or \"??\"";
  }
  std::vector<std::string> names = scope.property_names(walked);
  if (names.empty() && value.as_array().is_list()) {
    return owner + " has " + std::to_string(value.as_array().size()) +
           " elements, counted from 0, and none that is " + in_quotes(name);
  }
  if (names.empty()) names = keys_of(value);
  return owner + " has no " + in_quotes(name) + there_is(names, "", "; it is empty");
}

}  // namespace rucola::expression
