#include "catalog/dynamic_metadata.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/text.h"
#include "base/wording.h"
#include "catalog/json_fields.h"
#include "catalog/names.h"
#include "catalog/stored_json.h"

namespace rucola::catalog {
namespace {

namespace json = boost::json;

constexpr std::string_view linked_name = "linked";
/// As many as are listed (render/source/linked_videos.h): each has to be looked at for that.
constexpr std::size_t most_linked = 7;
constexpr std::int64_t furthest = 10'000'000;  // no image has a side that is longer

enum class Kind { offset, extent, flag, text, points, hashes };

struct FieldRow {
  std::string_view name;
  Kind kind;
  bool required = false;
};

constexpr std::array box_with_a_place{FieldRow{"x", Kind::offset, true}, FieldRow{"y", Kind::offset, true},
                                      FieldRow{"width", Kind::extent}, FieldRow{"height", Kind::extent},
                                      FieldRow{"percentage", Kind::flag}};
constexpr std::array whole_box{FieldRow{"x", Kind::offset, true}, FieldRow{"y", Kind::offset, true},
                               FieldRow{"width", Kind::extent, true}, FieldRow{"height", Kind::extent, true},
                               FieldRow{"percentage", Kind::flag}};
constexpr std::array face{FieldRow{"x", Kind::offset},        FieldRow{"y", Kind::offset},
                          FieldRow{"width", Kind::extent},    FieldRow{"height", Kind::extent},
                          FieldRow{"percentage", Kind::flag}, FieldRow{"landmarks", Kind::points}};
constexpr std::array version{FieldRow{"text", Kind::text, true}};
constexpr std::array other_videos{FieldRow{"hashes", Kind::hashes, true}};

struct ObjectRow {
  std::string_view name;
  std::span<const FieldRow> fields;
};
constexpr std::array objects{ObjectRow{"subject_area", box_with_a_place},
                             ObjectRow{"crop_area", whole_box},
                             ObjectRow{"detection_face", face},
                             ObjectRow{"detection_eyemouth", face},
                             ObjectRow{"version", version},
                             ObjectRow{linked_name, other_videos}};
constexpr std::string_view sets_of_areas = "multi_areas";
/// Those that such a set may have.
constexpr std::span<const ObjectRow> areas_of_a_set = std::span(objects).first<2>();

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::bad_request, std::move(message));
}

std::string allowed_text(Kind kind) {
  switch (kind) {
    case Kind::offset:
      return "an integer from 0 to " + std::to_string(furthest);
    case Kind::extent:
      return "an integer from 1 to " + std::to_string(furthest);
    case Kind::flag:
      return "true or false";
    case Kind::text:
      return "a text without U+0000";
    case Kind::points:
      return R"(an object of points with x and y alone, such as {"eyeLeft": {"x": 120, "y": 90}})";
    case Kind::hashes:
      return "a list of 1 to " + std::to_string(most_linked) + " hashes of 40 lower-case hex characters";
  }
  return {};
}

std::string field_text(const FieldRow& field) {
  return std::string(field.name) + " (" + allowed_text(field.kind) + (field.required ? ", required)" : ")");
}

std::string takes_text(const ObjectRow& object) {
  return in_quotes(object.name) + " takes " + joined(object.fields, ", ", field_text) + ".";
}

/// The PHP library's command line sends the numbers as texts, as it got them.
std::optional<double> number_of(const json::value& value) {
  if (value.is_number()) return value.to_number<double>();
  if (!value.is_string()) return std::nullopt;
  const std::string_view text = value.get_string();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return static_cast<double>(number);
}

std::optional<json::value> whole_number(const json::value& value, std::int64_t least) {
  const auto given = number_of(value);
  if (!given) return std::nullopt;
  const double number = *given;
  if (number != std::trunc(number) || number < static_cast<double>(least) ||
      number > static_cast<double>(furthest)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(number);
}

bool is_point(const json::value& value) {
  const auto is_number = [&](std::string_view name) {
    const json::value* coordinate = value.get_object().if_contains(name);
    return coordinate != nullptr && coordinate->is_number();
  };
  return value.is_object() && value.get_object().size() == 2 && is_number("x") && is_number("y");
}

/// U+0000 ends a text for too many programs.
bool is_text(std::string_view text) {
  return !text.contains('\0');
}

bool is_list_of_hashes(const json::value& value) {
  const auto* list = value.if_array();
  return list != nullptr && !list->empty() && list->size() <= most_linked &&
         std::ranges::all_of(*list, [](const json::value& hash) {
           return hash.is_string() && is_full_hash(std::string_view(hash.get_string()));
         });
}

std::optional<json::value> read(Kind kind, const json::value& value) {
  switch (kind) {
    case Kind::offset:
      return whole_number(value, 0);
    case Kind::extent:
      return whole_number(value, 1);
    case Kind::flag:
      return value.is_bool() ? std::optional(value) : std::nullopt;
    case Kind::text:
      return value.is_string() && is_text(value.get_string()) ? std::optional(value) : std::nullopt;
    case Kind::points: {
      const auto* points = value.if_object();
      const bool sound = points != nullptr && std::ranges::all_of(*points, [](const auto& point) {
                           return is_text(point.key()) && is_point(point.value());
                         });
      return sound ? std::optional(value) : std::nullopt;
    }
    case Kind::hashes:
      return is_list_of_hashes(value) ? std::optional(value) : std::nullopt;
  }
  return std::nullopt;
}

Result<json::value> read_object(const ObjectRow& row, const json::value& value) {
  // PHP clients write an empty object as [].
  const bool is_empty = value.is_array() && value.get_array().empty();
  if (!value.is_object() && !is_empty)
    return wrong(in_quotes(row.name) + " must be an object; " + takes_text(row));
  json::object result;
  const json::object none;
  for (const auto& entry : is_empty ? none : value.get_object()) {
    const std::string_view name = entry.key();
    const auto field = std::ranges::find(row.fields, name, &FieldRow::name);
    if (field == row.fields.end())
      return wrong(in_quotes(row.name) + " knows no " + in_quotes(name) + "; " + takes_text(row));
    if (entry.value().is_null()) continue;
    auto read_value = read(field->kind, entry.value());
    if (!read_value) {
      return wrong(in_quotes(name) + " of " + in_quotes(row.name) + " must be " + allowed_text(field->kind) +
                   "; " + takes_text(row));
    }
    result.emplace(name, *std::move(read_value));
  }
  for (const FieldRow& field : row.fields) {
    if (field.required && !result.contains(field.name))
      return wrong(in_quotes(row.name) + " lacks " + in_quotes(field.name) + "; " + takes_text(row));
  }
  return json::value(std::move(result));
}

std::unexpected<Error> unknown(std::string_view name, std::span<const ObjectRow> rows,
                               const std::string& known_too) {
  return wrong("there is no " + in_quotes(name) + "; known are " + joined(rows, ", ", &ObjectRow::name) +
               known_too + ".");
}

Result<json::object> read_objects(std::span<const ObjectRow> rows, const json::object& given,
                                  const std::string& known_too) {
  json::object result;
  for (const auto& entry : given) {
    const std::string_view name = entry.key();
    if (entry.value().is_null()) continue;
    const auto row = std::ranges::find(rows, name, &ObjectRow::name);
    if (row == rows.end()) return unknown(name, rows, known_too);
    auto object = read_object(*row, entry.value());
    if (!object) return std::unexpected(std::move(object).error());
    result.emplace(name, *std::move(object));
  }
  return result;
}

/// One object with its areas, or a list of such objects, which some clients send.
Result<json::value> read_set(std::string_view name, const json::value& value) {
  const std::string whose = in_quotes(name) + " of " + in_quotes(sets_of_areas);
  const auto read_one = [&](const json::value& one) -> Result<json::value> {
    if (!one.is_object()) {
      return wrong(whose +
                   R"( must be an object like {"crop_area": {"x": 0, "y": 0, "width": 160, "height": 90}}.)");
    }
    auto areas = read_objects(areas_of_a_set, one.get_object(), "");
    if (!areas) return wrong("in " + whose + " " + areas.error().message.text);
    return json::value(*std::move(areas));
  };
  if (!value.is_array()) return read_one(value);
  json::array list;
  for (const json::value& element : value.get_array()) {
    auto one = read_one(element);
    if (!one) return one;
    list.push_back(*std::move(one));
  }
  return json::value(std::move(list));
}

Result<json::value> read_sets(const json::value& value) {
  if (value.is_array() && value.get_array().empty()) return json::value(json::object());
  if (!value.is_object())
    return wrong(in_quotes(sets_of_areas) + " must be an object of areas by the names of their sets.");
  json::object sets;
  for (const auto& entry : value.get_object()) {
    if (entry.value().is_null()) continue;
    if (!is_text(entry.key()))
      return wrong("The name of a set in " + in_quotes(sets_of_areas) + " must be a text without U+0000.");
    auto set = read_set(entry.key(), entry.value());
    if (!set) return set;
    sets.emplace(entry.key(), *std::move(set));
  }
  return json::value(std::move(sets));
}

std::string and_sets_of_areas() {
  return ", " + std::string(sets_of_areas);
}

/// An empty one says nothing of where.
bool is_empty_object(const json::object& metadata, std::string_view name) {
  const json::value* value = metadata.if_contains(name);
  return value != nullptr && value->is_object() && value->get_object().empty();
}

}  // namespace

Result<json::object> checked_dynamic_metadata(const json::object& given) {
  if (json::serialize(given).size() > most_dynamic_metadata) {
    return wrong("dynamic metadata may have at most " + std::to_string(most_dynamic_metadata) +
                 " bytes, as JSON.");
  }
  json::object own = given;
  own.erase(sets_of_areas);
  auto result = read_objects(objects, own, and_sets_of_areas());
  if (!result) return result;
  const json::value* sets = given.if_contains(sets_of_areas);
  if (sets == nullptr || sets->is_null()) return result;
  auto read = read_sets(*sets);
  if (!read) return std::unexpected(std::move(read).error());
  result->emplace(sets_of_areas, *std::move(read));
  return result;
}

Result<void> check_dynamic_name(std::string_view name) {
  if (name == sets_of_areas || std::ranges::find(objects, name, &ObjectRow::name) != objects.end()) return {};
  return unknown(name, objects, and_sets_of_areas());
}

Result<json::value> checked_dynamic_object(std::string_view name, const json::value& given) {
  if (auto known = check_dynamic_name(name); !known) return std::unexpected(std::move(known.error()));
  if (given.is_null()) return wrong(in_quotes(name) + " must be an object; to remove it, DELETE it.");
  const auto checked = checked_dynamic_metadata({{name, given}});
  if (!checked) return std::unexpected(checked.error());
  return checked->at(name);
}

bool asks_for_faces(const json::object& checked) {
  return is_empty_object(checked, "detection_face");
}

bool asks_for_eyes_and_mouth(const json::object& checked) {
  return is_empty_object(checked, "detection_eyemouth");
}

std::vector<std::string> linked_hashes(const json::object& checked) {
  std::vector<std::string> hashes;
  const json::value* linked = checked.if_contains(linked_name);
  if (linked == nullptr || linked->is_null()) return hashes;
  const json::array& list = linked->at("hashes").as_array();
  hashes.reserve(list.size());
  for (const json::value& hash : list)
    hashes.emplace_back(hash.get_string());
  return hashes;
}

json::object with_found_face(json::object checked, const json::object& found) {
  if (asks_for_faces(checked)) checked.erase("detection_face");
  for (const auto& [name, value] : found)
    checked.insert_or_assign(name, value);
  return checked;
}

std::string canonical_dynamic_metadata(const json::object& metadata) {
  return json::serialize(sorted_by_keys(metadata));
}

SourceImage with_dynamic_objects(SourceImage image, const json::object& objects, Identity identity) {
  const json::object before = stored_metadata(image, image.dynamic_metadata_json);
  json::object metadata = before;
  for (const auto& [name, value] : objects) {
    if (value.is_null()) {
      metadata.erase(name);
    } else {
      metadata.insert_or_assign(name, value);
    }
  }
  if (metadata == before) return image;
  image.dynamic_metadata_json = canonical_dynamic_metadata(metadata);
  if (identity == Identity::stays) return image;
  const std::string hash = image_hash(image);
  if (hash == image.hash) return image;  // it was changed without its hash before, and gets back what it had
  image.hash = hash;
  return as_another(std::move(image));
}

}  // namespace rucola::catalog
