// PUT and DELETE /sourceimages/{org}/{hash}/meta/dynamic/{name}
#include "catalog/dynamic_metadata.h"

#include "api/paths.h"
#include "api/resources.h"
#include "api/source_image_json.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
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

/// `value` is null to remove the object.
Result<Response> set(const Services& services, const Asked& asked, const json::value& value,
                     const Request& request) {
  const auto identity = asked.keep_hash ? catalog::Identity::stays : catalog::Identity::follows;
  const auto derive = [&](const catalog::SourceImage& image) -> Result<catalog::SourceImage> {
    return catalog::with_dynamic_object(image, asked.name, value, identity);
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

Result<Response> put_object(const Services& services, const Asked& asked, const Request& request) {
  if (auto sound = check_options(asked); !sound) return std::unexpected(sound.error());
  const auto value = catalog::checked_dynamic_object(asked.name, asked.value);
  if (!value) return std::unexpected(value.error());
  return set(services, asked, *value, request);
}

Result<Response> delete_object(const Services& services, Asked asked, const Request& request) {
  asked.delete_previous = asked.delete_previous || asked.delete_previous_in_body;
  if (auto sound = check_options(asked); !sound) return std::unexpected(sound.error());
  if (auto known = catalog::check_dynamic_name(asked.name); !known) return std::unexpected(known.error());
  return set(services, asked, nullptr, request);
}

std::vector<Input<Asked>> of_object(std::vector<Input<Asked>> more = {}) {
  more.insert(
      more.begin(),
      {path("name", &Asked::name, text(255), "The object: subject_area, crop_area, multi_areas, version …"),
       query("deletePrevious", &Asked::delete_previous, flag(),
             "Delete the image as it was; its aliases point at the new one."),
       query("keepHash", &Asked::keep_hash, flag(), "Change the image under the hash that it has.")});
  return of_image<Asked>(std::move(more));
}

std::vector<Answer> answers() {
  return {{201, "The image with that metadata; Location has its path.", object(source_image_shape())},
          {204, "It is so already; Location has the image's path."}};
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
       .refuses = refusals(
           {{ErrorCode::not_implemented, "An empty detection_face asks the server to look for faces."}}),
       .handle = put_object}));
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
