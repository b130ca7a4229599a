#include "render/plan/svg_change.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/ascii.h"

namespace rucola::render {
namespace {

using namespace std::string_view_literals;

/// Attributes of the elements within a <filter>, and what refers to one.
constexpr std::array attributes{"filter"sv,
                                "filterunits"sv,
                                "primitiveunits"sv,
                                "in"sv,
                                "in2"sv,
                                "basefrequency"sv,
                                "numoctaves"sv,
                                "stddeviation"sv,
                                "radius"sv,
                                "order"sv,
                                "kernelmatrix"sv,
                                "kernelunitlength"sv,
                                "surfacescale"sv,
                                "scale"sv,
                                "values"sv,
                                "tablevalues"sv,
                                "operator"sv,
                                "mode"sv,
                                "type"sv,
                                "seed"sv,
                                "lightingcolor"sv,
                                "result"sv,
                                "href"sv,
                                "xlink:href"sv,
                                "dx"sv,
                                "dy"sv};

/// A backslash may write any of them.
constexpr std::array values{"filter"sv, "url("sv, "blur("sv, "drop-shadow("sv, "\\"sv};

}  // namespace

bool may_filter(const SvgChange& change) {
  const std::string value = lower(change.value);
  return std::ranges::find(attributes, lower(change.attribute)) != attributes.end() ||
         std::ranges::any_of(values, [&value](std::string_view part) { return value.contains(part); });
}

}  // namespace rucola::render
