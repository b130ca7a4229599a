// How a render becomes smaller when there is time for it: the stack options optim.*, and what autoformat may
// exchange once it has seen the picture.
//
// Pure; thread-safe.
#pragma once

#include <vector>

#include "render/plan/plan.h"
#include "render/planning/encoding_choice.h"

namespace rucola::render {

/// The encodings to try instead of `first`, which is what choose_encoding() said. None: it stays as it is.
std::vector<Encoding> smaller_encodings(const Options& stack_options, const Encoding& first,
                                        const RenderFacts& facts, AcceptClass accept);

/// The encoding of an answer that a smaller one follows: what can be had for less effort now is had then.
Encoding quick_encoding(const Options& stack_options, Encoding first);

/// Who asks for a likeness gets it, also where it takes a larger file than the one that `first` makes.
bool may_grow(const Options& stack_options, const Encoding& first);

/// The encoding with its quality searched, or only packed better where that quality was asked for.
Encoding smaller_encoding(const Options& stack_options, Encoding first);

}  // namespace rucola::render
