// What an evaluation may still spend.
//
// Threads: belongs to one evaluation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "expression/expression.h"
#include "expression/problem.h"

namespace rucola::expression {

class Budget {
 public:
  explicit Budget(const Limits& limits) : limits_(limits), steps_left_(limits.steps) {}

  /// False, and nothing left, where that is more than is left.
  [[nodiscard]] bool spend(std::int64_t steps) {
    if (steps > steps_left_) steps_left_ = 0;
    if (steps_left_ == 0) return false;
    steps_left_ -= steps;
    return true;
  }

  /// A text or an array that was made on the way, if it is within the limits.
  [[nodiscard]] Outcome made(Value value) const;

  /// Whether a text may have that many bytes; asked before it is built.
  [[nodiscard]] bool allows_text(std::size_t bytes) const { return bytes <= limits_.text_bytes; }

  [[nodiscard]] std::int64_t spent() const { return limits_.steps - steps_left_; }

  [[nodiscard]] Reason too_many_steps() const;
  [[nodiscard]] Reason text_too_long() const;

 private:
  const Limits& limits_;
  std::int64_t steps_left_;
};

}  // namespace rucola::expression
