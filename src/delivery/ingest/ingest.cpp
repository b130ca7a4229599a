#include "delivery/ingest/ingest.h"

#include <future>
#include <memory>
#include <utility>

#include <fcntl.h>

namespace rucola::delivery {
namespace {

Result<render::Source> open(const Incoming& incoming) {
  UniqueFd fd(::open(incoming.file.path().c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail(ErrorCode::internal, "The uploaded file could not be read.", "open the spooled file");
  return render::Source{std::move(fd), incoming.file.bytes()};
}

/// Of several files in one upload, people want to know which.
std::unexpected<Error> naming_the_file(Error error, const Incoming& incoming) {
  if (!incoming.filename.empty()) error.message.text = incoming.filename + ": " + error.message.text;
  return std::unexpected(std::move(error));
}

catalog::SourceImage image_of(const Inspected& inspected, const std::string& organization) {
  const Incoming& incoming = inspected.incoming;
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
  return image;
}

}  // namespace

void Ingest::inspect(Incoming incoming, const std::string& organization,
                     const std::function<void(Result<Inspected>)>& done) const {
  const auto file = std::make_shared<Incoming>(std::move(incoming));
  parts_.disk.submit({.run =
                          [&renderer = parts_.renderer, file, organization, done] {
                            auto source = open(*file);
                            if (!source) return done(std::unexpected(std::move(source.error())));
                            renderer.inspect(std::move(*source), organization,
                                             [file, done](Result<render::Inspection> seen) {
                                               if (!seen)
                                                 return done(naming_the_file(std::move(seen.error()), *file));
                                               done(Inspected{std::move(*file), std::move(*seen)});
                                             });
                          },
                      .refuse = [done](const Error& error) { done(std::unexpected(error)); },
                      .owner = organization});
}

void Ingest::store(Inspected inspected, const std::string& organization,
                   const std::function<void(Result<catalog::AddedImage>)>& done) const {
  const auto image = std::make_shared<const catalog::SourceImage>(image_of(inspected, organization));
  const auto file = std::make_shared<SpooledFile>(std::move(inspected.incoming.file));
  const auto refuse = [done](const Error& error) { done(std::unexpected(error)); };
  parts_.disk.submit({.run =
                          [parts = parts_, image, file, done, refuse] {
                            if (auto stored = parts.blobs.store(std::move(*file)); !stored)
                              return refuse(stored.error());
                            parts.catalog.submit(
                                {.run = [&images = parts.images, image, done] { done(images.add(*image)); },
                                 .refuse = refuse,
                                 .owner = image->organization});
                          },
                      .refuse = refuse,
                      .owner = organization});
}

Result<Inspected> inspect_blocking(render::Renderer& renderer, Incoming incoming) {
  auto source = open(incoming);
  if (!source) return std::unexpected(std::move(source.error()));
  std::promise<Result<render::Inspection>> promise;
  auto future = promise.get_future();
  renderer.inspect(std::move(*source), {},
                   [&promise](Result<render::Inspection> result) { promise.set_value(std::move(result)); });
  auto inspection = future.get();
  if (!inspection) return naming_the_file(std::move(inspection.error()), incoming);
  return Inspected{std::move(incoming), std::move(*inspection)};
}

Result<catalog::AddedImage> store_blocking(catalog::Images& images, catalog::BlobStore& blobs,
                                           Inspected inspected, const std::string& organization) {
  const catalog::SourceImage image = image_of(inspected, organization);
  if (auto stored = blobs.store(std::move(inspected.incoming.file)); !stored)
    return std::unexpected(stored.error());
  return images.add(image);
}

}  // namespace rucola::delivery
