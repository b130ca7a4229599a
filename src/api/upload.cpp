// POST /sourceimages/{org}: files, or URLs that the server fetches
//
// An upload is taken whole or not at all: every file is fetched and inspected before the first is stored. It
// waits for one thing at a time, each where that is waited for:
//
//   form ─▶ for each file or URL: fetch (remote) ─▶ inspect (workers) ─▶ then for each: store (disk, catalog)
//   ─▶ answer
#include <algorithm>
#include <memory>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "api/resources.h"
#include "api/source_image_json.h"
#include "base/json.h"
#include "delivery/ingest.h"

namespace rucola::api {
namespace {

using delivery::Inspected;

namespace json = boost::json;
using message::Done;
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

/// What the form says about one of its files.
struct About {
  std::string user_metadata_json;
  std::string dynamic_metadata_json;  ///< canonical
  bool is_protected = false;
};

Result<About> about_file(const Request& request, std::size_t index) {
  About about;
  const auto user = object_field(request, "meta_user", index);
  if (!user) return std::unexpected(user.error());
  about.user_metadata_json = json::serialize(*user);

  auto dynamic = object_field(request, "meta_dynamic", index);
  if (!dynamic) return std::unexpected(dynamic.error());
  if (auto added = add_named_dynamic_metadata(request, index, *dynamic); !added)
    return std::unexpected(added.error());
  about.dynamic_metadata_json = json::serialize(canonical(*dynamic));

  const auto options = object_field(request, "options", index);
  if (!options) return std::unexpected(options.error());
  for (const auto& [key, value] : *options) {
    if (key != "protected" || !value.is_bool()) {
      return bad_field("options[" + std::to_string(index) + "]",
                       "knows only {\"protected\": true or false}.");
    }
    about.is_protected = value.get_bool();
  }
  return about;
}

bool is_file_field(std::string_view name) {
  return name == "filedata" || name.starts_with("filedata[");
}
bool is_url_field(std::string_view name) {
  return name == "url" || name.starts_with("url[");
}

/// A file of the form, or a URL that becomes one.
struct Wanted {
  Part& part;
  About about;
};

Result<std::vector<Wanted>> gather(Request& request) {
  std::vector<Wanted> wanted;
  for (Part& part : request.parts) {
    if (!(part.file ? is_file_field(part.name) : is_url_field(part.name))) continue;
    auto about = about_file(request, wanted.size());
    if (!about) return std::unexpected(about.error());
    wanted.push_back({part, std::move(*about)});
  }
  if (wanted.empty()) {
    return fail(
        ErrorCode::bad_request,
        R"(The upload holds no file: send it as the multipart field "filedata", or a URL as "url[0]".)");
  }
  return wanted;
}

Result<void> refuse_unavailable(const Request& request) {
  const std::string* optimize = field_text(request, "optimize_source", 0);
  if (optimize == nullptr || *optimize == "false" || *optimize == "0" || optimize->empty()) return {};
  return bad_field("optimize_source", "is not available in this version: originals are stored as they are.");
}

/// One upload, shared by the steps that are under way: one at a time.
class Upload : public std::enable_shared_from_this<Upload> {
 public:
  Upload(const Services& services, Request request, Done done)
      : services_(services),
        request_(std::move(request)),
        organization_(request_.path_value("org")),
        done_(std::move(done)) {}

  void begin() {
    if (auto available = refuse_unavailable(request_); !available) return refuse(available.error());
    auto wanted = gather(request_);
    if (!wanted) return refuse(wanted.error());
    wanted_ = std::move(*wanted);
    take_in_next();
  }

 private:
  void take_in_next() {
    if (inspected_.size() == wanted_.size()) return store_next();
    Wanted& wanted = wanted_[inspected_.size()];
    if (wanted.part.file) return inspect(wanted);
    services_.remote.submit(
        {.run = [self = shared_from_this(), &wanted] { self->fetch(wanted); },
         .refuse = [self = shared_from_this()](const Error& error) { self->refuse(error); },
         .owner = organization_});
  }

  void fetch(Wanted& wanted) {
    auto fetched = services_.fetcher.fetch(wanted.part.text, services_.blobs.spool_directory());
    if (!fetched) return refuse(fetched.error());
    wanted.part.file = std::move(fetched->file);
    wanted.part.filename = std::move(fetched->filename);
    inspect(wanted);
  }

  void inspect(Wanted& wanted) {
    services_.ingest.inspect({.file = std::move(*wanted.part.file),
                              .filename = wanted.part.filename,
                              .user_metadata_json = wanted.about.user_metadata_json,
                              .dynamic_metadata_json = wanted.about.dynamic_metadata_json,
                              .is_protected = wanted.about.is_protected},
                             organization_, [self = shared_from_this()](Result<Inspected> seen) {
                               if (!seen) return self->refuse(seen.error());
                               self->inspected_.push_back(std::move(*seen));
                               self->take_in_next();
                             });
  }

  void store_next() {
    if (added_.size() == inspected_.size()) return answer();
    services_.ingest.store(std::move(inspected_[added_.size()]), organization_,
                           [self = shared_from_this()](Result<catalog::AddedImage> added) {
                             if (!added) return self->refuse(added.error());
                             self->added_.push_back(std::move(*added));
                             self->store_next();
                           });
  }

  void answer() {
    json::array items;
    for (const catalog::AddedImage& added : added_)
      items.push_back(source_image_json(added.image));
    const bool created = std::ranges::any_of(added_, &catalog::AddedImage::created);
    const auto total = items.size();
    Response response = message::json_response(created ? 201 : 200,
                                               json::object{{"total", total}, {"items", std::move(items)}});
    if (total == 1)
      response.headers.add("Location", "/sourceimages/" + organization_ + "/" + added_.front().image.hash);
    done_(std::move(response));
  }

  /// Files that came to nothing are removed where the disk is waited for, as the upload goes.
  void refuse(const Error& error) {
    done_(std::unexpected(error));
    services_.disk.submit({.run = [self = shared_from_this()] {}, .owner = organization_});
  }

  const Services& services_;
  Request request_;
  const std::string organization_;
  const Done done_;
  std::vector<Wanted> wanted_;  ///< refers to the request's parts
  std::vector<Inspected> inspected_;
  std::vector<catalog::AddedImage> added_;
};

}  // namespace

void add_upload(Routes& routes, const Services& services) {
  routes.push_back({message::Method::post, "/sourceimages/{org}", message::Access::upload,
                    message::BodyKind::multipart,
                    "Upload source images, as files (filedata) or by URL (url[0])",
                    [&services](Request request, Done done) {
                      std::make_shared<Upload>(services, std::move(request), std::move(done))->begin();
                    },
                    message::Waits::disk});
}

}  // namespace rucola::api
