#include "render/plan/measurement.h"

namespace rucola::render {

std::string_view name_of(Measurement::Kind kind) {
  return kind == Measurement::Kind::trim ? "trim" : "entropy";
}

}  // namespace rucola::render
