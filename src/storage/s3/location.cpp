#include "storage/s3/location.h"

#include "base/http_url.h"
#include "base/percent_encoding.h"

namespace rucola::storage {
namespace {

constexpr std::string_view scheme = "s3://";
constexpr std::size_t shortest_bucket = 3;
constexpr std::size_t longest_bucket = 63;

/// Of others some server, or some signature, has a spelling of its own.
bool is_part(std::string_view part) {
  return !part.empty() && part != "." && part != ".." && percent_encode(part) == part;
}

bool is_bucket(std::string_view name) {
  return name.size() >= shortest_bucket && name.size() <= longest_bucket && is_part(name);
}

bool is_prefix(std::string_view prefix) {
  while (!prefix.empty()) {
    const std::size_t end = prefix.find('/');
    if (!is_part(prefix.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    prefix.remove_prefix(end + 1);
  }
  return true;
}

bool is_endpoint(std::string_view text) {
  return is_http_url(text) && text.find_first_of("?#") == std::string_view::npos;
}

std::string endpoint_of(const S3Settings& settings) {
  std::string endpoint =
      settings.endpoint.empty() ? "https://s3." + settings.region + ".amazonaws.com" : settings.endpoint;
  while (endpoint.ends_with('/'))
    endpoint.pop_back();
  return endpoint;
}

std::string base_of(const S3Settings& settings, const std::string& bucket) {
  std::string base = endpoint_of(settings);
  if (settings.path_style) return base + '/' + bucket;
  return base.insert(base.find("//") + 2, bucket + '.');
}

}  // namespace

Result<S3Location> s3_location(const S3Settings& settings) {
  const std::string_view url = settings.url;
  const std::string_view path = url.starts_with(scheme) ? url.substr(scheme.size()) : std::string_view();
  const std::size_t slash = path.find('/');
  S3Location location{.bucket = std::string(path.substr(0, slash)),
                      .prefix = std::string(slash == std::string_view::npos ? "" : path.substr(slash + 1)),
                      .base = {}};
  if (!is_bucket(location.bucket) || !is_prefix(location.prefix)) {
    return fail(
        ErrorCode::bad_request,
        "blobs.url is \"" + settings.url +
            "\". It is s3://bucket or s3://bucket/prefix, of letters, digits and ._~- ; a prefix may have "
            "several parts, with slashes between them.");
  }
  if (!settings.endpoint.empty() && !is_endpoint(settings.endpoint)) {
    return fail(ErrorCode::bad_request,
                "blobs.endpoint is \"" + settings.endpoint +
                    "\". It is an address such as https://s3.example.org or http://localhost:9000.");
  }
  if (!is_part(settings.region)) {
    return fail(ErrorCode::bad_request,
                "blobs.region is \"" + settings.region + "\". It is a name such as eu-central-1.");
  }
  if (!location.prefix.empty() && !location.prefix.ends_with('/')) location.prefix += '/';
  location.base = base_of(settings, location.bucket);
  return location;
}

}  // namespace rucola::storage
