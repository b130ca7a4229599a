#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "expression/value_json.h"
#include "render/operations/placing.h"
#include "render/operations/query_variables.h"
#include "render/operations/table.h"
#include "render/plan/anchor.h"

namespace rucola::render::operation {
namespace {

constexpr double opaque = 100;  // percent
constexpr std::int64_t longest_side = 10'000;

std::int32_t scaled(std::int64_t pixels, double scale) {
  return static_cast<std::int32_t>(std::max(1.0, std::round(static_cast<double>(pixels) * scale)));
}

/// What the options say of the other picture's size, in pixels of the image.
struct Sides {
  std::optional<std::int32_t> width;
  std::optional<std::int32_t> height;
};

Sides sides_of(const OptionReader& options, const PlanningContext& context) {
  if (options.boolean("resize_to_primary")) return {context.size.width, context.size.height};
  Sides sides;
  if (const auto width = options.optional_integer("width"))
    sides.width = scaled(*width, context.pixel_scale.across);
  if (const auto height = options.optional_integer("height"))
    sides.height = scaled(*height, context.pixel_scale.down);
  return sides;
}

std::vector<OperationCall> resizing(const Sides& sides, std::string_view mode) {
  if (!sides.width && !sides.height) return {};
  OperationCall call{.name = std::string(resize().name)};
  call.options.emplace("mode", std::string(mode));
  if (sides.width) call.options.emplace("width", std::int64_t{*sides.width});
  if (sides.height) call.options.emplace("height", std::int64_t{*sides.height});
  return {std::move(call)};
}

NamedValues variables_of(const OptionReader& options) {
  NamedValues values;
  const boost::json::value variables = options.structure("secondary_stack_variables");
  if (!variables.is_object()) return values;
  for (const auto& entry : variables.get_object())
    values.emplace_back(std::string(entry.key()), expression::from_json(entry.value()));
  return values;
}

/// Without a picture of its own, the secondary stack works on the image that this one does.
Result<SourceFacts> secondary_source(const OptionReader& options, const PlanningContext& context) {
  if (const auto reference = options.optional_text("secondary_image"))
    return context.surroundings->image(*reference);
  if (context.image->sha256.empty()) {
    return fail(
        ErrorCode::bad_request,
        "Option \"secondary_stack\" of operation \"composition\" needs a \"secondary_image\" in a stack "
        "that has a basestack.");
  }
  return *context.image;
}

bool is_opaque(const Layer& layer, const SourceFacts& source) {
  return source.opaque && std::ranges::none_of(layer.steps, makes_transparent);
}

/// Sets what is laid over. True: it is opaque as long as neither turned nor faded.
Outcome<bool> plan_overlay(const OptionReader& options, const PlanningContext& context,
                           CompositionStep& step) {
  const Sides sides = sides_of(options, context);
  if (!options.is_given("secondary_image") && !options.is_given("secondary_stack")) {
    step.overlay = {sides.width.value_or(context.size.width), sides.height.value_or(context.size.height)};
    step.color = options.color("secondary_color");
    return true;
  }
  const auto source = secondary_source(options, context);
  if (!source) return std::unexpected(source.error());
  auto layer =
      context.surroundings->layer(*source, options.optional_text("secondary_stack").value_or(""),
                                  variables_of(options), resizing(sides, options.text("resize_mode")));
  if (!layer) return std::unexpected(std::move(layer).error());
  step.overlay = size_of(*layer);
  const bool is_solid = is_opaque(*layer, *source);
  step.layer.push_back(*std::move(layer));
  return is_solid;
}

/// What the anchor is about comes to the middle of the canvas, as near as the image's own edges allow.
std::int32_t image_start(const Offset& offset, std::int32_t canvas, std::int32_t image, double scale) {
  if (offset.kind != Offset::Kind::around) return start_inside(offset, canvas, image, scale);
  const double start = std::round(canvas / 2.0 - static_cast<double>(offset.pixel));
  return static_cast<std::int32_t>(std::clamp(start, 0.0, static_cast<double>(canvas - image)));
}

/// In each direction the shorter of the two is moved. The image is never cut off; the other may be.
struct Starts {
  std::int32_t image = 0;
  std::int32_t overlay = 0;
};

Starts starts(const Offset& offset, std::int32_t image, std::int32_t overlay, bool image_in_front,
              double scale) {
  const std::int32_t canvas = std::max(image, overlay);
  const bool overlay_moves = overlay < image || (overlay == image && !image_in_front);
  if (overlay_moves) return {.image = 0, .overlay = free_start(offset, canvas, overlay, scale)};
  return {.image = image_start(offset, canvas, image, scale), .overlay = 0};
}

void put_together(const Anchor& anchor, Size overlay, const PlanningContext& context, CompositionStep& step) {
  const Size image = context.size;
  const Starts across =
      starts(anchor.horizontal, image.width, overlay.width, step.image_in_front, context.pixel_scale.across);
  const Starts down =
      starts(anchor.vertical, image.height, overlay.height, step.image_in_front, context.pixel_scale.down);
  step.canvas = {std::max(image.width, overlay.width), std::max(image.height, overlay.height)};
  step.image = {across.image, down.image};
  step.overlay_at = {across.overlay, down.overlay};
}

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  CompositionStep step;
  step.image_in_front = options.text("mode") == "foreground";
  step.image_left_out = options.boolean("empty_primary");
  const auto anchor =
      step.image_left_out ? Outcome<Anchor>{} : anchor_on_image(options.text("anchor"), context);
  if (!anchor) return std::unexpected(anchor.error());
  const auto is_solid = plan_overlay(options, context, step);
  if (!is_solid) return std::unexpected(is_solid.error());
  step.opacity = options.number("secondary_opacity");
  step.degrees = normalised_turn(options.number("angle"));
  const Size overlay = turned(step.overlay, step.degrees);
  if (step.image_left_out) {
    step.canvas = overlay;
  } else {
    put_together(*anchor, overlay, context, step);
  }
  const bool image_covers = !step.image_left_out && step.canvas == context.size;
  const bool overlay_covers = *is_solid && step.opacity >= opaque && std::fmod(step.degrees, 90) == 0 &&
                              step.canvas == overlay && step.overlay_at == Position{};
  step.leaves_gaps = !image_covers && !overlay_covers;
  if (image_covers && step.opacity == 0) return {};
  if (step.image_left_out) step.image_in_front = false;
  context.append(step);
  return {};
}

}  // namespace

const Operation& composition() {
  static const Operation row{
      .name = "composition",
      .description =
          "Puts another image, or a box of one colour, before or behind the image. The result is as large as "
          "the larger of the two in each direction.",
      .options =
          {
              {.name = "mode",
               .type = OptionType::choice,
               .default_value = "background",
               .values = {"background", "foreground"},
               .help = "Where the image itself is: background lays the other one over it, foreground puts "
                       "the other one behind it."},
              {.name = "width",
               .type = OptionType::integer,
               .minimum = 1,
               .maximum = longest_side,
               .help = "Width of the other image or of the box, which is else as wide as the image."},
              {.name = "height",
               .type = OptionType::integer,
               .minimum = 1,
               .maximum = longest_side,
               .help = "Height of the other image or of the box, which is else as high as the image."},
              {.name = "resize_mode",
               .type = OptionType::choice,
               .default_value = "box",
               .values = {"box", "absolute", "fill"},
               .help = "How the other image is resized to width and height, as in the operation resize."},
              {.name = "resize_to_primary",
               .type = OptionType::boolean,
               .default_value = false,
               .help = "Takes width and height from the image itself."},
              {.name = "anchor",
               .type = OptionType::text,
               .default_value = "center_center",
               .pattern = crop_anchor_pattern,
               .accepts = is_anchor_on_image,
               .help =
                   "Where the smaller of the two lies on the larger: left, center, right or a number of "
                   "pixels, then top, center, bottom or a number of pixels, as in right_bottom or 15_65; or "
                   "around what the anchors smart, subjectarea, croparea, face and auto of the operation "
                   "crop "
                   "mean of the image, and in the middle where it has none."},
              {.name = "angle",
               .type = OptionType::number,
               .minimum = -360,
               .maximum = 360,
               .default_value = 0.0,
               .help = "Degrees by which the other image or the box is turned, clockwise."},
              {.name = "secondary_color",
               .type = OptionType::color,
               .default_value = "000000",
               .help = "Colour of the box, six hex digits without #."},
              {.name = "secondary_opacity",
               .type = OptionType::number,
               .minimum = 0,
               .maximum = opaque,
               .default_value = opaque,
               .help = "Opacity of the other image or of the box: 0 is transparent, 100 opaque."},
              {.name = "secondary_image",
               .type = OptionType::text,
               .help =
                   "The other image: hash, short hash or alias. Without it and secondary_stack, it is a box "
                   "of one colour."},
              {.name = "secondary_stack",
               .type = OptionType::text,
               .help =
                   "The stack that makes the other image, out of secondary_image or else of the source of "
                   "this one."},
              {.name = "secondary_stack_variables",
               .type = OptionType::structure,
               .allowed = "an object of names and values, or the same as a query string, such as w=800&h=600",
               .canonical = query_variables,
               .json_type = "string",
               .help =
                   "Variables of the secondary stack; those that the URL sets are passed on by themselves."},
              {.name = "empty_primary",
               .type = OptionType::boolean,
               .default_value = false,
               .help = "Leaves the image itself out: only the other one is seen."},
              {.name = "cache",
               .type = OptionType::boolean,
               .default_value = false,
               .help = "Accepted and without effect: every render is cached."},
              enabled_option,
          },
      .required = {},
      .one_of = {},
      .later = {},
      .plan = plan,
  };
  return row;
}

}  // namespace rucola::render::operation
