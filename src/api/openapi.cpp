#include "api/openapi.h"

#include <algorithm>
#include <array>
#include <map>

#include <boost/json/array.hpp>

#include "api/access.h"
#include "base/ascii.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using message::Access;
using message::BodyKind;

json::object object_of(const std::vector<Field>& fields) {
  json::object properties;
  json::array required;
  for (const Field& field : fields) {
    json::object described = openapi_schema(field.schema);
    if (field.per_file) described = {{"type", "array"}, {"items", std::move(described)}};
    described["description"] = field.help;
    if (field.default_value) described["default"] = *field.default_value;
    properties[field.name] = std::move(described);
    if (field.required) required.emplace_back(field.name);
  }
  json::object result{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) result["required"] = std::move(required);
  return result;
}

void collect(const Schema& schema, std::vector<const Shape*>& shapes) {
  if (schema.of == nullptr || std::ranges::find(shapes, schema.of) != shapes.end()) return;
  shapes.push_back(schema.of);
  for (const Field& field : schema.of->fields)
    collect(field.schema, shapes);
}

std::string_view name_of(Place place) {
  if (place == Place::path) return "path";
  return place == Place::header ? "header" : "query";
}

json::array parameters(const Description& description) {
  json::array result;
  for (const auto& [place, field] : description.takes) {
    if (is_in_body(place)) continue;
    json::object schema = openapi_schema(field.schema);
    if (field.default_value) schema["default"] = *field.default_value;
    json::object parameter{{"name", field.name},
                           {"in", name_of(place)},
                           {"required", field.required},
                           {"description", field.help},
                           {"schema", std::move(schema)}};
    if (place == Place::query_others) {  // each field of the object is a parameter
      parameter["style"] = "form";
      parameter["explode"] = true;
    }
    result.push_back(std::move(parameter));
  }
  return result;
}

/// Of a form, or of a JSON object; what else the body may be stands beside it.
json::object body_schema(const Description& description) {
  std::vector<Field> fields;
  const Field* whole = nullptr;
  for (const auto& [place, field] : description.takes) {
    if (place == Place::body) fields.push_back(field);
    if (place == Place::whole_body || place == Place::bare_body) whole = &field;
  }
  json::object schema =
      fields.empty() && whole != nullptr ? openapi_schema(whole->schema) : object_of(fields);
  if (!fields.empty()) schema["additionalProperties"] = false;
  if (!description.one_of.empty()) {
    json::array alternatives;
    for (const std::string& field : description.one_of)
      alternatives.push_back(json::object{{"required", json::array{field}}});
    schema["anyOf"] = std::move(alternatives);
  }
  if (!fields.empty() && whole != nullptr && whole->schema.type == Type::object_or_list)
    schema = json::object{{"anyOf", json::array{std::move(schema), openapi_schema(list())}}};
  if (whole != nullptr) schema["description"] = whole->help;
  return schema;
}

json::object request_body(const Description& description) {
  const json::object schema{{"schema", body_schema(description)}};
  json::object content;
  if (description.body != BodyKind::multipart) content["application/json"] = schema;
  if (description.body != BodyKind::json) content["multipart/form-data"] = schema;
  return {{"required", true}, {"content", std::move(content)}};
}

json::object content_of(const Answer& answer) {
  if (answer.json) return {{"application/json", {{"schema", openapi_schema(*answer.json)}}}};
  return {{answer.media_type, {{"schema", {{"type", "string"}}}}}};
}

json::object schema_of(const Refusal& refusal) {
  if (refusal.json) return openapi_schema(*refusal.json);
  return {{"$ref", "#/components/schemas/Error"}};
}

/// Refusals of one status are told in one breath, and may have bodies of several kinds.
void add_refusal(json::value& described, const Refusal& refusal) {
  json::object schema = schema_of(refusal);
  if (!described.is_object()) {
    described = {{"description", refusal.help},
                 {"content", {{"application/json", {{"schema", std::move(schema)}}}}}};
    return;
  }
  json::object& before = described.get_object();
  before["description"].as_string().append(" ").append(refusal.help);
  json::value& known = before["content"].as_object()["application/json"].as_object()["schema"];
  if (known == json::value(schema)) return;
  if (!known.as_object().contains("anyOf")) known = json::object{{"anyOf", json::array{known}}};
  json::array& kinds = known.as_object()["anyOf"].as_array();
  const json::value one(std::move(schema));
  if (std::ranges::none_of(kinds, [&](const json::value& kind) { return kind == one; })) kinds.push_back(one);
}

void add_answer(json::value& response, const Answer& answer) {
  json::object described = response.is_object() ? response.get_object() : json::object();
  const std::string before =
      described.contains("description") ? std::string(described.at("description").as_string()) + " " : "";
  described["description"] = before + answer.help;
  if (answer.json || !answer.media_type.empty()) {
    json::value& content = described["content"];
    if (!content.is_object()) content.emplace_object();
    for (const auto& [type, schema] : content_of(answer))
      content.get_object()[type] = schema;
  }
  response = std::move(described);
}

/// Answers and refusals of one status are told in one breath.
json::object responses(const Description& description) {
  json::object result;
  for (const Answer& answer : description.answers)
    add_answer(result[std::to_string(answer.status)], answer);
  for (const Refusal& refusal : refusals_of(description))
    add_refusal(result[std::to_string(message::http_status(refusal.code))], refusal);
  return result;
}

bool needs_key(const Description& description) {
  return description.access != Access::anyone && description.access != Access::visitor;
}

json::object operation(const Description& description) {
  json::object described{{"summary", description.summary},
                         {"parameters", parameters(description)},
                         {"responses", responses(description)}};
  if (description.body != BodyKind::none) described["requestBody"] = request_body(description);
  if (needs_key(description)) {
    described["security"] =
        json::array{json::object{{"ApiKey", json::array{}}}, json::object{{"Token", json::array{}}}};
    described["description"] = "Takes " + roles_for(description.access, description.pattern) + ".";
  }
  return described;
}

/// In a path's object. OpenAPI 3.1 has no place for other methods than HTTP's own.
std::string key_of(message::Method method) {
  return (method == message::Method::copy ? "x-" : "") + lower(message::name_of(method));
}

bool has_body(const Description& description) {
  return description.body != BodyKind::none;
}

const Shape& error_shape() {
  static const Shape detail{"ErrorDetail",
                            {{"code", integer(400, 599), "The status.", true},
                             {"message", text(65'536), "What is wrong, and what to do about it.", true}}};
  static const Shape shape{
      "Error",
      {{"error", object(detail), "The same as beside it, for clients that look here.", true},
       {"code", integer(400, 599), "The status.", true},
       {"message", text(65'536), "What is wrong, and what to do about it.", true},
       {"invalid_authentication", flag(), "True where the credentials themselves were the problem."}}};
  return shape;
}

}  // namespace

std::vector<const Shape*> shapes_of(const std::vector<Endpoint>& table) {
  std::vector<const Shape*> shapes;
  for (const Endpoint& endpoint : table) {
    for (const auto& [place, field] : endpoint.description.takes) {
      if (place == Place::query_others) collect(field.schema, shapes);
    }
    for (const Answer& answer : endpoint.description.answers) {
      if (answer.json) collect(*answer.json, shapes);
    }
    for (const Refusal& refusal : endpoint.description.refuses) {
      if (refusal.json) collect(*refusal.json, shapes);
    }
  }
  collect(object(error_shape()), shapes);
  return shapes;
}

std::span<const CommonRefusal> common_refusals() {
  static const std::array<CommonRefusal, 12> table{{
      {{ErrorCode::bad_request, "A field or parameter is unknown, missing, or not what is allowed."},
       "every route",
       [](const Description&) { return true; }},
      {{ErrorCode::unauthenticated,
        "The token is bad or has expired, or the key has, or neither is good from this address."},
       "routes with a key",
       needs_key},
      {{ErrorCode::forbidden, "The key is missing or unknown, or its role is not enough."},
       "routes with a key",
       needs_key},
      {{ErrorCode::not_found, "There is no such organization."}, "routes of an organization", needs_key},
      {{ErrorCode::length_required, "The body came without a length."}, "routes with a body", has_body},
      {{ErrorCode::request_timed_out, "The body took too long."}, "routes with a body", has_body},
      {{ErrorCode::payload_too_large, "The body is too large."}, "routes with a body", has_body},
      {{ErrorCode::precondition_failed,
        "If-Match, If-None-Match or If-Unmodified-Since came, and the route does not honour it."},
       "routes that change something",
       [](const Description& description) { return description.method != message::Method::get; }},
      {{ErrorCode::unsupported_media_type, "The body is no multipart form."},
       "routes that take a form alone",
       [](const Description& description) { return description.body == BodyKind::multipart; }},
      {{ErrorCode::headers_too_large, "The request's address and headers are too large."},
       "every route",
       [](const Description&) { return true; }},
      {{ErrorCode::too_many_requests,
        "The key or the organization asks too often, or as much of the organization or the address is under "
        "way as may be; Retry-After says when to come "
        "again."},
       "every route",
       [](const Description&) { return true; }},
      {{ErrorCode::overloaded, "The server is too busy; Retry-After says when to come again."},
       "every route",
       [](const Description&) { return true; }},
  }};
  return table;
}

std::vector<Refusal> by_status(const std::vector<Refusal>& refusals) {
  std::multimap<int, const Refusal*> sorted;
  for (const Refusal& refusal : refusals)
    sorted.emplace(message::http_status(refusal.code), &refusal);
  std::vector<Refusal> result;
  result.reserve(refusals.size());
  for (const auto& [status, refusal] : sorted)
    result.push_back(*refusal);
  return result;
}

std::vector<Refusal> refusals_of(const Description& description) {
  std::vector<Refusal> refusals;
  for (const CommonRefusal& common : common_refusals()) {
    if (common.applies(description)) refusals.push_back(common.refusal);
  }
  refusals.insert(refusals.end(), description.refuses.begin(), description.refuses.end());
  return by_status(refusals);
}

json::object openapi(const std::vector<Endpoint>& table, const std::string& version,
                     const std::string& path_prefix) {
  json::object paths;
  json::object schemas;
  for (const Shape* shape : shapes_of(table))
    schemas[shape->name] = object_of(shape->fields);
  for (const Endpoint& endpoint : table) {
    const Description& description = endpoint.description;
    json::value& path = paths[description.pattern];
    if (!path.is_object()) path.emplace_object();
    path.get_object()[key_of(description.method)] = operation(description);
  }
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "rucola"},
            {"version", version},
            {"description",
             "Every answer has X-Request-Id, by which the server's log finds what it says of the request; a "
             "request "
             "may bring its own. The method COPY, for which OpenAPI has no place, is described as x-copy."}}},
          {"servers", json::array{json::object{{"url", path_prefix.empty() ? "/" : path_prefix}}}},
          {"paths", std::move(paths)},
          {"components",
           {{"securitySchemes",
             {{"ApiKey", {{"type", "apiKey"}, {"in", "header"}, {"name", "Api-Key"}}},
              {"Token", {{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}}}}},
            {"schemas", std::move(schemas)}}}};
}

}  // namespace rucola::api
