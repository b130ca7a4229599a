// PUT and DELETE /sourceimages/{org}/{hash}/meta/dynamic/{name}
#include "catalog/dynamic_metadata.h"

#include <memory>
#include <optional>

#include "api/face_requests.h"
#include "api/paths.h"
#include "api/resources.h"
#include "api/source_image_json.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using message::Done;
using message::Request;
using message::Response;

constexpr std::string_view keep_hash_warning =
    R"(299 - "The image changes under its hash: caches in front and browsers go on showing what they have")";

struct Asked {
  std::string org;
  std::string hash;
  std::string name;
  json::value value{};
  bool delete_previous = false;
  bool keep_hash = false;
  bool delete_previous_in_body = false;
};

Result<void> check_options(const Asked& asked) {
  if (!asked.delete_previous || !asked.keep_hash) return {};
  return fail(ErrorCode::bad_request,
              "deletePrevious and keepHash exclude each other: with keepHash there is no previous image that "
              "could be deleted.");
}

bool is_video(const catalog::SourceImage& image) {
  return image.mimetype.starts_with("video/");
}

/// A video in other sizes: all of them are videos of the organization.
Result<void> check_linked(const Services& services, const Asked& asked, const json::object& objects) {
  const auto linked = catalog::linked_hashes(objects);
  if (linked.empty()) return {};
  const auto linking = services.images.find(asked.org, asked.hash);
  if (!linking) return std::unexpected(linking.error());
  if (!is_video(*linking))
    return fail(ErrorCode::bad_request, "Videos are linked to a video, and this image is none.");
  for (const std::string& hash : linked) {
    const auto image = services.images.find(asked.org, hash);
    if (!image && image.error().code != ErrorCode::not_found) return std::unexpected(image.error());
    if (!image) {
      return fail(ErrorCode::bad_request,
                  "\"linked\" names " + hash + ", and there is no such image in this organization.");
    }
    if (!is_video(*image))
      return fail(ErrorCode::bad_request, "\"linked\" names " + hash + ", which is no video.");
  }
  return {};
}

/// What is null is removed.
Result<Response> set(const Services& services, const Asked& asked, const json::object& objects,
                     const Request& request) {
  const auto identity = asked.keep_hash ? catalog::Identity::stays : catalog::Identity::follows;
  const auto derive = [&](const catalog::SourceImage& image) -> Result<catalog::SourceImage> {
    return catalog::with_dynamic_objects(image, objects, identity);
  };
  const auto derived = services.images.derive(asked.org, asked.hash,
                                              {.derive = derive, .delete_previous = asked.delete_previous});
  if (!derived) return std::unexpected(derived.error());
  Response response = derived->changed ? message::json_response(201, source_image_json(derived->image))
                                       : message::empty_response(204);
  response.headers.add("Location", request.path_prefix + source_image_link(derived->image));
  if (asked.keep_hash) response.headers.add("Warning", std::string(keep_hash_warning));
  return response;
}

/// A face that is looked for before it is set, each step where that is waited for:
///
///   image (catalog) ─▶ its file (disk) ─▶ its face (workers) ─▶ set (catalog)
class FaceRequest : public std::enable_shared_from_this<FaceRequest> {
 public:
  FaceRequest(const Services& services, Asked asked, Request request, Done done)
      : services_(services), asked_(std::move(asked)), request_(std::move(request)), done_(std::move(done)) {}

  /// Where the catalog is waited for.
  void begin() {
    auto image = services_.images.find(asked_.org, asked_.hash);
    if (!image) return done_(std::unexpected(image.error()));
    BlockingExecutor& where =
        catalog::executor_of(services_.blobs, image->blob, services_.disk, services_.originals);
    go_on(where, [self = shared_from_this(), image = *std::move(image)] { self->open(image); });
  }

 private:
  void open(const catalog::SourceImage& image) {
    auto file =
        catalog::open_as_file(services_.blobs, {.sha256 = image.blob, .bytes = image.bytes}, services_.spool);
    if (!file) return done_(std::unexpected(file.error()));
    const delivery::Searched searched = delivery::searched(image);
    services_.ingest.find_face({.fd = std::move(file->fd), .bytes = file->bytes}, searched,
                               {.organization = asked_.org, .client = {}, .departure = request_.departure},
                               [self = shared_from_this(), size = searched.size](auto face) {
                                 if (!face) return self->done_(std::unexpected(face.error()));
                                 self->keep(delivery::metadata_of(*face, size));
                               });
  }

  void keep(json::object found) {
    go_on(services_.sql, [self = shared_from_this(), found = std::move(found)] {
      self->done_(set(self->services_, self->asked_, found, self->request_));
    });
  }

  void go_on(BlockingExecutor& where, std::function<void()> step) {
    where.submit(
        {.run = std::move(step),
         .refuse = [self = shared_from_this()](const Error& error) { self->done_(std::unexpected(error)); },
         .owner = asked_.org});
  }

  const Services& services_;
  const Asked asked_;
  const Request request_;
  const Done done_;
};

void begin_put(const Services& services, Asked asked, Request request, const Done& done) {
  if (auto sound = check_options(asked); !sound) return done(std::unexpected(sound.error()));
  const auto value = catalog::checked_dynamic_object(asked.name, asked.value);
  if (!value) return done(std::unexpected(value.error()));
  const json::object objects{{asked.name, *value}};
  if (auto possible = check_is_looked_for(services, objects); !possible)
    return done(std::unexpected(possible.error()));
  if (auto sound = check_linked(services, asked, objects); !sound)
    return done(std::unexpected(sound.error()));
  if (!catalog::asks_for_faces(objects)) return done(set(services, asked, objects, request));
  std::make_shared<FaceRequest>(services, std::move(asked), std::move(request), done)->begin();
}

Result<Response> delete_object(const Services& services, Asked asked, const Request& request) {
  asked.delete_previous = asked.delete_previous || asked.delete_previous_in_body;
  if (auto sound = check_options(asked); !sound) return std::unexpected(sound.error());
  if (auto known = catalog::check_dynamic_name(asked.name); !known) return std::unexpected(known.error());
  return set(services, asked, {{asked.name, nullptr}}, request);
}

std::vector<Input<Asked>> of_object(std::vector<Input<Asked>> more = {}) {
  more.insert(more.begin(),
              {path("name", &Asked::name, text(255),
                    "The object: subject_area, crop_area, multi_areas, version, linked …"),
               query("deletePrevious", &Asked::delete_previous, flag(),
                     "Delete the image as it was; its aliases point at the new one."),
               query("keepHash", &Asked::keep_hash, flag(), "Change the image under the hash that it has.")});
  return of_image<Asked>(std::move(more));
}

std::vector<Answer> answers() {
  return {{201, "The image with that metadata; Location has its path.", object(source_image_shape())},
          {204, "It is so already, or no face was found; Location has the image's path."}};
}

std::vector<Refusal> refusals(std::vector<Refusal> more = {}) {
  more.insert(more.begin(), {{ErrorCode::not_found, "There is no such image in this organization."},
                             {ErrorCode::forbidden,
                              "The image is locked, and would be deleted or change under its hash."}});
  return more;
}

}  // namespace

void add_dynamic_metadata(Endpoints& table) {
  using message::Access, message::BodyKind, message::Method;
  const std::string pattern = "/sourceimages/{org}/{hash}/meta/dynamic/{name}";
  table.push_back(endpoint<Asked>(
      {.method = Method::put,
       .pattern = pattern,
       .access = Access::write,
       .body = BodyKind::json,
       .summary = "Set an object of dynamic metadata; the image gets another hash",
       .takes = of_object({whole_body(&Asked::value, any_value(), "The object: docs/metadata.md.")}),
       .answers = answers(),
       .refuses = refusals({is_not_looked_for()}),
       .begin = begin_put}));
  table.push_back(
      endpoint<Asked>({.method = Method::delete_,
                       .pattern = pattern,
                       .access = Access::write,
                       .body = BodyKind::json,
                       .summary = "Remove an object of dynamic metadata; the image gets another hash",
                       .takes = of_object({body("deletePrevious", &Asked::delete_previous_in_body, flag(),
                                                "As in the query; the npm package sends it here.")}),
                       .answers = answers(),
                       .refuses = refusals(),
                       .handle = delete_object}));
}

}  // namespace rucola::api
