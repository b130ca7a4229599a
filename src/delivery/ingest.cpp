#include "delivery/ingest.h"

#include <future>

#include <fcntl.h>

namespace rucola::delivery {

Result<Inspected> inspect_blocking(render::Renderer& renderer, Incoming incoming) {
  UniqueFd fd(::open(incoming.file.path().c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail(ErrorCode::internal, "The uploaded file could not be read.", "open the spooled file");
  std::promise<Result<render::Inspection>> promise;
  auto future = promise.get_future();
  renderer.inspect({std::move(fd), incoming.file.bytes()},
                   [&promise](Result<render::Inspection> result) { promise.set_value(std::move(result)); });
  auto inspection = future.get();
  if (!inspection) {
    Error error = std::move(inspection.error());
    if (!incoming.filename.empty()) error.message.text = incoming.filename + ": " + error.message.text;
    return std::unexpected(std::move(error));
  }
  return Inspected{std::move(incoming), std::move(*inspection)};
}

Result<catalog::AddedImage> store_blocking(catalog::Images& images, catalog::BlobStore& blobs,
                                           Inspected inspected, const std::string& organization) {
  Incoming& incoming = inspected.incoming;
  const render::Inspection& seen = inspected.inspection;
  catalog::SourceImage image;
  image.organization = organization;
  image.hash =
      catalog::image_hash(incoming.file.sha256(), incoming.dynamic_metadata_json, incoming.is_protected);
  image.binary_hash = incoming.file.sha1();
  image.blob = incoming.file.sha256();
  image.name = incoming.filename;
  image.format = render::name_of(seen.format);
  image.mimetype = render::mimetype_of(seen.format);
  image.bytes = incoming.file.bytes();
  image.width = seen.size.width;
  image.height = seen.size.height;
  image.frames = seen.frames;
  image.opaque = seen.opaque;
  image.is_protected = incoming.is_protected;
  image.created = now();
  image.user_metadata_json = incoming.user_metadata_json;
  image.dynamic_metadata_json = incoming.dynamic_metadata_json;
  image.static_metadata_json = seen.static_metadata_json;

  if (auto stored = blobs.store(std::move(incoming.file)); !stored) return std::unexpected(stored.error());
  return images.add(image);
}

}  // namespace rucola::delivery
