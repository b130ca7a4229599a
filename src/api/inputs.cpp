#include "api/inputs.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/json.h"
#include "base/text.h"
#include "base/wording.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using message::Part;
using message::Request;

using Values = std::vector<std::optional<json::value>>;
using Names = std::vector<std::string_view>;

constexpr std::size_t most_files = 1000;

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::bad_request, std::move(message));
}

Names names_at(Place place, const std::vector<Placed>& places) {
  Names names;
  for (const Placed& one : places) {
    if (one.place == place) names.emplace_back(one.field.name);
  }
  return names;
}

Names names_of_query(const std::vector<Placed>& places) {
  Names names = names_at(Place::query, places);
  for (const Placed& one : places) {
    if (one.place != Place::query_others) continue;
    for (const Field& other : one.field.schema.of->fields)
      names.emplace_back(other.name);
  }
  return names;
}

std::optional<std::size_t> position_of(Place place, const std::vector<Placed>& places) {
  const auto found = std::ranges::find(places, place, &Placed::place);
  return found == places.end() ? std::nullopt : std::optional<std::size_t>(found - places.begin());
}

/// The position of that field; nothing where the route has none of that name there.
std::optional<std::size_t> find(Place place, std::string_view name, const std::vector<Placed>& places) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].place == place && places[i].field.name == name) return i;
  }
  return std::nullopt;
}

/// `what` is "query parameter" or "field".
std::unexpected<Error> unknown(std::string_view what, std::string_view name, const Names& known) {
  const std::string message = "This route knows no " + std::string(what) + " " + in_quotes(name);
  if (known.empty()) return wrong(message + "; it takes none.");
  return wrong(message + suggestion(name, known) + " It takes: " + joined(known) + ".");
}

std::unexpected<Error> twice(std::string_view what, std::string_view name) {
  return wrong("The " + std::string(what) + " " + in_quotes(name) + " stands twice.");
}

Result<void> read_path(const std::vector<Placed>& places, const Request& request, Values& values) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].place != Place::path) continue;
    auto value = read_text(places[i].field, request.path_value(places[i].field.name));
    if (!value)
      return fail(ErrorCode::not_found, "There is nothing of that name: " + value.error().message.text);
    values[i] = std::move(*value);
  }
  return {};
}

Result<void> read_query(const std::vector<Placed>& places, const Request& request, Values& values) {
  constexpr std::string_view what = "query parameter";
  const auto fields = request.query_fields();
  if (!fields)
    return wrong("The query is wrongly percent-encoded: a '%' needs two hex digits, and never 00.");
  for (const auto& [name, text] : *fields) {
    const auto at = find(Place::query, name, places);
    if (!at) {
      const auto others = position_of(Place::query_others, places);
      if (!others || !places[*others].field.schema.accepts(name))
        return unknown(what, name, names_of_query(places));
      if (!values[*others]) values[*others].emplace(json::object());
      if (!values[*others]->get_object().emplace(name, text).second) return twice(what, name);
      continue;
    }
    if (values[*at]) return twice(what, name);
    auto value = read_text(places[*at].field, text);
    if (!value) return wrong("The query parameter " + value.error().message.text);
    values[*at] = std::move(*value);
  }
  return {};
}

/// An empty one is none.
Result<void> read_headers(const std::vector<Placed>& places, const Request& request, Values& values) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Field& field = places[i].field;
    if (places[i].place != Place::header) continue;
    if (request.headers.count(field.name) > 1) return twice("header", field.name);
    const std::string_view text = trimmed(request.headers.get(field.name));
    if (text.empty()) continue;
    auto value = read_text(field, text);
    if (!value) return wrong("The header " + value.error().message.text);
    values[i] = std::move(*value);
  }
  return {};
}

// ---- JSON ------------------------------------------------------------------------------------------------

/// Where fields are described, an object may have no others.
Result<void> check_names(const std::vector<Placed>& places, const json::value& body) {
  const Names known = names_at(Place::body, places);
  if (known.empty() || !body.is_object()) return {};
  for (const auto& [name, ignored] : body.get_object()) {
    if (std::ranges::find(known, std::string_view(name)) == known.end()) return unknown("field", name, known);
  }
  return {};
}

/// Null is taken as not given where a field may be absent.
Result<void> read_object(const std::vector<Placed>& places, const json::value& body, Values& values) {
  if (!body.is_object()) {
    return wrong("The body must be a JSON object. It takes: " + joined(names_at(Place::body, places)) + ".");
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Field& field = places[i].field;
    if (places[i].place != Place::body) continue;
    const json::value* given = body.get_object().if_contains(field.name);
    if (given == nullptr || (given->is_null() && !field.required)) continue;
    auto value = read_json(field, *given);
    if (!value) return wrong("The field " + value.error().message.text);
    values[i] = std::move(*value);
  }
  return {};
}

/// A flag may be written as in a query or a field: true, 1, "true".
std::optional<json::value> whole_value(const Field& field, const json::value& body) {
  const Type type = field.schema.type;
  if (type == Type::any) return body;
  if (type != Type::boolean && !has_type(type, body)) return std::nullopt;
  auto value = read_json(field, body);
  return value ? std::optional(std::move(*value)) : std::nullopt;
}

Result<void> read_json_body(const std::vector<Placed>& places, const Request& request, Values& values) {
  const auto body = parse_json(request.body, json_input_depth_limit);
  if (!body) return std::unexpected(body.error());
  if (auto named = check_names(places, *body); !named) return named;
  const auto whole = position_of(Place::whole_body, places);
  if (!whole) return read_object(places, *body, values);
  const Field& field = places[*whole].field;
  values[*whole] = whole_value(field, *body);
  if (values[*whole]) return {};
  return wrong("The body must be " + allowed_text(field.schema) + ".");
}

// ---- Forms -----------------------------------------------------------------------------------------------

/// Fields that come once for each file: which number has come, and with what.
/// The numbers of the files themselves are numbered_files.h's.
class PerFile {
 public:
  /// Without a number, a field belongs to the next file that has none of that name yet.
  Result<void> add(const Field& field, const FormFieldName& name, const Part& part) {
    const auto number = file_number(name, part.name);
    if (!number) return std::unexpected(number.error());
    const std::size_t index = *number ? **number : next_free();
    if (!name.key.empty()) return add_entry(field, name, index, part);
    auto value = read_text({.name = part.name, .schema = field.schema, .help = {}}, part.text);
    if (!value) return wrong("The field " + value.error().message.text);
    if (!objects_.emplace(std::to_string(index), std::move(*value)).second) return twice("field", part.name);
    return {};
  }

  [[nodiscard]] json::object take() { return std::move(objects_); }

 private:
  [[nodiscard]] std::size_t next_free() const {
    std::size_t index = 0;
    while (objects_.contains(std::to_string(index)))
      ++index;
    return index;
  }

  /// A text that looks like a number may be one's telephone number.
  static bool is_more_than_a_text(const Result<json::value>& value) {
    return value && (value->is_structured() || value->is_string());
  }

  Result<void> add_entry(const Field& field, const FormFieldName& name, std::size_t index, const Part& part) {
    auto value = read_text({.name = part.name, .schema = any_value(), .help = {}}, part.text);
    if (field.schema.bare_texts && !is_more_than_a_text(value)) value = json::string(part.text);
    if (!value) return wrong("The field " + value.error().message.text);
    json::value& object = objects_[std::to_string(index)];
    if (!object.is_object()) object.emplace_object();
    if (!object.get_object().emplace(name.key, std::move(*value)).second) return twice("field", part.name);
    return {};
  }

  json::object objects_;
};

Result<void> read_part(const Placed& placed, const FormFieldName& name, const Part& part,
                       std::optional<json::value>& to) {
  if (!name.key.empty() || (!name.index.empty() && name.index != "0"))
    return wrong("The field " + in_quotes(part.name) + " is written " + in_quotes(name.base) + ".");
  if (to) return twice("field", part.name);
  if (part.text.empty() && !placed.field.required) return {};  // an HTML form sends what was not filled in
  auto value = read_text(placed.field, part.text);
  if (!value) return wrong("The field " + value.error().message.text);
  to = std::move(*value);
  return {};
}

Result<void> read_form(const std::vector<Placed>& places, const Request& request, Values& values) {
  const Names known = names_at(Place::body, places);
  std::map<std::size_t, PerFile> per_file;
  for (const Part& part : request.parts) {
    if (part.file) {
      const bool takes_files =
          std::ranges::any_of(places, [](const Placed& one) { return one.field.schema.type == Type::file; });
      if (!takes_files) return wrong("This route takes no files. It takes: " + joined(known) + ".");
      continue;
    }
    const auto name = parse_form_field_name(part.name);
    const auto at = name ? find(Place::body, name->base, places) : std::nullopt;
    if (!at) return unknown("field", part.name, known);
    const bool once = !places[*at].field.per_file;
    auto read = once ? read_part(places[*at], *name, part, values[*at])
                     : per_file[*at].add(places[*at].field, *name, part);
    if (!read) return read;
  }
  for (auto& [at, fields] : per_file)
    values[at] = fields.take();
  return {};
}

Result<void> read_body(const std::vector<Placed>& places, const Request& request, Values& values) {
  if (const auto bare = position_of(Place::bare_body, places)) {
    values[*bare] = json::string(request.body);
    return {};
  }
  if (position_of(Place::whole_body, places)) return read_json_body(places, request, values);
  if (!position_of(Place::body, places)) return {};
  return request.body.empty() ? read_form(places, request, values) : read_json_body(places, request, values);
}

std::string_view name_of(Place place) {
  if (place == Place::query) return "query parameter";
  return place == Place::header ? "header" : "field";
}

/// What must be there and is not.
Result<void> check_complete(const std::vector<Placed>& places, const Values& values) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto& [place, field] = places[i];
    if (!field.required || values[i]) continue;
    return wrong("The " + std::string(name_of(place)) + " " + "\"" + field.name +
                 "\" is missing: " + field.help + "; " + allowed_text(field.schema) + ".");
  }
  return {};
}

}  // namespace

std::optional<FormFieldName> parse_form_field_name(std::string_view name) {
  FormFieldName parsed;
  const std::size_t open = std::min(name.find('['), name.size());
  parsed.base = name.substr(0, open);
  std::string_view rest = name.substr(open);
  for (std::string* piece : {&parsed.index, &parsed.key}) {
    if (rest.empty()) break;
    const std::size_t close = rest.find(']');
    if (rest.front() != '[' || close == std::string_view::npos) return std::nullopt;
    *piece = rest.substr(1, close - 1);
    rest.remove_prefix(close + 1);
    if (piece == &parsed.key && parsed.key.empty()) return std::nullopt;
  }
  const bool is_number = parsed.index.size() <= 4 && std::ranges::all_of(parsed.index, [](char digit) {
                           return digit >= '0' && digit <= '9';
                         });
  if (!rest.empty() || !is_number) return std::nullopt;
  return parsed;
}

Result<std::optional<std::size_t>> file_number(const FormFieldName& name, std::string_view written) {
  if (name.index.empty()) return std::nullopt;
  std::size_t number = most_files;
  std::from_chars(name.index.data(), name.index.data() + name.index.size(), number);
  if (number < most_files) return number;
  return wrong("The number of the field " + in_quotes(written) + " is too large: at most " +
               std::to_string(most_files - 1) + ".");
}

Result<Values> read_inputs(const std::vector<Placed>& places, const Request& request) {
  Values values(places.size());
  for (const auto read : {read_path, read_query, read_headers, read_body}) {
    if (auto done = read(places, request, values); !done) return std::unexpected(done.error());
  }
  if (auto complete = check_complete(places, values); !complete) return std::unexpected(complete.error());
  return values;
}

}  // namespace rucola::api
