// PUT /sourceimages/{org}/{hash}/options/protected
#include "api/originals.h"
#include "api/purging.h"
#include "api/resources.h"
#include "api/source_image_json.h"
#include "base/json.h"

namespace rucola::api {
namespace {

using message::Request;
using message::Response;

Response image_response(const catalog::SourceImage& image) {
  Response response = message::json_response(200, source_image_json(image));
  response.headers.add("Location", "/sourceimages/" + image.organization + "/" + image.hash);
  return response;
}

/// The same file, protected or not: another image with a hash of its own, so that what is published of the
/// one says nothing about the other.
catalog::SourceImage counterpart_of(catalog::SourceImage image) {
  image.is_protected = !image.is_protected;
  image.hash = catalog::image_hash(image.blob, image.dynamic_metadata_json, image.is_protected);
  image.locked = false;
  image.created = now();
  return image;
}

Result<void> delete_previous(const Services& services, const catalog::SourceImage& previous) {
  auto deleted = services.images.remove(previous.organization, previous.hash);
  // Somebody else may have deleted it meanwhile, which is what was asked for.
  if (!deleted && deleted.error().code != ErrorCode::not_found) return deleted;
  return purge_now(services, {.organization = previous.organization,
                              .kind = catalog::PurgeKind::source_image,
                              .name = previous.hash,
                              .tags = {catalog::image_tag(previous.organization, previous.hash)}});
}

Result<Response> set_protected(const Services& services, const Request& request) {
  const auto wanted = parse_json(request.body);
  if (!wanted) return std::unexpected(wanted.error());
  if (!wanted->is_bool()) return fail(ErrorCode::bad_request, "The body must be true or false.");
  const auto drop_previous = request.query_flag("deletePrevious");
  if (!drop_previous) return std::unexpected(drop_previous.error());
  const auto image = services.images.find(request.path_value("org"), request.path_value("hash"));
  if (!image) return std::unexpected(image.error());
  if (image->is_protected == wanted->get_bool()) return image_response(*image);
  // Opened, it could be downloaded by anybody.
  if (auto allowed = may_see_original(request.caller, *image); !allowed)
    return std::unexpected(allowed.error());
  if (*drop_previous && image->locked) {
    return fail(ErrorCode::forbidden,
                "The image \"" + image->hash + "\" is locked and can't be deleted; unlock it first.");
  }
  const auto added = services.images.add(counterpart_of(*image));
  if (!added) return std::unexpected(added.error());
  if (*drop_previous) {
    if (auto dropped = delete_previous(services, *image); !dropped) return std::unexpected(dropped.error());
  }
  return image_response(added->image);
}

}  // namespace

void add_protected_images(Routes& routes, const Services& services) {
  routes.push_back({message::Method::put, "/sourceimages/{org}/{hash}/options/protected",
                    message::Access::write, message::BodyKind::json,
                    "Protect an image or open it (the body is true or false); it gets another hash",
                    [&services](Request& request) { return set_protected(services, request); }});
}

}  // namespace rucola::api
