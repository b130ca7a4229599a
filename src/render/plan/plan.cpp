#include "render/plan/plan.h"

#include <limits>
#include <type_traits>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

// Structures say which fields they have, so writing and reading are written once for all of them.

namespace rucola::render {
namespace {

namespace json = boost::json;

template <class T>
concept Structure = requires { T::fields; };

/// What parse_plan() stops with, in this file only: a plan that serialise() did not write is a mistake in the
/// program, and the worker is told so in one place.
struct Malformed {
  const char* what;
};

json::value to_json(bool value) {
  return value;
}
json::value to_json(std::int32_t value) {
  return value;
}
json::value to_json(double value) {
  return value;
}
json::value to_json(Size size) {
  return json::array{size.width, size.height};
}
json::value to_json(Color color) {
  return json::array{color.red, color.green, color.blue};
}
json::value to_json(const std::string& text) {
  return json::string(text);
}
json::value to_json(Alignment alignment) {
  return static_cast<int>(alignment);
}
json::value to_json(const Offset& offset) {
  return json::array{static_cast<int>(offset.kind), offset.pixel};
}
json::value to_json(const Anchor& anchor) {
  return json::array{to_json(anchor.horizontal), to_json(anchor.vertical)};
}
json::value to_json(Format format) {
  return json::string(name_of(format));
}
template <Structure T>
json::value to_json(const T& structure);
json::value to_json(const Step& step);

template <class T>
json::value to_json(const std::vector<T>& list) {
  json::array result;
  for (const T& element : list)
    result.push_back(to_json(element));
  return result;
}

template <class T>
json::value to_json(const std::optional<T>& value) {
  return value ? to_json(*value) : json::value(nullptr);
}

template <Structure T>
json::value to_json(const T& structure) {
  json::object result;
  std::apply([&](const auto&... field) { ((result[field.name] = to_json(structure.*field.member)), ...); },
             T::fields);
  return result;
}

json::value to_json(const Step& step) {
  return std::visit(
      [](const auto& kind) {
        json::value result = to_json(kind);
        result.get_object()["step"] = kind.name;
        return result;
      },
      step);
}

const json::array& list(const json::value& value) {
  if (!value.is_array()) throw Malformed{"a list is expected"};
  return value.get_array();
}

const json::array& list(const json::value& value, std::size_t length) {
  if (list(value).size() != length) throw Malformed{"a list has a wrong length"};
  return value.get_array();
}

const json::object& object(const json::value& value) {
  if (!value.is_object()) throw Malformed{"an object is expected"};
  return value.get_object();
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

using Int32 = std::numeric_limits<std::int32_t>;

void read(const json::value& value, bool& to) {
  if (!value.is_bool()) throw Malformed{"a boolean is expected"};
  to = value.get_bool();
}
void read(const json::value& value, std::int32_t& to) {
  to = integer(value, Int32::min(), Int32::max());
}
void read(const json::value& value, double& to) {
  if (!value.is_number()) throw Malformed{"a number is expected"};
  to = value.to_number<double>();
}
void read(const json::value& value, Size& to) {
  const json::array& sides = list(value, 2);
  to = {integer(sides[0], 1, Int32::max()), integer(sides[1], 1, Int32::max())};
}
void read(const json::value& value, Color& to) {
  const json::array& parts = list(value, 3);
  const auto part = [&](std::size_t i) { return static_cast<std::uint8_t>(integer(parts[i], 0, 255)); };
  to = {part(0), part(1), part(2)};
}
void read(const json::value& value, std::string& to) {
  if (!value.is_string()) throw Malformed{"a text is expected"};
  to = value.get_string();
}
void read(const json::value& value, Alignment& to) {
  to = static_cast<Alignment>(integer(value, 0, static_cast<int>(Alignment::right)));
}
void read(const json::value& value, Offset& to) {
  const json::array& parts = list(value, 2);
  to.kind = static_cast<Offset::Kind>(integer(parts[0], 0, static_cast<int>(Offset::Kind::pixel)));
  to.pixel = integer(parts[1], 0, Int32::max());
}
void read(const json::value& value, Anchor& to) {
  const json::array& parts = list(value, 2);
  read(parts[0], to.horizontal);
  read(parts[1], to.vertical);
}
void read(const json::value& value, Format& to) {
  const auto format = value.is_string() ? parse_format(std::string_view(value.get_string())) : std::nullopt;
  if (!format) throw Malformed{"the format is unknown"};
  to = *format;
}
template <Structure T>
void read(const json::value& value, T& to);
void read(const json::value& value, Step& to);

template <class T>
void read(const json::value& value, std::vector<T>& to) {
  for (const json::value& element : list(value))
    read(element, to.emplace_back());
}

template <class T>
void read(const json::value& value, std::optional<T>& to) {
  if (value.is_null())
    to.reset();
  else
    read(value, to.emplace());
}

template <Structure T>
void read(const json::value& value, T& to) {
  const json::object& from = object(value);
  std::apply([&](const auto&... field) { (read(member(from, field.name), to.*field.member), ...); },
             T::fields);
}

template <class Kind>
bool read_if(const json::value& value, std::string_view name, Step& to) {
  if (name != Kind::name) return false;
  read(value, to.emplace<Kind>());
  return true;
}

template <class... Kinds>
bool read_any(const json::value& value, std::string_view name, std::variant<Kinds...>& to) {
  return (read_if<Kinds>(value, name, to) || ...);
}

void read(const json::value& value, Step& to) {
  const json::value& name = member(object(value), "step");
  if (!name.is_string() || !read_any(value, std::string_view(name.get_string()), to))
    throw Malformed{"a step is unknown"};
}

}  // namespace

std::string serialise(const Plan& plan) {
  return json::serialize(to_json(plan));
}

Result<Plan> parse_plan(std::string_view text) {
  try {
    json::error_code error;
    const json::value document = json::parse(json::string_view(text.data(), text.size()), error);
    if (error) throw Malformed{"it is not JSON"};
    Plan plan;
    read(document, plan);
    return plan;
  } catch (const Malformed& malformed) {
    return fail(ErrorCode::internal, "The render could not be planned.",
                std::string("malformed plan: ") + malformed.what);
  }
}

}  // namespace rucola::render
