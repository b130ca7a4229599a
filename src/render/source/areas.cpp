#include "render/source/areas.h"

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

/// Pixels of the image for each of the area's units.
struct Units {
  double across = 1;
  double down = 1;
};

Units units_of(const json::object& area, Size image) {
  constexpr double whole = 100;
  if (!is_percentage(area)) return {};
  return {.across = image.width / whole, .down = image.height / whole};
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
  const auto [across, down] = units_of(area, image);
  return inside({.left = *x * across, .top = *y * down, .width = width * across, .height = height * down},
                image);
}

void add_landmarks(AreasOfImage& areas, const json::object& face, Size image) {
  const json::value* landmarks = face.if_contains("landmarks");
  if (landmarks == nullptr || !landmarks->is_object()) return;
  const auto [across, down] = units_of(face, image);
  for (const auto& [name, value] : landmarks->get_object()) {
    if (!value.is_object()) continue;
    const auto x = number(value.get_object(), "x");
    const auto y = number(value.get_object(), "y");
    if (!x || !y) continue;
    const Point point{.x = *x * across, .y = *y * down};
    const bool is_inside = point.x >= 0 && point.x <= image.width && point.y >= 0 && point.y <= image.height;
    if (is_inside) areas.landmarks.emplace(name, point);
  }
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
  if (const json::value* face = members.if_contains("detection_face"); face != nullptr && face->is_object())
    add_landmarks(areas, face->get_object(), image);
  const json::value* named = members.if_contains("multi_areas");
  if (named == nullptr || !named->is_object()) return areas;
  for (const auto& [name, value] : named->get_object())
    areas.named.emplace(name, parse_named(value, image));
  return areas;
}

}  // namespace rucola::render
