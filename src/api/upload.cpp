// POST /sourceimages/{org}: files, or URLs that the server fetches
#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "api/resources.h"
#include "api/source_image_json.h"
#include "base/json.h"
#include "delivery/ingest.h"

namespace rucola::api {
namespace {

using delivery::Incoming;
using delivery::Inspected;

namespace json = boost::json;
using message::Part;
using message::Request;
using message::Response;

std::unexpected<Error> bad_field(const std::string& field, const std::string& what) {
  return fail(ErrorCode::bad_request, "The field \"" + field + "\" " + what);
}

/// The text of a field such as "meta_user[0]"; the bare name means the first file.
const std::string* field_text(const Request& request, const std::string& name, std::size_t index) {
  const std::string indexed = name + "[" + std::to_string(index) + "]";
  for (const Part& part : request.parts) {
    if (!part.file && (part.name == indexed || (index == 0 && part.name == name))) return &part.text;
  }
  return nullptr;
}

/// An object in JSON; npm's client encodes it twice, so a string may hold the JSON.
Result<json::object> object_field(const Request& request, const std::string& name, std::size_t index) {
  const std::string* text = field_text(request, name, index);
  if (text == nullptr) return json::object{};
  auto value = parse_json(*text);
  if (value && value->is_string()) value = parse_json(std::string_view(value->get_string()));
  if (!value || !value->is_object()) {
    return bad_field(name + "[" + std::to_string(index) + "]", "must be a JSON object.");
  }
  return value->get_object();
}

/// meta_dynamic[0][subject_area]={…}, the form that the reference's curl examples use.
Result<void> add_named_dynamic_metadata(const Request& request, std::size_t index, json::object& metadata) {
  const std::string prefix = "meta_dynamic[" + std::to_string(index) + "][";
  for (const Part& part : request.parts) {
    if (part.file || !part.name.starts_with(prefix) || !part.name.ends_with(']')) continue;
    auto value = parse_json(part.text);
    if (value && value->is_string()) value = parse_json(std::string_view(value->get_string()));
    if (!value) return bad_field(part.name, "must be JSON.");
    metadata[part.name.substr(prefix.size(), part.name.size() - prefix.size() - 1)] = std::move(*value);
  }
  return {};
}

/// Keys sorted at every depth: one meaning, one text.
json::value canonical(const json::value& value) {
  if (const auto* array = value.if_array()) {
    json::array items;
    for (const json::value& item : *array)
      items.push_back(canonical(item));
    return items;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return value;
  std::vector<std::string> keys;
  for (const auto& [key, ignored] : *object)
    keys.emplace_back(key);
  std::ranges::sort(keys);
  json::object sorted;
  for (const std::string& key : keys)
    sorted[key] = canonical(object->at(key));
  return sorted;
}

Result<void> add_metadata(const Request& request, std::size_t index, Incoming& incoming) {
  const auto user = object_field(request, "meta_user", index);
  if (!user) return std::unexpected(user.error());
  incoming.user_metadata_json = json::serialize(*user);

  auto dynamic = object_field(request, "meta_dynamic", index);
  if (!dynamic) return std::unexpected(dynamic.error());
  if (auto added = add_named_dynamic_metadata(request, index, *dynamic); !added) return added;
  incoming.dynamic_metadata_json = json::serialize(canonical(*dynamic));

  const auto options = object_field(request, "options", index);
  if (!options) return std::unexpected(options.error());
  for (const auto& [key, value] : *options) {
    if (key != "protected" || !value.is_bool()) {
      return bad_field("options[" + std::to_string(index) + "]",
                       "knows only {\"protected\": true or false}.");
    }
    incoming.is_protected = value.get_bool();
  }
  return {};
}

bool is_file_field(std::string_view name) {
  return name == "filedata" || name.starts_with("filedata[");
}
bool is_url_field(std::string_view name) {
  return name == "url" || name.starts_with("url[");
}

Result<std::vector<Incoming>> gather(const Services& services, Request& request) {
  std::vector<Incoming> gathered;
  for (Part& part : request.parts) {
    if (part.file && is_file_field(part.name)) {
      gathered.push_back({.file = std::move(*part.file), .filename = part.filename});
    } else if (!part.file && is_url_field(part.name)) {
      auto fetched = services.fetcher.fetch(part.text, services.blobs.spool_directory());
      if (!fetched) return std::unexpected(fetched.error());
      gathered.push_back({.file = std::move(fetched->file), .filename = std::move(fetched->filename)});
    }
  }
  if (gathered.empty()) {
    return fail(
        ErrorCode::bad_request,
        R"(The upload holds no file: send it as the multipart field "filedata", or a URL as "url[0]".)");
  }
  return gathered;
}

Result<void> refuse_unavailable(const Request& request) {
  const std::string* optimize = field_text(request, "optimize_source", 0);
  if (optimize == nullptr || *optimize == "false" || *optimize == "0" || optimize->empty()) return {};
  return bad_field("optimize_source", "is not available in this version: originals are stored as they are.");
}

/// All files are inspected before the first is stored: an upload is taken whole or not at all.
Result<Response> upload(const Services& services, Request& request) {
  if (auto available = refuse_unavailable(request); !available) return std::unexpected(available.error());
  auto gathered = gather(services, request);
  if (!gathered) return std::unexpected(gathered.error());
  std::vector<Inspected> inspected;
  for (std::size_t i = 0; i < gathered->size(); ++i) {
    if (auto added = add_metadata(request, i, (*gathered)[i]); !added) return std::unexpected(added.error());
    auto seen = inspect_blocking(services.renderer, std::move((*gathered)[i]));
    if (!seen) return std::unexpected(seen.error());
    inspected.push_back(std::move(*seen));
  }

  const std::string& organization = request.path_value("org");
  json::array items;
  bool created = false;
  std::string location;
  for (Inspected& one : inspected) {
    const auto added = store_blocking(services.images, services.blobs, std::move(one), organization);
    if (!added) return std::unexpected(added.error());
    created = created || added->created;
    items.push_back(source_image_json(added->image));
    if (location.empty()) location = "/sourceimages/" + organization + "/" + added->image.hash;
  }
  const auto total = items.size();
  Response response = message::json_response(created ? 201 : 200,
                                             json::object{{"total", total}, {"items", std::move(items)}});
  if (total == 1) response.headers.add("Location", location);
  return response;
}

}  // namespace

void add_upload(Routes& routes, const Services& services) {
  routes.push_back({message::Method::post, "/sourceimages/{org}", message::Access::upload,
                    message::BodyKind::multipart,
                    "Upload source images, as files (filedata) or by URL (url[0])",
                    [&services](Request& request) { return upload(services, request); }});
}

}  // namespace rucola::api
