#include "delivery/ingest/ingest.h"

#include <future>
#include <memory>
#include <utility>

#include "catalog/dynamic_metadata.h"
#include "delivery/ingest/opened_file.h"
#include "delivery/ingest/taking_in.h"

namespace rucola::delivery {
namespace {

catalog::SourceImage image_of(const Inspected& inspected, const std::string& organization) {
  const Incoming& incoming = inspected.incoming;
  const render::Inspection& seen = inspected.inspection;
  catalog::SourceImage image;
  image.organization = organization;
  image.binary_hash = incoming.sent ? incoming.sent->sha1 : incoming.file.sha1();
  image.blob = incoming.file.sha256();
  if (incoming.sent) image.sent = incoming.sent->sha256;
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
  image.dynamic_metadata_json = catalog::canonical_dynamic_metadata(incoming.dynamic_metadata);
  image.hash = catalog::image_hash(image);
  image.static_metadata_json = seen.static_metadata_json;
  return image;
}

}  // namespace

void Ingest::inspect(Incoming incoming, const std::string& organization,
                     const std::function<void(Result<Inspected>)>& done) const {
  std::make_shared<TakingIn>(parts_, std::move(incoming), organization, done)->begin();
}

/// Files that become blobs one after the other, then rows together.
struct Ingest::Storing {
  IngestParts parts;
  std::string organization;
  std::function<void(const std::vector<catalog::SourceImage>&)> record;  ///< where the catalog is waited for
  std::function<void(const Error&)> refuse;
  std::vector<SpooledFile> files{};
  std::vector<catalog::SourceImage> images{};
  std::vector<catalog::HeldBlob> stored{};  ///< until their rows are committed

  static void begin(const std::shared_ptr<Storing>& storing, std::vector<Inspected> inspected) {
    for (Inspected& one : inspected) {
      storing->images.push_back(image_of(one, storing->organization));
      storing->files.push_back(std::move(one.incoming.file));
    }
    store_next(storing);
  }

  static void store_next(const std::shared_ptr<Storing>& storing) {
    const bool last = storing->stored.size() == storing->files.size();
    BlockingExecutor& executor = last ? storing->parts.catalog : storing->parts.originals;
    executor.submit({.run = [storing, last] { last ? storing->record(storing->images) : store(storing); },
                     .refuse = [storing](const Error& error) { storing->refuse(error); },
                     .owner = storing->organization});
  }

  static void store(const std::shared_ptr<Storing>& storing) {
    auto stored = storing->parts.blobs.store(std::move(storing->files[storing->stored.size()]));
    if (!stored) return storing->refuse(stored.error());
    storing->stored.push_back(*std::move(stored));
    store_next(storing);
  }
};

void Ingest::store_all(std::vector<Inspected> inspected, const std::string& organization,
                       catalog::MayChange may_change,
                       const std::function<void(Result<std::vector<catalog::AddedImage>>)>& done) const {
  const auto record = [&rows = parts_.images, may_change,
                       done](const std::vector<catalog::SourceImage>& images) {
    done(rows.add_all(images, may_change));
  };
  const auto refuse = [done](const Error& error) { done(std::unexpected(error)); };
  Storing::begin(std::make_shared<Storing>(Storing{
                     .parts = parts_, .organization = organization, .record = record, .refuse = refuse}),
                 std::move(inspected));
}

void Ingest::store_fetched(Inspected inspected, const std::string& organization, const RemoteAddress& address,
                           const std::function<void(const Result<std::string>&)>& done) const {
  const auto record = [&rows = parts_.images, address, of = inspected.incoming.cut_from,
                       done](const std::vector<catalog::SourceImage>& images) {
    const catalog::SourceImage& image = images.front();
    if (!of) return done(rows.add_fetched(image, address.name()));
    done(rows.add_fetched_still(image, address.name(),
                                {.url = address.url, .sha1 = of->sha1, .sha256 = of->sha256}));
  };
  const auto refuse = [done](const Error& error) { done(std::unexpected(error)); };
  std::vector<Inspected> one;
  one.push_back(std::move(inspected));
  Storing::begin(std::make_shared<Storing>(Storing{
                     .parts = parts_, .organization = organization, .record = record, .refuse = refuse}),
                 std::move(one));
}

Result<Inspected> inspect_blocking(render::Renderer& renderer, Incoming incoming) {
  auto source = open_to_render(incoming);
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
  const auto held = blobs.store(std::move(inspected.incoming.file));
  if (!held) return std::unexpected(held.error());
  return images.add(image);
}

}  // namespace rucola::delivery
