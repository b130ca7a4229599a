// PUT /sourceimages/{org}/{hash}/options/protected
#include <optional>

#include "api/access.h"
#include "api/paths.h"
#include "api/purging.h"
#include "api/resources.h"
#include "api/source_image_json.h"

namespace rucola::api {
namespace {

using message::Request;
using message::Response;

Response image_response(const Request& request, const catalog::SourceImage& image) {
  Response response = message::json_response(200, source_image_json(image));
  response.headers.add("Location",
                       request.path_prefix + "/sourceimages/" + image.organization + "/" + image.hash);
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

/// In one step: what is published of the one must not go on beside the other because something came between.
Result<catalog::AddedImage> replace(const Services& services, const catalog::SourceImage& previous) {
  std::optional<catalog::PurgeRequest> purge;
  if (!services.purge.caches.empty()) {
    purge = for_all_caches(services, {.organization = previous.organization,
                                      .kind = catalog::PurgeKind::source_image,
                                      .name = previous.hash,
                                      .tags = {catalog::image_tag(previous.organization, previous.hash)}});
  }
  auto added = services.images.replace(counterpart_of(previous), previous.hash, purge);
  if (added && purge) services.purge.notify();
  return added;
}

struct Asked {
  std::string org;
  std::string hash;
  bool protect = false;
  bool delete_previous = false;
};

Result<Response> set_protected(const Services& services, const Asked& asked, const Request& request) {
  const auto image = services.images.find(asked.org, asked.hash);
  if (!image) return std::unexpected(image.error());
  if (image->is_protected == asked.protect) return image_response(request, *image);
  // Opened, it could be downloaded by anybody.
  if (auto allowed = may_see_original(request.caller, *image); !allowed)
    return std::unexpected(allowed.error());
  const auto added =
      asked.delete_previous ? replace(services, *image) : services.images.add(counterpart_of(*image));
  if (!added) return std::unexpected(added.error());
  return image_response(request, added->image);
}

}  // namespace

void add_protected_images(Endpoints& table) {
  table.push_back(endpoint<Asked>(
      {.method = message::Method::put,
       .pattern = "/sourceimages/{org}/{hash}/options/protected",
       .access = message::Access::write,
       .body = message::BodyKind::json,
       .summary = "Protect an image or open it; it gets another hash",
       .takes = of_image<Asked>(
           {query("deletePrevious", &Asked::delete_previous, flag(), "Delete the image as it was."),
            whole_body(&Asked::protect, flag(), "True: its renders need a signed URL.")}),
       .answers = {{200, "The image as it is now; Location has its path.", object(source_image_shape())}},
       .refuses = {{ErrorCode::not_found, "There is no such image in this organization."},
                   {ErrorCode::forbidden,
                    "The image as it was is locked, or its file is not for this role to see."}},
       .handle = set_protected}));
}

}  // namespace rucola::api
