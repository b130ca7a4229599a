// Reading, deleting and restoring source images
#include <algorithm>

#include <boost/json/array.hpp>

#include "api/access.h"
#include "api/paths.h"
#include "api/resources.h"
#include "api/source_image_json.h"
#include "delivery/look_up/stored_image.h"
#include "message/content_disposition.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using message::Request;
using message::Response;

constexpr std::int64_t most_offset = 1'000'000'000;

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

struct List {
  std::string org;
  std::int64_t limit = 100;
  std::int64_t offset = 0;
  bool deleted = false;
  std::optional<std::string> binary_hash;
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

/// The link to another page of the same list: the query as it was, with another offset. An href is resolved
/// against the URL that was asked, so that it has the path prefix; `link` is a path within the API, which
/// clients put behind the address that they have of it.
json::object page_link(const Request& request, std::int64_t offset) {
  std::string href = request.client_path() + "?";
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    if (!pair.starts_with("offset=")) href.append(pair).append("&");
  }
  return {{"href", href + "offset=" + std::to_string(offset)}};
}

Result<Response> list_images(const Services& services, const List& asked, const Request& request) {
  const auto page = services.images.list(asked.org, {.limit = asked.limit,
                                                     .offset = asked.offset,
                                                     .binary_hash = asked.binary_hash,
                                                     .deleted = asked.deleted});
  if (!page) return std::unexpected(page.error());
  json::array items;
  for (const catalog::SourceImage& image : page->items)
    items.push_back(source_image_json(image));
  json::object links;
  const bool has_neighbours = asked.limit > 0;  // a page of nothing would be its own
  if (has_neighbours && asked.offset > 0)
    links["prev"] = page_link(request, std::max<std::int64_t>(0, asked.offset - asked.limit));
  if (has_neighbours && asked.offset + asked.limit < page->total)
    links["next"] = page_link(request, asked.offset + asked.limit);
  return message::json_response(
      200, json::object{{"total", page->total}, {"items", std::move(items)}, {"links", std::move(links)}});
}

Result<Response> original(const Services& services, const catalog::SourceImage& image) {
  auto blob = catalog::open_as_file(services.blobs, {image.blob, image.bytes}, services.spool);
  if (!blob) return std::unexpected(blob.error());
  Response response;
  response.headers.add("Content-Type", image.mimetype);
  if (delivery::may_be_drawing(image))
    response.headers.add("Content-Security-Policy", std::string(message::draw_only_policy));
  response.headers.add("Content-Disposition", message::content_disposition("attachment", image.name));
  response.headers.add("Cache-Control", "private, no-cache");
  response.etag = '"' + image.blob + '"';
  response.last_modified = image.created;
  response.body = message::FileBody{std::make_shared<const UniqueFd>(std::move(blob->fd)), blob->bytes};
  return response;
}

/// Waits for the catalog, then for the disk.
void download(const Services& services, const Image& asked, const Request& request,
              const message::Done& done) {
  const auto image = services.images.find(asked.org, asked.hash);
  if (!image) return done(std::unexpected(image.error()));
  if (auto allowed = may_see_original(request.caller, *image); !allowed)
    return done(std::unexpected(allowed.error()));
  services.disk.submit({.run = [&services, image = *image, done] { done(original(services, image)); },
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

const Shape& image_list() {
  static const Shape shape{
      "SourceImages",
      {{"total", integer(0, most_offset), "How many there are in all."},
       {"items", list(source_image_shape()), "Those of this page."},
       {"links", object(), "prev and next: {\"href\": …}, where there are such pages."}}};
  return shape;
}

void add_lists(Endpoints& table) {
  using message::Access, message::Method;
  const std::string pattern = "/sourceimages/{org}";
  table.push_back(endpoint<List>(
      {.method = Method::get,
       .pattern = pattern,
       .access = Access::read,
       .summary = "List source images, newest first",
       .takes = {organization_path<List>(),
                 query("limit", &List::limit, integer(0, 10'000), "Images a page."),
                 query("offset", &List::offset, integer(0, most_offset), "How many to leave out."),
                 query("deleted", &List::deleted, flag(), "The deleted ones instead of the living."),
                 query("binaryHash", &List::binary_hash, sha1(), "Only the images of that file.")},
       .answers = {{200, "A page.", object(image_list())}},
       .handle = list_images}));
  table.push_back(
      endpoint<ByFile>({.method = Method::delete_,
                        .pattern = pattern,
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
  add_lists(table);
  table.push_back(endpoint<Shown>(
      {.method = Method::get,
       .pattern = one,
       .access = Access::read,
       .summary = "Read a source image",
       .takes = of_image<Shown>({query("deleted", &Shown::deleted, flag(), "Also where it is deleted.")}),
       .answers = {{200, "The image.", object(source_image_shape())}},
       .refuses = {no_such_image()},
       .handle = get_image}));
  table.push_back(endpoint<Image>({.method = Method::delete_,
                                   .pattern = one,
                                   .access = Access::write,
                                   .summary = "Delete a source image",
                                   .takes = of_image<Image>(),
                                   .answers = {{204, "It is gone, and can be restored."}},
                                   .refuses = {no_such_image(), locked()},
                                   .handle = delete_image}));
  table.push_back(endpoint<Image>({.method = Method::post,
                                   .pattern = one + "/restore",
                                   .access = Access::write,
                                   .summary = "Restore a deleted source image",
                                   .takes = of_image<Image>(),
                                   .answers = {{200, "The image.", object(source_image_shape())}},
                                   .refuses = {no_such_image()},
                                   .handle = restore}));
  table.push_back(
      endpoint<Image>({.method = Method::get,
                       .pattern = one + "/download",
                       .access = Access::read,
                       .summary = "Download the original file",
                       .takes = of_image<Image>(),
                       .answers = {{200, "The file.", std::nullopt, "application/octet-stream"}},
                       .refuses = {no_such_image(),
                                   {ErrorCode::forbidden,
                                    "The image is protected, and the role is for source images alone."}},
                       .begin = download}));
}

}  // namespace rucola::api
