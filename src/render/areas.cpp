#include "render/areas.h"

#include <algorithm>
#include <cmath>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace rucola::render {
namespace {

namespace json = boost::json;

std::optional<double> number(const json::object& area, std::string_view name) {
  const json::value* value = area.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

bool is_percentage(const json::object& area) {
  const json::value* value = area.if_contains("percentage");
  return value != nullptr && value->is_bool() && value->get_bool();
}

/// What of it lies on the image; nothing, where that is nothing.
std::optional<Box> inside(const Box& box, Size image) {
  const double left = std::clamp<double>(box.left, 0, image.width);
  const double top = std::clamp<double>(box.top, 0, image.height);
  const double right = std::clamp<double>(box.left + box.width, 0, image.width);
  const double bottom = std::clamp<double>(box.top + box.height, 0, image.height);
  // So written, numbers that are none (infinity less infinity) make no area either.
  if (!(right > left && bottom > top)) return std::nullopt;
  return Box{.left = left, .top = top, .width = right - left, .height = bottom - top};
}

std::optional<Box> parse_area(const json::object& metadata, std::string_view name, Size image) {
  const json::value* value = metadata.if_contains(name);
  if (value == nullptr || !value->is_object()) return std::nullopt;
  const json::object& area = value->get_object();
  const auto x = number(area, "x");
  const auto y = number(area, "y");
  if (!x || !y) return std::nullopt;
  const double width = number(area, "width").value_or(1);
  const double height = number(area, "height").value_or(1);
  constexpr double whole = 100;
  const double across = is_percentage(area) ? image.width / whole : 1;
  const double down = is_percentage(area) ? image.height / whole : 1;
  return inside({.left = *x * across, .top = *y * down, .width = width * across, .height = height * down},
                image);
}

void add_areas(Areas& areas, const json::value& value, Size image) {
  if (!value.is_object()) return;
  if (auto subject = parse_area(value.get_object(), "subject_area", image)) areas.subject = subject;
  if (auto crop = parse_area(value.get_object(), "crop_area", image)) areas.crop = crop;
}

/// One object with the areas, or a list of such objects, which some clients send.
Areas parse_named(const json::value& value, Size image) {
  Areas areas;
  if (value.is_array()) {
    for (const json::value& element : value.get_array())
      add_areas(areas, element, image);
  } else {
    add_areas(areas, value, image);
  }
  return areas;
}

}  // namespace

AreasOfImage parse_areas(std::string_view metadata, Size image) {
  json::error_code error;
  const json::value document = json::parse(json::string_view(metadata.data(), metadata.size()), error);
  AreasOfImage areas;
  if (error || !document.is_object()) return areas;
  add_areas(areas.general, document, image);
  const json::object& members = document.get_object();
  areas.face = parse_area(members, "detection_face", image);
  const json::value* named = members.if_contains("multi_areas");
  if (named == nullptr || !named->is_object()) return areas;
  for (const auto& [name, value] : named->get_object())
    areas.named.emplace(name, parse_named(value, image));
  return areas;
}

}  // namespace rucola::render
