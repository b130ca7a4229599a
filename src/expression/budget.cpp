#include "expression/budget.h"

namespace rucola::expression {

Outcome Budget::made(Value value) const {
  if (value.is_string() && !allows_text(value.as_string().size())) return std::unexpected(text_too_long());
  if (value.height() > limits_.depth) {
    return refuse("arrays may be nested " + std::to_string(limits_.depth) + " deep, not deeper");
  }
  // What is built of shared parts costs little to make but much to walk through; the limit holds for both.
  if (value.weight() > limits_.steps) return std::unexpected(too_many_steps());
  return value;
}

Reason Budget::too_many_steps() const {
  return Reason{"this takes more than the " + std::to_string(limits_.steps) +
                " steps that an expression may take"};
}

Reason Budget::text_too_long() const {
  return Reason{"this makes a text of more than " + std::to_string(limits_.text_bytes) + " bytes"};
}

}  // namespace rucola::expression
