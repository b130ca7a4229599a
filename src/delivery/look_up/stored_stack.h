// A stack's row as renders need it. What is stored was checked when it was put, so a definition that can't be
// used is a damaged row, and no fault of whoever asks for a render.
//
// Thread-safe. Errors: internal; the row has been reported then (catalog/damaged_rows.h).
#pragma once

#include "base/error.h"
#include "catalog/types.h"
#include "render/stack/definition.h"

namespace rucola::delivery {

Result<render::StackDefinition> stored_stack(const catalog::Stack& stack);

}  // namespace rucola::delivery
