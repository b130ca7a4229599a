// Canonical JSON of the structures of a plan, written once for all of them: they say which fields they have
// (field.h), and it does not compile where one is missing there (described.h). Where a structure has a text
// of its own here, its members are taken apart by name, which does not compile either once there is one more.
// For plan.cpp, and the tests of how texts stay as they are.
//
// Pure; thread-safe. Reading throws Malformed.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "render/plan/anchor.h"
#include "render/plan/color.h"
#include "render/plan/described.h"
#include "render/plan/format.h"
#include "render/plan/size.h"
#include "render/plan/step.h"

namespace rucola::render::canonical {

namespace json = boost::json;

template <class T>
concept Structure = requires { T::fields; };

/// What reading stops with; parse_plan() alone catches it: a plan that serialise() did not write is a mistake
/// in the program, and the worker is told so in one place.
struct Malformed {
  const char* what;
};

inline json::value to_json(bool value) {
  return value;
}
inline json::value to_json(std::int32_t value) {
  return value;
}
inline json::value to_json(double value) {
  return value;
}
inline json::value to_json(Size size) {
  const auto [width, height] = size;
  return json::array{width, height};
}
inline json::value to_json(Color color) {
  const auto [red, green, blue] = color;
  return json::array{red, green, blue};
}
inline json::value to_json(const std::string& text) {
  return json::string(text);
}
inline json::value to_json(Alignment alignment) {
  return static_cast<int>(alignment);
}
inline json::value to_json(const Offset& offset) {
  const auto& [kind, pixel] = offset;
  return json::array{static_cast<int>(kind), pixel};
}
inline json::value to_json(const Anchor& anchor) {
  const auto& [horizontal, vertical] = anchor;
  return json::array{to_json(horizontal), to_json(vertical)};
}
inline json::value to_json(Format format) {
  return json::string(name_of(format));
}
template <Structure T>
json::value to_json(const T& structure);
inline json::value to_json(const Step& step);

template <class T>
json::value to_json(const std::vector<T>& list) {
  json::array result;
  for (const T& element : list)
    result.push_back(to_json(element));
  return result;
}

template <class T>
json::value to_json(const std::optional<T>& value) {
  return to_json(*value);  // there is one: else it is left out
}

template <class Member>
bool are_equal(const Member& value, const Member& other) {
  return value == other;
}
/// Lists and options are omitted where there is nothing in them.
template <class T>
bool are_equal(const std::vector<T>& value, const std::vector<T>& /*none*/) {
  return value.empty();
}
template <class T>
bool are_equal(const std::optional<T>& value, const std::optional<T>& /*none*/) {
  return !value;
}

template <Structure T>
void add_fields(const T& structure, json::object& to) {
  described::require_all_members<T>();
  const T omitted{};
  const auto add = [&](const auto& field) {
    const auto& value = structure.*field.member;
    if constexpr (std::remove_cvref_t<decltype(field)>::may_be_left_out) {
      if (are_equal(value, omitted.*field.member)) return;
    }
    to[field.name] = to_json(value);
  };
  std::apply([&](const auto&... field) { (add(field), ...); }, T::fields);
}

template <Structure T>
json::value to_json(const T& structure) {
  json::object result;
  add_fields(structure, result);
  return result;
}

inline json::value to_json(const Step& step) {
  json::object result;
  std::visit(
      [&](const auto& kind) {
        result["step"] = kind.name;
        add_fields(kind, result);
      },
      step);
  return result;
}

inline const json::array& list(const json::value& value) {
  if (!value.is_array()) throw Malformed{"a list is expected"};
  return value.get_array();
}

inline const json::array& list(const json::value& value, std::size_t length) {
  if (list(value).size() != length) throw Malformed{"a list has a wrong length"};
  return value.get_array();
}

inline const json::object& object(const json::value& value) {
  if (!value.is_object()) throw Malformed{"an object is expected"};
  return value.get_object();
}

inline const json::value& member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) throw Malformed{"a member is missing"};
  return *value;
}

inline std::int32_t integer(const json::value& value, std::int64_t least, std::int64_t most) {
  if (!value.is_int64() || value.get_int64() < least || value.get_int64() > most) {
    throw Malformed{"an integer is out of its range"};
  }
  return static_cast<std::int32_t>(value.get_int64());
}

using Int32 = std::numeric_limits<std::int32_t>;

inline void read(const json::value& value, bool& to) {
  if (!value.is_bool()) throw Malformed{"a boolean is expected"};
  to = value.get_bool();
}
inline void read(const json::value& value, std::int32_t& to) {
  to = integer(value, Int32::min(), Int32::max());
}
inline void read(const json::value& value, double& to) {
  if (!value.is_number()) throw Malformed{"a number is expected"};
  to = value.to_number<double>();
}
inline void read(const json::value& value, Size& to) {
  const json::array& sides = list(value, 2);
  to = {integer(sides[0], 1, Int32::max()), integer(sides[1], 1, Int32::max())};
}
inline void read(const json::value& value, Color& to) {
  const json::array& parts = list(value, 3);
  const auto part = [&](std::size_t i) { return static_cast<std::uint8_t>(integer(parts[i], 0, 255)); };
  to = {part(0), part(1), part(2)};
}
inline void read(const json::value& value, std::string& to) {
  if (!value.is_string()) throw Malformed{"a text is expected"};
  to = value.get_string();
}
inline void read(const json::value& value, Alignment& to) {
  to = static_cast<Alignment>(integer(value, 0, static_cast<int>(Alignment::right)));
}
inline void read(const json::value& value, Offset& to) {
  const json::array& parts = list(value, 2);
  to.kind = static_cast<Offset::Kind>(integer(parts[0], 0, static_cast<int>(Offset::Kind::around)));
  to.pixel = integer(parts[1], 0, Int32::max());
}
inline void read(const json::value& value, Anchor& to) {
  const json::array& parts = list(value, 2);
  read(parts[0], to.horizontal);
  read(parts[1], to.vertical);
}
inline void read(const json::value& value, Format& to) {
  const auto format = value.is_string() ? parse_format(std::string_view(value.get_string())) : std::nullopt;
  if (!format) throw Malformed{"the format is unknown"};
  to = *format;
}
template <Structure T>
void read(const json::value& value, T& to);
inline void read(const json::value& value, Step& to);

template <class T>
void read(const json::value& value, std::vector<T>& to) {
  for (const json::value& element : list(value))
    read(element, to.emplace_back());
}

template <class T>
void read(const json::value& value, std::optional<T>& to) {
  read(value, to.emplace());
}

/// Into a structure as it is initialised: what the text leaves out stays so. How many members were read.
template <Structure T>
std::size_t read_fields(const json::object& from, T& to) {
  std::size_t found = 0;
  const auto read_field = [&](const auto& field) {
    if (field.may_be_left_out && !from.contains(field.name)) return;
    read(member(from, field.name), to.*field.member);
    ++found;
  };
  std::apply([&](const auto&... field) { (read_field(field), ...); }, T::fields);
  return found;
}

template <Structure T>
void read(const json::value& value, T& to) {
  const json::object& from = object(value);
  if (read_fields(from, to) != from.size()) throw Malformed{"a member is unknown"};
}

template <class Kind>
bool read_if(const json::value& value, std::string_view name, Step& to) {
  if (name != Kind::name) return false;
  const json::object& from = object(value);
  if (read_fields(from, to.emplace<Kind>()) + 1 != from.size()) throw Malformed{"a member is unknown"};
  return true;
}

template <class... Kinds>
bool read_any(const json::value& value, std::string_view name, std::variant<Kinds...>& to) {
  return (read_if<Kinds>(value, name, to) || ...);
}

inline void read(const json::value& value, Step& to) {
  const json::value& name = member(object(value), "step");
  if (!name.is_string() || !read_any(value, std::string_view(name.get_string()), to))
    throw Malformed{"a step is unknown"};
}

}  // namespace rucola::render::canonical
