#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

enum class Mode { box, fill, absolute };

/// What is asked for, in pixels, which dpr may make fractional; at least one of the two.
struct Box {
  std::optional<double> width;
  std::optional<double> height;
};

Box operator*(const Box& box, double dpr) {
  Box result;
  if (box.width) result.width = *box.width * dpr;
  if (box.height) result.height = *box.height * dpr;
  return result;
}

/// At least one pixel; past what fits, the largest value there is: the limits refuse it afterwards.
std::int32_t side(double pixels) {
  constexpr double most = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int32_t>(std::clamp(std::round(pixels), 1.0, most));
}

/// The whole number of pixels nearest to a side of the box that doesn't leave it (box) or fall short of it
/// (fill).
double whole(double pixels, Mode mode) {
  constexpr double slack = 1e-6;  // products such as 200 × 1.1 miss their integer by less
  if (mode == Mode::box) return std::floor(pixels + slack);
  if (mode == Mode::fill) return std::ceil(pixels - slack);
  return std::round(pixels);
}

/// `length` × `to` ÷ `from`: the side that follows the deciding one, rounded. Where dpr has made that one
/// fractional, the ratio is kept to the pixels it really gets, but not by more than a pixel: a strip 3 pixels
/// wide would else grow by a third. Never across the side that was asked for.
std::int32_t following_side(double length, double to, double from, const std::optional<double>& asked,
                            Mode mode) {
  const double exact = length * to / from;
  const double in_ratio = std::round(length * whole(to, mode) / from);
  const double nearest = std::clamp(in_ratio, whole(exact, Mode::box), whole(exact, Mode::fill));
  if (!asked) return side(nearest);
  const double bound = whole(*asked, mode);
  return side(mode == Mode::box ? std::min(nearest, bound) : std::max(nearest, bound));
}

bool width_decides(ExactSize image, const Box& box, Mode mode) {
  if (!box.width || !box.height) return box.width.has_value();
  const double by_width = *box.width * image.height;
  const double by_height = *box.height * image.width;
  return mode == Mode::box ? by_width <= by_height : by_width >= by_height;
}

Size fitted(ExactSize image, const Box& box, Mode mode) {
  if (width_decides(image, box, mode)) {
    return {side(whole(*box.width, mode)),
            following_side(image.height, *box.width, image.width, box.height, mode)};
  }
  return {following_side(image.width, *box.height, image.height, box.width, mode),
          side(whole(*box.height, mode))};
}

struct Upscaling {
  bool upscale;
  bool upscale_dpr;
};

/// Which of four sizes a resize comes to: the table of the chapter on device pixel ratios.
enum class Choice { asked_times_dpr, asked, original_times_dpr, original };

/// `enlarges`: what was asked for is more than the image has; `enlarges_with_dpr`: dpr times that is.
Choice choice(bool enlarges, bool enlarges_with_dpr, Upscaling allowed) {
  if (allowed.upscale_dpr) {
    return enlarges && !allowed.upscale ? Choice::original_times_dpr : Choice::asked_times_dpr;
  }
  // The ratio alone may not blow the image up, but upscale may.
  if (enlarges) return allowed.upscale ? Choice::asked : Choice::original;
  return enlarges_with_dpr ? Choice::original : Choice::asked_times_dpr;
}

bool is_larger(Size a, Size b) {
  return a.width > b.width || a.height > b.height;
}

/// `exact`: what `image` was rounded from, which its ratio is of.
Size keeping_ratio(Size image, ExactSize exact, const Box& box, Mode mode, double dpr, Upscaling allowed) {
  const Size asked = fitted(exact, box, mode);
  const Size asked_times_dpr = fitted(exact, box * dpr, mode);
  switch (choice(is_larger(asked, image), is_larger(asked_times_dpr, image), allowed)) {
    case Choice::asked_times_dpr:
      return asked_times_dpr;
    case Choice::asked:
      return asked;
    case Choice::original_times_dpr:
      return {side(exact.width * dpr), side(exact.height * dpr)};
    case Choice::original:
      return image;
  }
  return image;
}

std::int32_t one_side(std::int32_t image, double asked, double dpr, Upscaling allowed) {
  const std::int32_t asked_times_dpr = side(asked * dpr);
  switch (choice(side(asked) > image, asked_times_dpr > image, allowed)) {
    case Choice::asked_times_dpr:
      return asked_times_dpr;
    case Choice::asked:
      return side(asked);
    case Choice::original_times_dpr:
      return side(image * dpr);
    case Choice::original:
      return image;
  }
  return image;
}

Mode parse_mode(std::string_view text) {
  if (text == "fill") return Mode::fill;
  return text == "absolute" ? Mode::absolute : Mode::box;
}

/// What the options ask for, in pixels of the image as it is now.
struct Wish {
  Box box;
  Mode mode;
  double dpr;  ///< what the stack option multiplies the box with
};

Wish wish_of(const OptionReader& options, const PlanningContext& context) {
  Wish wish{.box = {options.optional_integer("width"), options.optional_integer("height")},
            .mode = parse_mode(options.text("mode")),
            .dpr = context.dpr};
  // With one side given there is no ratio to ignore.
  if (wish.mode == Mode::absolute && (!wish.box.width || !wish.box.height)) wish.mode = Mode::box;
  if (context.in_device_pixels) {  // an earlier resize has multiplied the image: compare like with like
    wish.box = wish.box * wish.dpr;
    wish.dpr = 1;
  }
  return wish;
}

Size target(const Wish& wish, const PlanningContext& context, Upscaling allowed) {
  const auto& [box, mode, dpr] = wish;
  const Size image = context.size;
  const ExactSize whole{static_cast<double>(image.width), static_cast<double>(image.height)};
  if (mode != Mode::absolute)
    return keeping_ratio(image, context.exact_size.value_or(whole), box, mode, dpr, allowed);
  return {one_side(image.width, *box.width, dpr, allowed), one_side(image.height, *box.height, dpr, allowed)};
}

/// Where the image was not allowed to become as large as it should, a crop that follows takes the same part
/// of it as it would have: its pixels shrink in the same way.
PixelScale pixel_scale(Size to, Size wished, double dpr) {
  const auto side = [&](std::int32_t length, std::int32_t wished_length) {
    return length == wished_length ? dpr : dpr * length / wished_length;
  };
  return {.across = side(to.width, wished.width), .down = side(to.height, wished.height)};
}

Outcome<bool> is_photo(const PlanningContext& context) {
  constexpr double least_entropy = 5;
  const auto measured = context.measure({.kind = Measurement::Kind::entropy, .fuzzy = 0});
  if (!measured) return std::unexpected(measured.error());
  return !measured->empty() && measured->front() > least_entropy;
}

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  const Wish wish = wish_of(options, context);
  const Size before = context.size;
  const Size to = target(wish, context, {options.boolean("upscale"), options.boolean("upscale_dpr")});
  const Size wished = target(wish, context, {true, true});
  const bool shrinks = to != before && to.width <= before.width && to.height <= before.height;
  const Outcome<bool> sharpens = shrinks && options.boolean("sharpen") ? is_photo(context) : false;
  if (!sharpens) return std::unexpected(sharpens.error());
  if (to != before) context.append(ResizeStep{to});
  if (*sharpens) context.append(SharpenStep{});
  context.in_device_pixels = true;
  context.pixel_scale = pixel_scale(to, wished, context.dpr);
  return {};
}

}  // namespace

const Operation& resize() {
  static const Operation row{
      .name = "resize",
      .description = "Changes the size. Width or height is enough; the stack option dpr multiplies both.",
      .options =
          {
              {.name = "width",
               .type = OptionType::integer,
               .minimum = 1,
               .maximum = 10'000,
               .help = "Width in pixels."},
              {.name = "height",
               .type = OptionType::integer,
               .minimum = 1,
               .maximum = 10'000,
               .help = "Height in pixels."},
              {.name = "mode",
               .type = OptionType::choice,
               .default_value = "box",
               .values = {"box", "absolute", "fill"},
               .help =
                   "box keeps the ratio and fits inside width and height; fill keeps the ratio and covers "
                   "them; absolute takes them as they are."},
              {.name = "upscale",
               .type = OptionType::boolean,
               .default_value = true,
               .help = "Whether the image may become larger than it is. With the mode absolute each side is "
                       "looked at by itself."},
              {.name = "upscale_dpr",
               .type = OptionType::boolean,
               .default_value = true,
               .help =
                   "Whether the stack option dpr may make the image up to dpr times larger than it is, even "
                   "where upscale is false."},
              {.name = "sharpen",
               .type = OptionType::boolean,
               .default_value = false,
               .help = "Whether an image that gets smaller is sharpened, with the defaults of the operation "
                       "sharpen, if it looks like a photo: if its entropy is above 5."},
              enabled_option,
          },
      .required = {},
      .one_of = {"width", "height"},
      .later = {},
      .plan = plan,
  };
  return row;
}

}  // namespace rucola::render::operation
