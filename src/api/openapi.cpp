#include "api/openapi.h"

#include <algorithm>

#include <boost/json/array.hpp>

namespace rucola::api {
namespace {

namespace json = boost::json;
using message::Access;
using message::BodyKind;
using message::Route;

json::array path_parameters(const std::string& pattern) {
  json::array parameters;
  for (std::size_t open = pattern.find('{'); open != std::string::npos; open = pattern.find('{', open + 1)) {
    const std::string name = pattern.substr(open + 1, pattern.find('}', open) - open - 1);
    parameters.push_back(
        json::object{{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  }
  return parameters;
}

json::object request_body(BodyKind kind) {
  json::object content;
  const json::object any_object{{"schema", {{"type", "object"}}}};
  if (kind != BodyKind::multipart) content["application/json"] = any_object;
  if (kind != BodyKind::json) content["multipart/form-data"] = any_object;
  return {{"required", true}, {"content", std::move(content)}};
}

std::string_view needed_role(Access access) {
  switch (access) {
    case Access::anyone:
      return "none";
    case Access::read:
      return "read";
    case Access::upload:
      return "upload";
    case Access::write:
      return "write";
    case Access::admin:
      return "admin";
    case Access::originals:
      return "see the originals of protected images";
  }
  return "";
}

json::object operation(const Route& route) {
  json::object described{
      {"summary", route.summary},
      {"parameters", path_parameters(route.pattern)},
      {"responses", {{"default", {{"description", "JSON; errors have one shape everywhere."}}}}}};
  if (route.body != BodyKind::none) described["requestBody"] = request_body(route.body);
  if (route.access != Access::anyone) {
    described["security"] = json::array{json::object{{"ApiKey", json::array{}}}};
    described["description"] = "Needs a role that may " + std::string(needed_role(route.access)) + ".";
  }
  return described;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

}  // namespace

json::object describe_routes(const std::vector<Route>& routes, const std::string& version) {
  json::object paths;
  for (const Route& route : routes) {
    json::value& path = paths[route.pattern];
    if (!path.is_object()) path.emplace_object();
    path.get_object()[lower(message::name_of(route.method))] = operation(route);
  }
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "rucola"},
            {"version", version},
            {"description",
             "Every answer has X-Request-Id, by which the server's log finds what it says of the request; a "
             "request "
             "may bring its own."}}},
          {"paths", std::move(paths)},
          {"components",
           {{"securitySchemes", {{"ApiKey", {{"type", "apiKey"}, {"in", "header"}, {"name", "Api-Key"}}}}}}}};
}

}  // namespace rucola::api
