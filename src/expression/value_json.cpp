#include "expression/value_json.h"

#include <cmath>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace rucola::expression {

namespace json = boost::json;

namespace {

Value from_array(const json::array& array) {
  std::vector<Value> values;
  values.reserve(array.size());
  for (const json::value& element : array)
    values.push_back(from_json(element));
  return Value::list(std::move(values));
}

Value from_object(const json::object& object) {
  std::vector<std::pair<std::string, Value>> entries;
  entries.reserve(object.size());
  for (const auto& [key, value] : object)
    entries.emplace_back(std::string(key), from_json(value));
  return Value::map(std::move(entries));
}

json::value json_array(const Array& array) {
  if (array.is_list()) {
    json::array out;
    out.reserve(array.size());
    for (const Value& value : array.values())
      out.push_back(to_json(value));
    return out;
  }
  json::object out;
  for (std::size_t place = 0; place < array.size(); ++place)
    out[array.key(place)] = to_json(array.values()[place]);
  return out;
}

}  // namespace

Value from_json(const json::value& json) {
  switch (json.kind()) {
    case json::kind::null:
      return {};
    case json::kind::bool_:
      return json.get_bool();
    case json::kind::int64:
      return json.get_int64();
    case json::kind::uint64:
      return static_cast<double>(json.get_uint64());
    case json::kind::double_:
      return json.get_double();
    case json::kind::string:
      return std::string(json.get_string());
    case json::kind::array:
      return from_array(json.get_array());
    case json::kind::object:
      return from_object(json.get_object());
  }
  return {};
}

json::value to_json(const Value& value) {
  if (value.is_bool()) return value.as_bool();
  if (value.is_int()) return value.as_int();
  if (value.is_double())
    return std::isfinite(value.as_double()) ? json::value(value.as_double()) : json::value();
  if (value.is_string()) return json::string_view(value.as_string());
  if (value.is_array()) return json_array(value.as_array());
  return nullptr;
}

}  // namespace rucola::expression
