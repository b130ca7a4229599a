// POST /utils/{org}/sign_url
#include <boost/json/object.hpp>

#include "api/resources.h"
#include "base/time_text.h"
#include "delivery/url/render_url.h"
#include "security/url_signature.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using message::Request;
using message::Response;

constexpr std::int64_t longest_rounding_seconds = 31'536'000;

struct Asked {
  std::string org;
  std::string url;
  std::optional<Time> until;
  std::int64_t round_date_up_to = 300;
};

struct UrlParts {
  std::string_view origin;  ///< scheme and authority
  std::string_view host;    ///< without a port
  std::string_view path;
  std::string_view query;
};

std::optional<UrlParts> split(std::string_view url) {
  UrlParts parts;
  url = url.substr(0, url.find('#'));
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  if (url.substr(0, scheme) != "https" && url.substr(0, scheme) != "http") return std::nullopt;
  const std::size_t slash = url.find('/', scheme + 3);
  if (slash == std::string_view::npos || slash == scheme + 3) return std::nullopt;
  parts.origin = url.substr(0, slash);
  parts.host = parts.origin.substr(scheme + 3);
  parts.host = parts.host.substr(0, parts.host.find(':'));
  const std::size_t question = std::min(url.find('?'), url.size());
  if (question < slash) return std::nullopt;
  parts.path = url.substr(slash, question - slash);
  parts.query = url.substr(std::min(question + 1, url.size()));
  return parts;
}

/// What is below the path that a proxy mounts the server under. The signature is over all of the path:
/// clients that sign by themselves know of no prefix.
std::string_view below(std::string_view prefix, std::string_view path) {
  if (!path.starts_with(prefix) || !path.substr(prefix.size()).starts_with('/')) return path;
  return path.substr(prefix.size());
}

Result<UrlParts> url_of(const Services& services, const Asked& asked, const Request& request) {
  const auto parts = split(asked.url);
  if (!parts) {
    return fail(ErrorCode::bad_request,
                R"(The field "url" must be the http or https URL of a render, with its path.)");
  }
  const auto target = delivery::find_render_target(parts->host, below(request.path_prefix, parts->path),
                                                   services.render_domain);
  if (target && target->organization != asked.org) {
    return fail(ErrorCode::bad_request, "The URL renders for the organization \"" + target->organization +
                                            "\"; another one's key would not fit.");
  }
  return *parts;
}

/// Rounded up, so that many URLs are the same and caches can share their answers. Other years than those
/// can't be written as a date: nobody could read the URL's end, and it would be good for nothing.
Result<std::optional<Time>> end_of(const Asked& asked) {
  using std::chrono::seconds;
  if (!asked.until) return std::nullopt;
  seconds end = std::chrono::ceil<seconds>(*asked.until).time_since_epoch();
  const seconds beyond = end % asked.round_date_up_to;
  if (beyond > seconds{0}) end += seconds{asked.round_date_up_to};
  end -= beyond;
  const Time rounded{end};
  if (has_year_of_four_digits(rounded)) return rounded;
  return fail(ErrorCode::bad_request, "The field \"until\", rounded up to " +
                                          std::to_string(asked.round_date_up_to) +
                                          " seconds, must be in the years 1000 to 9999. Leave it out for a "
                                          "URL without an end.");
}

Result<Response> sign_url(const Services& services, const Asked& asked, const Request& request) {
  const auto url = url_of(services, asked, request);
  if (!url) return std::unexpected(url.error());
  const auto end = end_of(asked);
  if (!end) return std::unexpected(end.error());
  const auto keys = services.organizations.signing_keys(asked.org);
  if (!keys) return std::unexpected(keys.error());
  if (keys->empty()) return fail(ErrorCode::internal, "The organization has no signing key.");
  std::string text(url->origin);
  text += security::sign_url(url->path, url->query, *end, keys->front().key);
  return message::json_response(200, json::object{{"signed_url", text}});
}

const Shape& signed_shape() {
  static const Shape shape{"SignedUrl", {{"signed_url", text(8192), "The URL with its signature."}}};
  return shape;
}

}  // namespace

void add_sign_url(Endpoints& table) {
  table.push_back(endpoint<Asked>(
      {.method = message::Method::post,
       .pattern = "/utils/{org}/sign_url",
       .access = message::Access::write,
       .body = message::BodyKind::json_or_form,
       .summary = "Sign a render URL",
       .takes = {path("org", &Asked::org, organization_name(), "The organization whose key signs."),
                 body("url", &Asked::url, text(8192), "The http or https URL of a render, with its path."),
                 body("until", &Asked::until, time_of_day(),
                      "When the URL ends; never, where it is not given."),
                 body("round_date_up_to", &Asked::round_date_up_to, integer(1, longest_rounding_seconds),
                      "The end is rounded up to this many seconds, so that caches can share.")},
       .answers = {{200, "Signed.", object(signed_shape())}},
       .handle = sign_url}));
}

}  // namespace rucola::api
