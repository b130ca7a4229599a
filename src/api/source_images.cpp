// Reading, deleting and restoring source images
#include "api/access.h"
#include "api/paths.h"
#include "api/resources.h"
#include "api/source_image_json.h"
#include "delivery/look_up/stored_image.h"
#include "message/content_disposition.h"

namespace rucola::api {
namespace {

using message::Request;
using message::Response;

Refusal no_such_image() {
  return {ErrorCode::not_found, "There is no such image in this organization."};
}

Refusal locked() {
  return {ErrorCode::forbidden, "The image is locked."};
}

struct Image {
  std::string org;
  std::string hash;
};

struct Shown {
  std::string org;
  std::string hash;
  bool deleted = false;
};

struct ByFile {
  std::string org;
  std::string binary_hash;
};

Result<Response> get_image(const Services& services, const Shown& asked, const Request& /*request*/) {
  const auto image = asked.deleted ? services.images.find_even_deleted(asked.org, asked.hash)
                                   : services.images.find(asked.org, asked.hash);
  if (!image) return std::unexpected(image.error());
  return message::json_response(200, source_image_json(*image));
}

Result<Response> original(const Services& services, const catalog::SourceImage& image) {
  auto blob = catalog::open_as_file(services.blobs, {image.blob, image.bytes}, services.spool);
  if (!blob) return std::unexpected(blob.error());
  Response response;
  response.headers.add("Content-Type", image.mimetype);
  if (delivery::may_be_active(image))
    response.headers.add("Content-Security-Policy", std::string(message::draw_only_policy));
  response.headers.add("Content-Disposition", message::content_disposition("attachment", image.name));
  response.headers.add("Cache-Control", "private, no-cache");
  response.etag = '"' + image.blob + '"';
  response.last_modified = image.created;
  response.account = {.meter = services.traffic.meter_of(image.organization), .original_bytes = blob->bytes};
  response.body = message::FileBody{std::make_shared<const UniqueFd>(std::move(blob->fd)), blob->bytes};
  return response;
}

/// Waits for the catalog, then for the disk, or for whoever has the original.
void download(const Services& services, const Image& asked, const Request& request,
              const message::Done& done) {
  const auto image = services.images.find(asked.org, asked.hash);
  if (!image) return done(std::unexpected(image.error()));
  if (auto allowed = may_see_original(request.caller, *image); !allowed)
    return done(std::unexpected(allowed.error()));
  catalog::executor_of(services.blobs, image->blob, services.disk, services.originals)
      .submit({.run = [&services, image = *image, done] { done(original(services, image)); },
               .refuse = [done](const Error& error) { done(std::unexpected(error)); },
               .owner = image->organization});
}

Result<Response> delete_image(const Services& services, const Image& asked, const Request& /*request*/) {
  auto deleted = services.images.remove(asked.org, asked.hash);
  if (!deleted) return std::unexpected(deleted.error());
  return message::empty_response(204);
}

Result<Response> delete_by_binary_hash(const Services& services, const ByFile& asked,
                                       const Request& /*request*/) {
  auto deleted = services.images.remove_file(asked.org, asked.binary_hash);
  if (!deleted) return std::unexpected(deleted.error());
  return message::empty_response(204);
}

Result<Response> restore(const Services& services, const Image& asked, const Request& /*request*/) {
  const auto image = services.images.restore(asked.org, asked.hash);
  if (!image) return std::unexpected(image.error());
  return message::json_response(200, source_image_json(*image));
}

void add_deletion_by_file(Endpoints& table) {
  using message::Access, message::Method;
  table.push_back(
      endpoint<ByFile>({.method = Method::delete_,
                        .pattern = "/sourceimages/{org}",
                        .access = Access::write,
                        .summary = "Delete all images of one file",
                        .takes = {organization_path<ByFile>(), query("binaryHash", &ByFile::binary_hash,
                                                                     sha1(), "The file whose images go.")},
                        .answers = {{204, "They are gone."}},
                        .refuses = {{ErrorCode::not_found, "No image is of that file."},
                                    {ErrorCode::forbidden, "One of them is locked; none has gone."}},
                        .handle = delete_by_binary_hash}));
}

}  // namespace

void add_source_images(Endpoints& table) {
  using message::Access, message::Method;
  const std::string one = "/sourceimages/{org}/{hash}";
  add_deletion_by_file(table);
  table.push_back(endpoint<Shown>(
      {.method = Method::get,
       .pattern = one,
       .access = Access::read,
       .summary = "Read a source image",
       .takes = of_image<Shown>({query("deleted", &Shown::deleted, flag(), "Also where it is deleted.")}),
       .answers = {{200, "The image.", object(source_image_shape())}},
       .refuses = {no_such_image()},
       .handle = get_image}));
  table.push_back(endpoint<Image>(
      {.method = Method::delete_,
       .pattern = one,
       .access = Access::write,
       .summary = "Delete a source image",
       .takes = of_image<Image>(),
       .answers = {{204, "It is deleted, and can be restored for some days (expiry.deleted_images_days)."}},
       .refuses = {no_such_image(), locked()},
       .handle = delete_image}));
  table.push_back(endpoint<Image>({.method = Method::post,
                                   .pattern = one + "/restore",
                                   .access = Access::write,
                                   .summary = "Restore a deleted source image",
                                   .takes = of_image<Image>(),
                                   .answers = {{200, "The image.", object(source_image_shape())}},
                                   .refuses = {{ErrorCode::not_found,
                                                "There is no such image in this organization, or it was "
                                                "deleted too long ago and is gone for good."}},
                                   .handle = restore}));
  table.push_back(
      endpoint<Image>({.method = Method::get,
                       .pattern = one + "/download",
                       .access = Access::read,
                       .summary = "Download the original file",
                       .takes = of_image<Image>(),
                       .answers = {{200, "The file, of the type that it is.", std::nullopt, "*/*"}},
                       .refuses = {no_such_image(),
                                   {ErrorCode::forbidden,
                                    "The image is protected, and the role is for source images alone."}},
                       .begin = download}));
}

}  // namespace rucola::api
