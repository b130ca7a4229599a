#include "render/plan.h"

#include <initializer_list>
#include <limits>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace rucola::render {
namespace {

namespace json = boost::json;

/// What parse_plan() stops with, in this file only: a plan that serialise() did not write is a mistake in the
/// program, and the worker is told so in one place.
struct Malformed {
  const char* what;
};

json::array numbers(std::initializer_list<std::int64_t> values) {
  json::array result;
  for (const std::int64_t value : values)
    result.emplace_back(value);
  return result;
}

json::array to_json(Size size) {
  return numbers({size.width, size.height});
}
json::array to_json(Color color) {
  return numbers({color.red, color.green, color.blue});
}

json::object to_json(const ResizeStep& step) {
  return {{"resize", to_json(step.to)}};
}
json::object to_json(const CropStep& step) {
  return {{"crop", numbers({step.left, step.top, step.size.width, step.size.height})}};
}
json::object to_json(const SmartCropStep& step) {
  return {{"smart_crop", to_json(step.size)}};
}
json::object to_json(const RotateStep& step) {
  return {{"rotate", step.degrees},
          {"background", to_json(step.background)},
          {"background_opacity", step.background_opacity}};
}
json::object to_json(const GrayscaleStep& /*step*/) {
  return {{"grayscale", true}};
}
json::object to_json(const BlurStep& step) {
  return {{"blur", step.sigma}};
}

json::object to_json(const Encoding& encoding) {
  return {{"format", name_of(encoding.format)},
          {"quality", encoding.quality},
          {"lossless", encoding.lossless},
          {"png_compression_level", encoding.png_compression_level},
          {"flatten_onto", to_json(encoding.flatten_onto)},
          {"flatten_always", encoding.flatten_always}};
}

const json::value& member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) throw Malformed{"a member is missing"};
  return *value;
}

std::int32_t integer(const json::value& value, std::int64_t least, std::int64_t most) {
  if (!value.is_int64() || value.get_int64() < least || value.get_int64() > most) {
    throw Malformed{"an integer is out of its range"};
  }
  return static_cast<std::int32_t>(value.get_int64());
}

double number(const json::value& value) {
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (!value.is_double()) throw Malformed{"a number is expected"};
  return value.get_double();
}

bool boolean(const json::value& value) {
  if (!value.is_bool()) throw Malformed{"a boolean is expected"};
  return value.get_bool();
}

const json::array& list(const json::value& value, std::size_t length) {
  if (!value.is_array() || value.get_array().size() != length) throw Malformed{"a list has a wrong length"};
  return value.get_array();
}

const json::object& object(const json::value& value) {
  if (!value.is_object()) throw Malformed{"an object is expected"};
  return value.get_object();
}

constexpr std::int64_t largest = std::numeric_limits<std::int32_t>::max();

Size parse_size(const json::value& value) {
  const json::array& sides = list(value, 2);
  return {integer(sides[0], 1, largest), integer(sides[1], 1, largest)};
}

Color parse_color(const json::value& value) {
  const json::array& parts = list(value, 3);
  const auto part = [&](std::size_t i) { return static_cast<std::uint8_t>(integer(parts[i], 0, 255)); };
  return {part(0), part(1), part(2)};
}

CropStep parse_crop(const json::value& value) {
  const json::array& box = list(value, 4);
  return {.left = integer(box[0], 0, largest),
          .top = integer(box[1], 0, largest),
          .size = {integer(box[2], 1, largest), integer(box[3], 1, largest)}};
}

RotateStep parse_rotate(const json::object& step) {
  RotateStep rotate;
  rotate.degrees = number(member(step, "rotate"));
  rotate.background = parse_color(member(step, "background"));
  rotate.background_opacity = number(member(step, "background_opacity"));
  return rotate;
}

Step parse_step(const json::object& step) {
  if (const auto* to = step.if_contains("resize")) return ResizeStep{parse_size(*to)};
  if (const auto* box = step.if_contains("crop")) return parse_crop(*box);
  if (const auto* size = step.if_contains("smart_crop")) return SmartCropStep{parse_size(*size)};
  if (step.contains("rotate")) return parse_rotate(step);
  if (step.contains("grayscale")) return GrayscaleStep{};
  if (const auto* sigma = step.if_contains("blur")) return BlurStep{number(*sigma)};
  throw Malformed{"a step is unknown"};
}

std::vector<Step> parse_steps(const json::value& value) {
  if (!value.is_array()) throw Malformed{"steps is not a list"};
  std::vector<Step> steps;
  for (const json::value& step : value.get_array())
    steps.push_back(parse_step(object(step)));
  return steps;
}

Format parse_format_name(const json::value& value) {
  const auto format = value.is_string() ? parse_format(std::string_view(value.get_string())) : std::nullopt;
  if (!format) throw Malformed{"the format is unknown"};
  return *format;
}

Encoding parse_encoding(const json::object& encoding) {
  return {.format = parse_format_name(member(encoding, "format")),
          .quality = integer(member(encoding, "quality"), 1, 100),
          .lossless = boolean(member(encoding, "lossless")),
          .png_compression_level = integer(member(encoding, "png_compression_level"), 0, 9),
          .flatten_onto = parse_color(member(encoding, "flatten_onto")),
          .flatten_always = boolean(member(encoding, "flatten_always"))};
}

}  // namespace

std::string serialise(const Plan& plan) {
  json::array steps;
  for (const Step& step : plan.steps) {
    steps.push_back(std::visit([](const auto& kind) { return to_json(kind); }, step));
  }
  return json::serialize(json::object{{"source", to_json(plan.source)},
                                      {"steps", std::move(steps)},
                                      {"encoding", to_json(plan.encoding)},
                                      {"animated", plan.animated}});
}

Result<Plan> parse_plan(std::string_view text) {
  try {
    json::error_code error;
    const json::value document = json::parse(json::string_view(text.data(), text.size()), error);
    if (error) throw Malformed{"it is not JSON"};
    const json::object& plan = object(document);
    return Plan{.source = parse_size(member(plan, "source")),
                .steps = parse_steps(member(plan, "steps")),
                .encoding = parse_encoding(object(member(plan, "encoding"))),
                .animated = boolean(member(plan, "animated"))};
  } catch (const Malformed& malformed) {
    return fail(ErrorCode::internal, "The render could not be planned.",
                std::string("malformed plan: ") + malformed.what);
  }
}

}  // namespace rucola::render
