// Reading, deleting and restoring source images
#include <algorithm>

#include <boost/json/array.hpp>

#include "api/originals.h"
#include "api/resources.h"
#include "api/source_image_json.h"
#include "message/content_disposition.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using message::Request;
using message::Response;

Result<Response> get_image(const Services& services, const Request& request) {
  const auto image = services.images.find(request.path_value("org"), request.path_value("hash"));
  if (!image) return std::unexpected(image.error());
  return message::json_response(200, source_image_json(*image));
}

/// The link to another page of the same list: the query as it was, with another offset.
json::object page_link(const Request& request, std::int64_t offset) {
  std::string href = request.path + "?";
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    if (!pair.starts_with("offset=")) href.append(pair).append("&");
  }
  return {{"href", href + "offset=" + std::to_string(offset)}};
}

Result<Response> list_images(const Services& services, const Request& request) {
  catalog::ImageQuery query;
  const auto limit = request.query_integer("limit", query.limit, 0, 10'000);
  if (!limit) return std::unexpected(limit.error());
  const auto offset = request.query_integer("offset", 0, 0, 1'000'000'000);
  if (!offset) return std::unexpected(offset.error());
  const auto deleted = request.query_flag("deleted");
  if (!deleted) return std::unexpected(deleted.error());
  query.limit = *limit;
  query.offset = *offset;
  query.deleted = *deleted;
  query.binary_hash = request.query_value("binaryHash");

  const auto page = services.images.list(request.path_value("org"), query);
  if (!page) return std::unexpected(page.error());
  json::array items;
  for (const catalog::SourceImage& image : page->items)
    items.push_back(source_image_json(image));
  json::object links;
  if (*offset > 0) links["prev"] = page_link(request, std::max<std::int64_t>(0, *offset - *limit));
  if (*offset + *limit < page->total) links["next"] = page_link(request, *offset + *limit);
  return message::json_response(
      200, json::object{{"total", page->total}, {"items", std::move(items)}, {"links", std::move(links)}});
}

Result<Response> original(catalog::BlobStore& blobs, const catalog::SourceImage& image) {
  auto blob = blobs.open(image.blob);
  if (!blob) return std::unexpected(blob.error());
  Response response;
  response.headers.add("Content-Type", image.mimetype);
  if (image.format == "svg")
    response.headers.add("Content-Security-Policy", std::string(message::draw_only_policy));
  response.headers.add("Content-Disposition", message::content_disposition("attachment", image.name));
  response.headers.add("Cache-Control", "private, no-cache");
  response.etag = '"' + image.blob + '"';
  response.last_modified = image.created;
  response.body = message::FileBody{std::make_shared<const UniqueFd>(std::move(blob->fd)), blob->bytes};
  return response;
}

/// Waits for the catalog, then for the disk.
void download(const Services& services, const Request& request, const message::Done& done) {
  const auto image = services.images.find(request.path_value("org"), request.path_value("hash"));
  if (!image) return done(std::unexpected(image.error()));
  if (auto allowed = may_see_original(request.caller, *image); !allowed)
    return done(std::unexpected(allowed.error()));
  services.disk.submit({.run = [&services, image = *image, done] { done(original(services.blobs, image)); },
                        .refuse = [done](const Error& error) { done(std::unexpected(error)); },
                        .owner = image->organization});
}

Result<Response> delete_image(const Services& services, const Request& request) {
  auto deleted = services.images.remove(request.path_value("org"), request.path_value("hash"));
  if (!deleted) return std::unexpected(deleted.error());
  return message::empty_response(204);
}

Result<Response> delete_by_binary_hash(const Services& services, const Request& request) {
  const auto binary_hash = request.query_value("binaryHash");
  if (!binary_hash) {
    return fail(
        ErrorCode::bad_request,
        "Say which images to delete: ?binaryHash= takes the SHA-1 of a file. One image is deleted by its "
        "hash, with DELETE /sourceimages/{org}/{hash}.");
  }
  const std::string& organization = request.path_value("org");
  const auto page = services.images.list(organization, {.limit = 10'000, .binary_hash = binary_hash});
  if (!page) return std::unexpected(page.error());
  if (page->items.empty())
    return fail(ErrorCode::not_found, "No image of this organization has that binary hash.");
  for (const catalog::SourceImage& image : page->items) {
    auto deleted = services.images.remove(organization, image.hash);
    // Somebody else may have deleted it meanwhile, which is what was asked for.
    if (!deleted && deleted.error().code != ErrorCode::not_found) return std::unexpected(deleted.error());
  }
  return message::empty_response(204);
}

Result<Response> restore(const Services& services, const Request& request) {
  const auto image = services.images.restore(request.path_value("org"), request.path_value("hash"));
  if (!image) return std::unexpected(image.error());
  return message::json_response(200, source_image_json(*image));
}

}  // namespace

void add_source_images(Routes& routes, const Services& services) {
  using message::Access, message::BodyKind, message::Method;
  const std::string all = "/sourceimages/{org}";
  const std::string one = "/sourceimages/{org}/{hash}";
  routes.push_back({Method::get, all, Access::read, BodyKind::none, "List source images, newest first",
                    [&services](Request& request) { return list_images(services, request); }});
  routes.push_back({Method::delete_, all, Access::write, BodyKind::none,
                    "Delete all images of one file (?binaryHash=)",
                    [&services](Request& request) { return delete_by_binary_hash(services, request); }});
  routes.push_back({Method::get, one, Access::read, BodyKind::none, "Read a source image",
                    [&services](Request& request) { return get_image(services, request); }});
  routes.push_back({Method::delete_, one, Access::write, BodyKind::none, "Delete a source image",
                    [&services](Request& request) { return delete_image(services, request); }});
  routes.push_back({Method::post, one + "/restore", Access::write, BodyKind::none,
                    "Restore a deleted source image",
                    [&services](Request& request) { return restore(services, request); }});
  routes.push_back({Method::get, one + "/download", Access::read, BodyKind::none,
                    "Download the original file",
                    [&services](const Request& request, const message::Done& done) {
                      download(services, request, done);
                    }});
}

}  // namespace rucola::api
