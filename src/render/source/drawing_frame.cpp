#include "render/source/drawing_frame.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <system_error>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/ascii.h"
#include "base/text.h"

namespace rucola::render {
namespace {

namespace json = boost::json;

constexpr std::string_view space = " \t\r\n\f";
constexpr double largest = 1e9;    // pixels; beyond there is no picture
constexpr double smallest = 1e-6;  // below there is no ratio
constexpr double usual_width = 300;
constexpr double usual_height = 150;
constexpr std::size_t longest_id = 200;

bool is_length(double pixels) {
  return pixels >= smallest && pixels <= largest;
}

/// Takes a number off the front.
std::optional<double> take_number(std::string_view& text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

/// "min-x min-y width height", with commas or without.
std::optional<ExactSize> parse_view_box(std::string_view text) {
  std::array<double, 4> numbers{};
  for (double& number : numbers) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n\f,"), text.size()));
    const auto next = take_number(text);
    if (!next) return std::nullopt;
    number = *next;
  }
  if (!is_length(numbers[2]) || !is_length(numbers[3])) return std::nullopt;
  return ExactSize{numbers[2], numbers[3]};
}

std::optional<double> length_in(const json::value* value) {
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const double number = value->to_number<double>();
  return is_length(number) ? std::optional(number) : std::nullopt;
}

std::optional<ExactSize> size_in(const json::value* value) {
  const json::array* sides = value == nullptr ? nullptr : value->if_array();
  if (sides == nullptr || sides->size() != 2) return std::nullopt;
  const auto width = length_in(sides->data());
  const auto height = length_in(sides->data() + 1);
  if (!width || !height) return std::nullopt;
  return ExactSize{*width, *height};
}

}  // namespace

std::optional<double> pixels_of_length(std::string_view length) {
  constexpr double inch = 96;
  constexpr double em = 16;
  constexpr std::array<std::pair<std::string_view, double>, 12> units{{{"", 1},
                                                                       {"px", 1},
                                                                       {"in", inch},
                                                                       {"cm", inch / 2.54},
                                                                       {"mm", inch / 25.4},
                                                                       {"q", inch / 101.6},
                                                                       {"pt", inch / 72},
                                                                       {"pc", inch / 6},
                                                                       {"em", em},
                                                                       {"rem", em},
                                                                       {"ex", em / 2},
                                                                       {"ch", em / 2}}};
  std::string_view rest = trimmed(length, space);
  const auto number = take_number(rest);
  if (!number) return std::nullopt;
  using Unit = std::pair<std::string_view, double>;
  const auto* unit = std::ranges::find(units, lower(rest), &Unit::first);
  if (unit == units.end()) return std::nullopt;
  const double pixels = *number * unit->second;
  return is_length(pixels) ? std::optional(pixels) : std::nullopt;
}

std::optional<DrawingFrame> DrawingFrame::parse(std::string_view static_metadata_json) {
  json::error_code error;
  const json::value metadata =
      json::parse(json::string_view(static_metadata_json.data(), static_metadata_json.size()), error);
  const json::object* members = error ? nullptr : metadata.if_object();
  const json::value* svg = members == nullptr ? nullptr : members->if_contains("svg");
  const json::object* known = svg == nullptr ? nullptr : svg->if_object();
  if (known == nullptr) return std::nullopt;
  DrawingFrame frame;
  if (const json::value* id = known->if_contains("id"); id != nullptr && id->is_string())
    frame.root_id = id->get_string();
  frame.width = length_in(known->if_contains("width"));
  frame.height = length_in(known->if_contains("height"));
  frame.view_box = size_in(known->if_contains("view_box"));
  return frame;
}

json::object DrawingFrame::to_json() const {
  json::object known;
  if (!root_id.empty() && root_id.size() <= longest_id) known["id"] = root_id;
  if (width) known["width"] = *width;
  if (height) known["height"] = *height;
  if (view_box) known["view_box"] = json::array{view_box->width, view_box->height};
  return known;
}

void DrawingFrame::set(std::string_view attribute, std::string_view value) {
  if (attribute == "width") width = pixels_of_length(value);
  if (attribute == "height") height = pixels_of_length(value);
  if (attribute == "viewBox") view_box = parse_view_box(value);
}

ExactSize DrawingFrame::natural_size() const {
  if (width && height) return {*width, *height};
  if (view_box && width) return {*width, *width * view_box->height / view_box->width};
  if (view_box && height) return {*height * view_box->width / view_box->height, *height};
  if (view_box) return *view_box;
  return {width.value_or(usual_width), height.value_or(usual_height)};
}

Size whole(ExactSize size) {
  constexpr double most = std::numeric_limits<std::int32_t>::max();
  const auto side = [most](double pixels) {
    return static_cast<std::int32_t>(std::clamp(std::round(pixels), 1.0, most));
  };
  return {side(size.width), side(size.height)};
}

}  // namespace rucola::render
