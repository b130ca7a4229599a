// POST /utils/{org}/sign_url
#include <boost/json/object.hpp>

#include "api/resources.h"
#include "base/json.h"
#include "base/time_text.h"
#include "delivery/render_url.h"
#include "security/url_signature.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using message::Request;
using message::Response;

constexpr std::int64_t usual_rounding_seconds = 300;
constexpr std::int64_t longest_rounding_seconds = 31'536'000;

/// The fields of the body, whether it is JSON or a form.
Result<json::object> fields_of(const Request& request) {
  json::object fields;
  for (const message::Part& part : request.parts) {
    if (!part.file) fields[part.name] = part.text;
  }
  if (!fields.empty() || request.body.empty()) return fields;
  auto body = parse_json(request.body);
  if (!body) return std::unexpected(body.error());
  if (!body->is_object()) {
    return fail(ErrorCode::bad_request, R"(The body must be {"url": "…"}, the render URL to sign.)");
  }
  return std::move(body->get_object());
}

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

Result<UrlParts> url_of(const Services& services, const Request& request, const json::object& fields) {
  const auto* url = fields.if_contains("url");
  const auto parts =
      url != nullptr && url->is_string() ? split(std::string_view(url->get_string())) : std::nullopt;
  if (!parts) {
    return fail(ErrorCode::bad_request,
                R"(The field "url" must be the http or https URL of a render, with its path.)");
  }
  const auto target = delivery::find_render_target(parts->host, parts->path, services.render_domain);
  if (target && target->organization != request.path_value("org")) {
    return fail(ErrorCode::bad_request, "The URL renders for the organization \"" + target->organization +
                                            "\"; another one's key would not fit.");
  }
  return *parts;
}

/// A form has only texts.
std::optional<std::int64_t> integer_of(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (!value.is_string()) return std::nullopt;
  const auto parsed = parse_json(std::string_view(value.get_string()));
  return parsed && parsed->is_int64() ? std::optional(parsed->get_int64()) : std::nullopt;
}

/// Rounded up, so that many URLs are the same and caches can share their answers.
Result<std::optional<Time>> until_of(const json::object& fields) {
  std::int64_t rounding = usual_rounding_seconds;
  if (const auto* given = fields.if_contains("round_date_up_to")) {
    rounding = integer_of(*given).value_or(0);
    if (rounding < 1 || rounding > longest_rounding_seconds) {
      return fail(ErrorCode::bad_request, "\"round_date_up_to\" must be a number of seconds from 1 to " +
                                              std::to_string(longest_rounding_seconds) + ".");
    }
  }
  const auto* until = fields.if_contains("until");
  if (until == nullptr || until->is_null()) return std::nullopt;
  const auto time = until->is_string() ? parse_time(std::string_view(until->get_string())) : std::nullopt;
  if (!time) {
    return fail(ErrorCode::bad_request, "\"until\" must be a date, best as ISO 8601: 2050-02-08T07:05:00Z.");
  }
  const std::int64_t seconds = std::chrono::ceil<std::chrono::seconds>(*time).time_since_epoch().count();
  const std::int64_t slices = (seconds + rounding - 1) / rounding;
  return Time{std::chrono::seconds{slices * rounding}};
}

Result<Response> sign_url(const Services& services, const Request& request) {
  const auto fields = fields_of(request);
  if (!fields) return std::unexpected(fields.error());
  const auto url = url_of(services, request, *fields);
  if (!url) return std::unexpected(url.error());
  const auto until = until_of(*fields);
  if (!until) return std::unexpected(until.error());
  const auto keys = services.organizations.signing_keys(request.path_value("org"));
  if (!keys) return std::unexpected(keys.error());
  if (keys->empty()) return fail(ErrorCode::internal, "The organization has no signing key.");
  std::string text(url->origin);
  text += security::sign_url(url->path, url->query, *until, keys->front().key);
  return message::json_response(200, json::object{{"signed_url", text}});
}

}  // namespace

void add_sign_url(Routes& routes, const Services& services) {
  routes.push_back({message::Method::post, "/utils/{org}/sign_url", message::Access::write,
                    message::BodyKind::json_or_form, "Sign a render URL (url, until, round_date_up_to)",
                    [&services](Request& request) { return sign_url(services, request); }});
}

}  // namespace rucola::api
