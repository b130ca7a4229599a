// What an operation is: one row of the table in table.cpp, defined in a file of its own together with the
// geometry it plans. Its pixel code stands beside it, in <name>.pixels.cpp.
//
// To add one: write the file, name it in table.h, put it into the list in table.cpp.
//
// Values and pure functions; thread-safe.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "render/operations/option_schema.h"
#include "render/operations/surroundings.h"
#include "render/plan/placement.h"
#include "render/plan/step.h"

namespace rucola::render {

/// How many pixels of the image stand for one of the stack's.
struct PixelScale {
  double across = 1;
  double down = 1;

  /// For lengths that have no direction.
  [[nodiscard]] double mean() const { return std::sqrt(across * down); }
};

/// What the planning of one picture has come to. An operation reads `size` and appends its step; it appends
/// nothing where it would change nothing, so that equal pictures have equal plans.
struct PlanningContext {
  Size size;  ///< of the image as the next operation finds it
  /// Of a drawing that nothing has been done to yet: what `size` was rounded from.
  std::optional<ExactSize> exact_size{};
  double dpr = 1;
  /// A resize has made the image dpr times as large as the stack says: from here on, lengths in pixels are to
  /// be multiplied.
  bool in_device_pixels = false;
  /// For every length in pixels: dpr after a resize, less where that could not enlarge the image as far as it
  /// should.
  PixelScale pixel_scale;
  /// Where the source's pixels are now, as long as that is known.
  std::optional<Placement> from_source = Placement{};
  std::vector<Step> steps;
  std::vector<SvgChange> svg_changes;
  std::optional<DrawingFrame> frame{};  ///< of an SVG, with the changes
  const SourceFacts* image = nullptr;   ///< the source of the picture
  std::int32_t file = 0;                ///< its number among the job's files
  /// Never null outside of tests of operations that need none.
  Surroundings* surroundings = nullptr;

  void append(const Step& step) {
    const auto moved = placement_of(step, size);
    from_source = from_source && moved ? std::optional(from_source->then(*moved)) : std::nullopt;
    if (moved && moved->swaps_sides()) std::swap(pixel_scale.across, pixel_scale.down);
    steps.push_back(step);
    size = size_after(size, step);
    exact_size.reset();
  }

  /// A drawing whose root says another size is of that size from the beginning. To be called before there are
  /// steps.
  void change_frame(const SvgChange& change) {
    if (!frame || change.id.empty() || change.id != frame->root_id) return;
    frame->set(change.attribute, change.value);
    exact_size = frame->natural_size();
    size = whole(*exact_size);
  }

  /// Of the picture so far. A stop: everything is planned again once a worker has measured.
  [[nodiscard]] Outcome<Measured> measure(Measurement measurement) const {
    return surroundings->measure(measurement, *image, file, steps, svg_changes);
  }
};

struct Operation {
  std::string_view name;
  std::string_view description;
  std::vector<OptionSchema> options;
  std::vector<std::string_view> required;  ///< all of them must be given
  std::vector<std::string_view> one_of;    ///< at least one of them must be given, where there are any
  std::vector<std::string_view> later;     ///< options of the public API that this version doesn't have
  Outcome<void> (*plan)(const OptionReader& options, PlanningContext& context);
  /// The option that a list in place of the object of expressions stands for; null: a list is an error.
  const char* array_expressions_are = nullptr;
};

/// The option that every operation has.
inline const OptionSchema enabled_option{
    .name = "enabled",
    .type = OptionType::boolean,
    .default_value = true,
    .help = "If false, the operation is left out.",
};

}  // namespace rucola::render
