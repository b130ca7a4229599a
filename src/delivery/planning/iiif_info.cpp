#include "delivery/planning/iiif_info.h"

#include <algorithm>
#include <initializer_list>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "delivery/planning/iiif_picture.h"

namespace rucola::delivery {
namespace {

namespace json = boost::json;
using render::Size;

constexpr std::int32_t tile_side = 512;

json::array texts(std::initializer_list<std::string_view> list) {
  json::array result;
  for (const std::string_view text : list)
    result.emplace_back(text);
  return result;
}

std::int32_t shrunk(std::int32_t length, std::int32_t factor) {
  return std::max(1, (length + factor - 1) / factor);
}

/// 1, 2, 4, … until the whole image is no larger than a tile.
json::array scale_factors(Size image) {
  json::array factors;
  std::int32_t factor = 1;
  for (; shrunk(std::max(image.width, image.height), factor) > tile_side; factor *= 2)
    factors.emplace_back(factor);
  factors.emplace_back(factor);
  return factors;
}

/// The whole image at each of them, smallest first, as far as it is no larger than allowed.
json::array sizes(Size image) {
  json::array result;
  const json::array factors = scale_factors(image);
  for (std::size_t i = factors.size(); i-- > 0;) {
    const auto factor = static_cast<std::int32_t>(factors[i].as_int64());
    const Size size{shrunk(image.width, factor), shrunk(image.height, factor)};
    if (std::max(size.width, size.height) > iiif_longest_side) break;
    result.push_back(json::object{{"width", size.width}, {"height", size.height}});
  }
  return result;
}

void add_limits(json::object& to) {
  to["maxWidth"] = iiif_longest_side;
  to["maxHeight"] = iiif_longest_side;
  to["maxArea"] = std::int64_t{iiif_longest_side} * iiif_longest_side;
}

/// What is more than level 2.
json::object beyond_level_2_in_version_2() {
  json::object more{{"formats", texts({"jpg", "png", "webp", "gif", "tif", "jp2"})},
                    {"qualities", texts({"default", "color", "gray", "bitonal"})},
                    {"supports", texts({"canonicalLinkHeader", "mirroring", "profileLinkHeader",
                                        "regionSquare", "rotationArbitrary", "sizeAboveFull"})}};
  add_limits(more);
  return more;
}

}  // namespace

std::string iiif_context(int version) {
  return "http://iiif.io/api/image/" + std::to_string(version) + "/context.json";
}

std::string iiif_profile(int version) {
  return "http://iiif.io/api/image/" + std::to_string(version) + "/level2.json";
}

std::string iiif_links(const IiifUrl& url, std::string_view path, render::Size image) {
  std::string links = '<' + iiif_profile(url.version) + ">;rel=\"profile\"";
  if (url.asks != IiifUrl::Asks::picture) return links;
  const auto canonical = iiif_canonical(url.picture, url.version, image);
  if (!canonical) return links;
  constexpr int segments = 4;  // region, size, rotation, quality.format
  for (int i = 0; i < segments; ++i)
    path = path.substr(0, path.rfind('/'));
  return links + ",<" + std::string(path) + '/' + *canonical + ">;rel=\"canonical\"";
}

json::object iiif_info(std::string_view id, int version, Size image) {
  json::object info{
      {"@context", iiif_context(version)},
      {"protocol", "http://iiif.io/api/image"},
      {"width", image.width},
      {"height", image.height},
      {"sizes", sizes(image)},
      {"tiles", json::array{json::object{{"width", tile_side}, {"scaleFactors", scale_factors(image)}}}}};
  if (version == 2) {
    info["@id"] = id;
    info["profile"] = json::array{iiif_profile(version), beyond_level_2_in_version_2()};
    return info;
  }
  info["id"] = id;
  info["type"] = "ImageService3";
  info["profile"] = "level2";
  add_limits(info);
  info["extraFormats"] = texts({"webp", "gif", "tif", "jp2"});
  info["extraQualities"] = texts({"color", "gray", "bitonal"});
  info["extraFeatures"] =
      texts({"canonicalLinkHeader", "mirroring", "profileLinkHeader", "rotationArbitrary", "sizeUpscaling"});
  return info;
}

message::Response iiif_document(const IiifUrl& url, const message::Request& request, Size image) {
  constexpr std::string_view name = "/info.json";
  std::string base = request.client_path();
  if (base.ends_with(name)) base.resize(base.size() - name.size());
  while (base.ends_with('/'))
    base.pop_back();
  if (url.asks == IiifUrl::Asks::base) {
    message::Response response;
    response.status = 303;
    response.headers.add("Location", base + std::string(name));
    return response;
  }
  const std::string id =
      (request.secure ? "https://" : "http://") + std::string(request.headers.joined("Host")) + base;
  message::Response response = message::json_response(200, iiif_info(id, url.version, image));
  if (std::string(request.headers.joined("Accept")).contains("application/ld+json")) {
    response.headers.set("Content-Type", "application/ld+json;profile=\"" + iiif_context(url.version) + '"');
  }
  // The host and the path are of the URL; the scheme is what the proxy in front says it is.
  response.headers.add("Vary", "Accept, X-Forwarded-Proto");
  return response;
}

}  // namespace rucola::delivery
