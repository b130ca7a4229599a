// From a stack with variables and expressions to one of plain values, for one image and one request.
//
// Order: the variables, from first to last; the stack's expressions, from first to last, the variables anew
// after each that holds; then the expressions of the operations. An expression's override wins over what the
// stack says, and over the URL too (that is how `dpr` is lowered for Save-Data), except for qualities, where
// the URL has the last word.
//
// Pure but for the entropy, which a worker may have to measure: the evaluation then stops. Thread-safe.
// Errors: bad_request, naming the operation, variable or option whose expression failed. Anybody may ask for
// a render, so of the stack's own expressions the message has no more than the place; what they read and came
// to is in the private detail.
#pragma once

#include <functional>

#include "base/error.h"
#include "render/plan/outcome.h"
#include "render/source/facts.h"
#include "render/stack/definition.h"
#include "render/stack/formula.h"

namespace rucola::render {

struct EvaluationInputs {
  const SourceFacts& image;
  bool save_data = false;  ///< the request header Save-Data is "on"
  std::function<Outcome<double>()> entropy;
  FormulaBudget* budget = nullptr;  ///< of the render; null: this stack has one of its own
  bool url_reads_private = false;   ///< the URL's expressions may read all that the stack's may (url_scope.h)
};

/// The result has no expressions, only operations that are enabled, and as variables their values.
Outcome<StackDefinition> evaluate_stack(const StackDefinition& stack, const EvaluationInputs& inputs);

/// What expressions look at besides the file and the URL.
struct LookedAt {
  bool save_data = false;      ///< the request header
  bool user_metadata = false;  ///< of any image; its owner changes it under the same hash

  void add(const LookedAt& other);
};
LookedAt looked_at_by(const StackDefinition& stack);

}  // namespace rucola::render
