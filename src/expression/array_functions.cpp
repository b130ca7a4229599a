#include <array>
#include <vector>

#include "expression/function_table.h"

namespace rucola::expression {
namespace {

using Arguments = std::span<const Value>;

Outcome count(Arguments arguments, Budget& /*budget*/) {
  if (!arguments[0].is_array()) {
    return refuse("an array is expected, not " + described(arguments[0]) + "; for texts, write strlen()");
  }
  return arguments[0].as_array().size();
}

Outcome split(Arguments arguments, Budget& budget) {
  if (arguments[0].is_array() || arguments[1].is_array())
    return refuse("a separator and a text are expected, in this order, and no arrays");
  if (!budget.spend(arguments[0].weight() * arguments[1].weight()))
    return std::unexpected(budget.too_many_steps());
  const std::string separator = arguments[0].to_text();
  const std::string text = arguments[1].to_text();
  if (separator.empty()) return refuse("a separator is expected that is not empty");
  std::vector<Value> parts;
  std::size_t from = 0;
  for (std::size_t found = text.find(separator); found != std::string::npos;
       found = text.find(separator, from)) {
    if (!budget.spend(1)) return std::unexpected(budget.too_many_steps());
    parts.emplace_back(text.substr(from, found - from));
    from = found + separator.size();
  }
  parts.emplace_back(text.substr(from));
  return budget.made(Value::list(std::move(parts)));
}

Outcome joined(Arguments arguments, Budget& budget) {
  if (arguments[0].is_array() || !arguments[1].is_array()) {
    return refuse("a separator and an array are expected, in this order");
  }
  const std::int64_t weight =
      arguments[1].weight() +
      static_cast<std::int64_t>(arguments[1].as_array().size()) * arguments[0].weight();
  if (!budget.spend(weight)) return std::unexpected(budget.too_many_steps());
  const std::string separator = arguments[0].to_text();
  std::string text;
  bool is_first = true;
  for (const Value& value : arguments[1].as_array().values()) {
    if (value.is_array()) return refuse("the elements are expected to be texts, and one of them is an array");
    if (!is_first) text += separator;
    is_first = false;
    text += value.to_text();
    if (!budget.allows_text(text.size())) return std::unexpected(budget.text_too_long());
  }
  return budget.made(std::move(text));
}

const std::array rows{
    Function{{"count", "count(array)", "how many elements it has"}, 1, 1, count},
    Function{{"explode", "explode(separator, text)", "an array of the text's parts"}, 2, 2, split},
    Function{{"implode", "implode(separator, array)", "the elements as one text"}, 2, 2, joined},
};

}  // namespace

std::span<const Function> array_functions() {
  return rows;
}

}  // namespace rucola::expression
