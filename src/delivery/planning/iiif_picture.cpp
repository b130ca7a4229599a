#include "delivery/planning/iiif_picture.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

namespace rucola::delivery {
namespace {

using render::Size;
using render::Step;

std::unexpected<Error> wrong(std::string_view parameter, const std::string& value, std::string_view allowed) {
  return fail(ErrorCode::bad_request, "The " + std::string(parameter) + " \"" + value.substr(0, 64) +
                                          "\" of the IIIF request is none: it may be " +
                                          std::string(allowed) + ".");
}

/// Decimal digits with at most one point; no sign, no exponent.
std::optional<double> parse_number(std::string_view text) {
  const bool plain = !text.empty() && text.size() <= 32 &&
                     text.find_first_not_of("0123456789.") == std::string_view::npos &&
                     std::ranges::count(text, '.') <= 1 && text != ".";
  if (!plain) return std::nullopt;
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::optional<std::int32_t> parse_pixels(std::string_view text) {
  std::int32_t number = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc{} || end != last || text.starts_with('-')) return std::nullopt;
  return number;
}

std::optional<std::array<double, 4>> four_numbers(std::string_view text) {
  std::array<double, 4> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::size_t comma = text.find(',');
    const auto number = parse_number(text.substr(0, comma));
    const bool is_last = i + 1 == numbers.size();
    if (!number || is_last != (comma == std::string_view::npos)) return std::nullopt;
    numbers.at(i) = *number;
    text.remove_prefix(is_last ? text.size() : comma + 1);
  }
  return numbers;
}

render::CropStep square(Size image) {
  const std::int32_t side = std::min(image.width, image.height);
  return {.left = (image.width - side) / 2, .top = (image.height - side) / 2, .size = {side, side}};
}

/// Cut down to the image; nothing where none of it is in it.
std::optional<render::CropStep> inside(const std::array<double, 4>& box, Size image) {
  const double left = std::round(box[0]);
  const double top = std::round(box[1]);
  const double right = std::min<double>(std::round(box[0] + box[2]), image.width);
  const double bottom = std::min<double>(std::round(box[1] + box[3]), image.height);
  if (right <= left || bottom <= top) return std::nullopt;
  const auto whole = [](double number) { return static_cast<std::int32_t>(number); };
  return render::CropStep{
      .left = whole(left), .top = whole(top), .size = {whole(right - left), whole(bottom - top)}};
}

Result<render::CropStep> region_of(const std::string& text, Size image) {
  constexpr std::string_view allowed =
      "full, square, x,y,w,h in pixels or pct:x,y,w,h, of which something lies in the image";
  if (text == "full") return render::CropStep{.left = 0, .top = 0, .size = image};
  if (text == "square") return square(image);
  constexpr std::string_view percent = "pct:";
  const bool in_percent = text.starts_with(percent);
  auto box = four_numbers(std::string_view(text).substr(in_percent ? percent.size() : 0));
  if (!box) return wrong("region", text, allowed);
  if (in_percent) {
    *box = {(*box)[0] * image.width / 100, (*box)[1] * image.height / 100, (*box)[2] * image.width / 100,
            (*box)[3] * image.height / 100};
  }
  const auto found = inside(*box, image);
  if (!found) return wrong("region", text, allowed);
  return *found;
}

std::int32_t side(double pixels) {
  constexpr double most = 1e9;
  return static_cast<std::int32_t>(std::clamp(std::round(pixels), 1.0, most));
}

Size scaled(Size size, double factor) {
  return {side(size.width * factor), side(size.height * factor)};
}

bool is_too_large(Size size) {
  return std::max(size.width, size.height) > iiif_longest_side;
}

/// By how much the size has to shrink at least, to be no larger than allowed.
double to_fit(Size size) {
  return std::min(1.0, static_cast<double>(iiif_longest_side) / std::max(size.width, size.height));
}

/// "w,", ",h", "w,h" and "!w,h".
std::optional<Size> asked_size(std::string_view text, Size region) {
  const bool confined = text.starts_with('!');
  if (confined) text.remove_prefix(1);
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const std::string_view before = text.substr(0, comma);
  const std::string_view after = text.substr(comma + 1);
  const auto width = parse_pixels(before);
  const auto height = parse_pixels(after);
  if ((!width && !before.empty()) || (!height && !after.empty()) || (!width && !height)) return std::nullopt;
  if (width.value_or(1) < 1 || height.value_or(1) < 1) return std::nullopt;
  if (width && height && !confined) return Size{*width, *height};
  if (confined && (!width || !height || is_too_large({*width, *height}))) return std::nullopt;
  const double across = width ? static_cast<double>(*width) / region.width : 1e9;
  const double down = height ? static_cast<double>(*height) / region.height : 1e9;
  Size size = scaled(region, std::min(across, down));
  if (width && across <= down) size.width = *width;
  if (height && down <= across) size.height = *height;
  return size;
}

std::optional<Size> size_in_percent(std::string_view text, Size region) {
  constexpr std::string_view percent = "pct:";
  if (!text.starts_with(percent)) return std::nullopt;
  const auto number = parse_number(text.substr(percent.size()));
  if (!number || *number <= 0) return std::nullopt;
  return scaled(region, *number / 100);
}

/// Version 3 enlarges only where a ^ says so; in version 2 a size may be any.
Result<Size> size_of(const std::string& text, int version, Size region) {
  const std::string allowed =
      "max, w, or ,h or w,h or !w,h in pixels, or pct:n" +
      std::string(version == 3 ? ", with ^ before it where it enlarges" : ", or full") +
      "; no side longer than " + std::to_string(iiif_longest_side) + " pixels";
  std::string_view rest = text;
  const bool may_enlarge = version == 2 || rest.starts_with('^');
  if (version == 3 && may_enlarge) rest.remove_prefix(1);
  if (rest == "max" || (version == 2 && rest == "full")) {
    const double enlarged = static_cast<double>(iiif_longest_side) / std::max(region.width, region.height);
    return scaled(region, version == 3 && may_enlarge ? enlarged : to_fit(region));
  }
  auto size = size_in_percent(rest, region);
  if (!size) size = asked_size(rest, region);
  if (!size || is_too_large(*size)) return wrong("size", text, allowed);
  const bool enlarges = size->width > region.width || size->height > region.height;
  if (!enlarges || may_enlarge) return *size;
  // A box that it is to fit into may be larger than the image, which then stays as it is.
  if (rest.starts_with('!')) return region;
  return wrong("size", text, allowed);
}

struct Rotation {
  bool mirrored = false;
  double degrees = 0;
};

Result<Rotation> rotation_of(const std::string& text) {
  constexpr double full_turn = 360;
  std::string_view rest = text;
  const bool mirrored = rest.starts_with('!');
  if (mirrored) rest.remove_prefix(1);
  const auto degrees = parse_number(rest);
  if (!degrees || *degrees > full_turn) {
    return wrong("rotation", text, "a number of degrees from 0 to 360, with ! before it to mirror first");
  }
  return Rotation{mirrored, std::fmod(*degrees, full_turn)};
}

Result<void> add_quality(const std::string& quality, std::vector<Step>& steps) {
  if (quality == "default" || quality == "color") return {};
  if (quality != "gray" && quality != "bitonal")
    return wrong("quality", quality, "default, color, gray or bitonal");
  steps.emplace_back(render::GrayscaleStep{});
  if (quality == "bitonal") steps.emplace_back(render::BitonalStep{});
  return {};
}

std::string numbers(std::int32_t first, std::int32_t second) {
  return std::to_string(first) + ',' + std::to_string(second);
}

std::string canonical_region(const render::CropStep& region, Size image) {
  if (region.size == image) return "full";
  return numbers(region.left, region.top) + ',' + numbers(region.size.width, region.size.height);
}

std::string canonical_size(Size size, int version, Size region) {
  if (version == 2) {
    if (size == region) return "full";
    const bool keeps_ratio = size == asked_size(std::to_string(size.width) + ',', region);
    return keeps_ratio ? std::to_string(size.width) + ',' : numbers(size.width, size.height);
  }
  if (size == scaled(region, to_fit(region))) return "max";
  const bool enlarges = size.width > region.width || size.height > region.height;
  return (enlarges ? "^" : "") + numbers(size.width, size.height);
}

std::string canonical_rotation(const Rotation& rotation) {
  std::array<char, 64> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), rotation.degrees, std::chars_format::fixed)
          .ptr;
  return (rotation.mirrored ? "!" : "") + std::string(digits.data(), end);
}

/// What a picture's words mean for an image of that size.
struct Meaning {
  render::CropStep region;
  Size size;
  Rotation rotation;
};

Result<Meaning> meaning_of(const IiifPicture& picture, int version, Size image) {
  const auto region = region_of(picture.region, image);
  if (!region) return std::unexpected(region.error());
  const auto size = size_of(picture.size, version, region->size);
  if (!size) return std::unexpected(size.error());
  const auto rotation = rotation_of(picture.rotation);
  if (!rotation) return std::unexpected(rotation.error());
  return Meaning{.region = *region, .size = *size, .rotation = *rotation};
}

}  // namespace

Result<std::string> iiif_canonical(const IiifPicture& picture, int version, Size image) {
  const auto meaning = meaning_of(picture, version, image);
  if (!meaning) return std::unexpected(meaning.error());
  const auto& [region, size, rotation] = *meaning;
  const std::string quality = picture.quality == "color" ? "default" : picture.quality;
  return canonical_region(region, image) + '/' + canonical_size(size, version, region.size) + '/' +
         canonical_rotation(rotation) + '/' + quality + '.' + picture.format;
}

Result<std::vector<Step>> iiif_steps(const IiifPicture& picture, int version, Size image) {
  const auto meaning = meaning_of(picture, version, image);
  if (!meaning) return std::unexpected(meaning.error());
  const auto& [region, size, rotation] = *meaning;
  std::vector<Step> steps;
  if (region.size != image) steps.emplace_back(region);
  if (size != region.size) steps.emplace_back(render::ResizeStep{size});
  if (rotation.mirrored) steps.emplace_back(render::MirrorStep{});
  if (rotation.degrees != 0) {
    steps.emplace_back(
        render::RotateStep{.degrees = rotation.degrees, .background = {}, .background_opacity = 0});
  }
  if (auto added = add_quality(picture.quality, steps); !added) return std::unexpected(added.error());
  return steps;
}

}  // namespace rucola::delivery
