#include "base/text.h"

#include <cmath>
#include <string>

#include "base/utf8.h"
#include "base/wording.h"
#include "render/operations/placing.h"
#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

constexpr double opaque = 100;  // percent
constexpr double longest_text = 4096;
constexpr double largest_size = 2000;
constexpr double longest_side = 10'000;

/// UTF-8 without control characters but tabs and line ends.
bool is_writable(std::string_view text) {
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < ' ' && first != '\n' && first != '\r' && first != '\t') return false;
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string with_plain_line_ends(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      result += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      result += '\n';
    }
  }
  return result;
}

Alignment parse_alignment(std::string_view text) {
  if (text == "right") return Alignment::right;
  return text == "left" ? Alignment::left : Alignment::centre;
}

Result<std::int32_t> font_file(const OptionReader& options, const PlanningContext& context) {
  const std::string_view reference = options.text("font");
  const auto font = context.surroundings->image(reference);
  if (!font && font.error().code == ErrorCode::not_found) {
    return fail(
        ErrorCode::not_found,
        "Option \"font\" of operation \"text\": there is no such font, neither by hash nor by alias. "
        "A font is a TTF or OTF file that was uploaded to the organization as images are; its list of "
        "source images has them. docs/composition.md says more.",
        font.error().detail.text);
  }
  if (!font) return std::unexpected(font.error());
  if (!is_font(font->format)) {
    // The reference may come out of an expression, and so out of what is nobody's business.
    return fail(ErrorCode::bad_request,
                "Option \"font\" of operation \"text\" names an image (" +
                    std::string(name_of(font->format)) +
                    "), but a font is needed, TTF or OTF, uploaded as source images are.",
                "the reference is " + in_quotes(reference));
  }
  return context.surroundings->file_of(*font);
}

/// 0 where it is not given.
std::int32_t side(const OptionReader& options, std::string_view name, double scale) {
  if (!options.is_given(name)) return 0;
  return static_cast<std::int32_t>(std::max(1.0, std::round(options.number(name) * scale)));
}

Offset scaled(Offset offset, double scale) {
  if (offset.kind != Offset::Kind::pixel) return offset;
  offset.pixel = std::lround(static_cast<double>(offset.pixel) * scale);
  return offset;
}

Anchor scaled(const Anchor& anchor, PixelScale scale) {
  return {scaled(anchor.horizontal, scale.across), scaled(anchor.vertical, scale.down)};
}

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  const PixelScale scale = context.pixel_scale;
  TextStep step;
  step.text = with_plain_line_ends(options.text("text"));
  step.width = side(options, "width", scale.across);
  step.height = side(options, "height", scale.down);
  step.fit = options.boolean("resize_to_box");
  if (step.fit && (step.width == 0 || step.height == 0)) {
    return fail(ErrorCode::bad_request,
                "Option \"resize_to_box\" of operation \"text\" needs \"width\" and \"height\": the box.");
  }
  step.size = step.fit ? 0 : options.number("size") * scale.down;
  step.opacity = options.number("opacity");
  if (trimmed(step.text, " \t\n").empty() || step.opacity == 0) return {};
  const auto font = font_file(options, context);
  if (!font) return std::unexpected(font.error());
  step.font = *font;
  step.spacing = options.number("spacing") * scale.down;
  step.align = parse_alignment(options.text("align"));
  step.color = options.color("color");
  step.degrees = normalised_turn(options.number("angle"));
  const auto anchor = anchor_on_image(options.text("anchor"), context);
  if (!anchor) return std::unexpected(anchor.error());
  step.anchor = scaled(*anchor, scale);
  context.append(step);
  return {};
}

}  // namespace

const Operation& text() {
  static const Operation row{
      .name = "text",
      .description =
          "Writes on the image, with a font that was uploaded like an image. The image's size stays.",
      .options =
          {
              {.name = "font",
               .type = OptionType::text,
               .help = "The font: hash, short hash or alias of an uploaded TTF or OTF file."},
              {.name = "text",
               .type = OptionType::text,
               .maximum = longest_text,
               .allowed =
                   "UTF-8 of up to 4096 bytes, without control characters other than line ends and tabs",
               .accepts = is_writable,
               .help = "What is written. Line feeds start lines."},
              {.name = "size",
               .type = OptionType::number,
               .minimum = 1,
               .maximum = largest_size,
               .default_value = 16.0,
               .help = "Size of the letters (an em) in pixels; of no effect with resize_to_box."},
              {.name = "color",
               .type = OptionType::color,
               .default_value = "000000",
               .help = "Colour of the letters, six hex digits without #."},
              {.name = "opacity",
               .type = OptionType::number,
               .minimum = 0,
               .maximum = opaque,
               .default_value = opaque,
               .help = "Opacity of the letters: 0 is transparent, 100 opaque."},
              {.name = "angle",
               .type = OptionType::number,
               .minimum = -360,
               .maximum = 360,
               .default_value = 0.0,
               .help = "Degrees by which the text is turned, clockwise."},
              {.name = "anchor",
               .type = OptionType::text,
               .default_value = "center_center",
               .pattern = crop_anchor_pattern,
               .accepts = is_anchor_on_image,
               .help =
                   "Where the text is: left, center, right or a number of pixels, then top, center, bottom "
                   "or a number of pixels, as in right_bottom or 20_20; or around what the anchors smart, "
                   "subjectarea, croparea, face and auto of the operation crop mean of the image, and in the "
                   "middle where it has none."},
              {.name = "width",
               .type = OptionType::number,
               .minimum = 1,
               .maximum = longest_side,
               .help = "Lines are wrapped at this width, in pixels."},
              {.name = "height",
               .type = OptionType::number,
               .minimum = 1,
               .maximum = longest_side,
               .help =
                   "The text is cut off at this height, in pixels, and centred in it where it is less high."},
              {.name = "spacing",
               .type = OptionType::number,
               .minimum = -1000,
               .maximum = 1000,
               .default_value = 0.0,
               .help = "Pixels between lines, besides the font's own."},
              {.name = "align",
               .type = OptionType::choice,
               .default_value = "left",
               .values = {"left", "centre", "center", "right"},
               .help = "Where the shorter of several lines are."},
              {.name = "resize_to_box",
               .type = OptionType::boolean,
               .default_value = false,
               .help = "Takes the largest size with which the whole text fits into width and height."},
              enabled_option,
          },
      .required = {"font", "text"},
      .one_of = {},
      .later = {},
      .plan = plan,
  };
  return row;
}

}  // namespace rucola::render::operation
