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

/// The same file, protected or not: another image with a hash of its own, so that what is published of the
/// one says nothing about the other.
catalog::SourceImage counterpart_of(catalog::SourceImage image) {
  image.is_protected = !image.is_protected;
  image.hash = catalog::image_hash(image);
  return catalog::as_another(std::move(image));
}

/// What is published of the image must not go on beside its counterpart.
std::optional<catalog::PurgeRequest> purge_of(const Services& services,
                                              const catalog::SourceImage& previous) {
  if (services.purge.caches.empty()) return std::nullopt;
  return for_all_caches(services, {.organization = previous.organization,
                                   .kind = catalog::PurgeKind::source_image,
                                   .name = previous.hash,
                                   .tags = {catalog::image_tag(previous.organization, previous.hash)}});
}

struct Asked {
  std::string org;
  std::string hash;
  bool protect = false;
  bool delete_previous = false;
};

Result<Response> set_protected(const Services& services, const Asked& asked, const Request& request) {
  const auto derive = [&](const catalog::SourceImage& image) -> Result<catalog::SourceImage> {
    if (image.is_protected == asked.protect) return image;
    // Opened, it could be downloaded by anybody.
    if (auto allowed = may_see_original(request.caller, image); !allowed)
      return std::unexpected(allowed.error());
    return counterpart_of(image);
  };
  const auto derived = services.images.derive(
      asked.org, asked.hash,
      {.derive = derive,
       .delete_previous = asked.delete_previous,
       .purge = [&services](const catalog::SourceImage& image) { return purge_of(services, image); }});
  if (!derived) return std::unexpected(derived.error());
  if (derived->changed && asked.delete_previous && !services.purge.caches.empty()) services.purge.notify();
  Response response = message::json_response(200, source_image_json(derived->image));
  response.headers.add("Location", request.path_prefix + source_image_link(derived->image));
  return response;
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
