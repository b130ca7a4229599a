// PUT /sourceimages/{org}/{hash}/options/locked
#include "api/access.h"
#include "api/paths.h"
#include "api/resources.h"
#include "api/source_image_json.h"

namespace rucola::api {
namespace {

using message::Request;
using message::Response;

struct Asked {
  std::string org;
  std::string hash;
  bool locked = false;
};

/// Of an image that the caller may lock and not read.
boost::json::object lock_json(const catalog::SourceImage& image) {
  return {{"hash", image.hash}, {"organization", image.organization}, {"locked", image.locked}};
}

Result<Response> set_locked(const Services& services, const Asked& asked, const Request& request) {
  const auto image = services.images.set_locked(asked.org, asked.hash, asked.locked);
  if (!image) return std::unexpected(image.error());
  return message::json_response(
      200, may_read(request.caller, *image) ? source_image_json(*image) : lock_json(*image));
}

}  // namespace

void add_image_locks(Endpoints& table) {
  table.push_back(endpoint<Asked>(
      {.method = message::Method::put,
       .pattern = "/sourceimages/{org}/{hash}/options/locked",
       .access = message::Access::lock,
       .body = message::BodyKind::json,
       .summary = "Lock an image, so that it can't be deleted and its user metadata stays, or unlock it",
       .takes = of_image<Asked>({whole_body(&Asked::locked, flag(), "True: it is locked.")}),
       .answers = {{200, "The image; for who may not read it, only its hash, organization and locked.",
                    object(source_image_shape())}},
       .refuses = {{ErrorCode::not_found, "There is no such image in this organization."}},
       .handle = set_locked}));
}

}  // namespace rucola::api
