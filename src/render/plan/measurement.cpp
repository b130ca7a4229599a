#include "render/plan/measurement.h"

namespace rucola::render {

std::string_view name_of(Measurement::Kind kind) {
  switch (kind) {
    case Measurement::Kind::entropy:
      return "entropy";
    case Measurement::Kind::trim:
      return "trim";
    case Measurement::Kind::faces:
      return "faces";
    case Measurement::Kind::attention:
      return "attention";
    case Measurement::Kind::film:
      return "film";
  }
  return {};
}

}  // namespace rucola::render
