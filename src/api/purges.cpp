// DELETE …/cache of an alias, a stack and a source image: one procedure for three kinds
#include <algorithm>
#include <chrono>

#include <boost/json/object.hpp>

#include "api/paths.h"
#include "api/resources.h"
#include "catalog/names.h"
#include "catalog/purge_quota.h"

namespace rucola::api {
namespace {

using catalog::PurgeAdmission;
using catalog::PurgeKind;
using message::Request;
using message::Response;

struct Purgeable {
  PurgeKind kind;
  std::int64_t PurgeLimits::* calls_per_hour;
  bool (*is_name)(std::string_view);
  std::string (*tag)(std::string_view organization, std::string_view name);
  std::string_view noun;
};

constexpr Purgeable aliases{PurgeKind::alias, &PurgeLimits::alias_per_hour, catalog::is_alias_name,
                            catalog::alias_tag, "an alias"};
constexpr Purgeable stacks{PurgeKind::stack, &PurgeLimits::stack_per_hour, catalog::is_stack_name,
                           catalog::stack_tag, "a stack"};
constexpr Purgeable images{PurgeKind::source_image, &PurgeLimits::image_per_hour, catalog::is_hash_or_prefix,
                           catalog::image_tag, "a source image"};

/// Without a limit there are no numbers that would be true.
void add_rate_limit(Response& response, const PurgeAdmission& quota) {
  if (quota.limit == 0) return;
  response.headers.add("X-RateLimit-Limit", std::to_string(quota.limit));
  response.headers.add("X-RateLimit-Remaining", std::to_string(quota.remaining));
}

Response too_many(const PurgeAdmission& quota) {
  using std::chrono::seconds;
  // Rounded up: a client that waits exactly this long must succeed.
  const Time retry_at = std::chrono::ceil<seconds>(quota.retry_at);
  const auto wait = std::clamp(std::chrono::ceil<seconds>(quota.retry_at - now()), seconds{1},
                               seconds{catalog::purge_window});
  Response response = message::json_response(
      429, boost::json::object{{"status", "too many requests"},
                               {"X-RateLimit-Retry-After-readable", format_rfc3339(retry_at)}});
  response.headers.add("X-RateLimit-Retry-After",
                       std::to_string(std::chrono::floor<seconds>(retry_at).time_since_epoch().count()));
  response.headers.add("Retry-After", std::to_string(wait.count()));
  add_rate_limit(response, quota);
  return response;
}

Result<Response> never_existed(const Services& services, const Purgeable& what,
                               const std::string& organization) {
  const auto quota = services.purges.quota(organization, what.kind,
                                           (*services.purge_limits.get()).*what.calls_per_hour, now());
  if (!quota) return std::unexpected(quota.error());
  Response response = message::error_response(
      {ErrorCode::not_found,
       {"There never was such " + std::string(what.noun) + "; there is nothing to purge."}});
  add_rate_limit(response, *quota);
  return response;
}

Result<Response> purge_of(const Services& services, const Purgeable& what, const std::string& organization,
                          std::string name) {
  if (what.kind == PurgeKind::source_image && what.is_name(name)) {
    // Caches know the whole hash only. Where a short one could be of several, nothing is guessed.
    const auto image = services.images.find_even_deleted(organization, name);
    if (image) {
      name = image->hash;
    } else if (image.error().code != ErrorCode::not_found) {
      return std::unexpected(image.error());
    }
  }
  const auto existed =
      what.is_name(name) ? services.purges.ever_existed(organization, what.kind, name) : false;
  if (!existed) return std::unexpected(existed.error());
  if (!*existed) return never_existed(services, what, organization);

  const auto limits = services.purge_limits.get();
  const auto admission = services.purges.request({.organization = organization,
                                                  .kind = what.kind,
                                                  .name = name,
                                                  .tags = {what.tag(organization, name)},
                                                  .caches = services.purge.caches,
                                                  .calls_per_hour = (*limits).*what.calls_per_hour,
                                                  .repeat_after = limits->repeat_after},
                                                 now());
  if (!admission) return std::unexpected(admission.error());
  if (!admission->admitted) return too_many(*admission);
  services.purge.notify();
  Response response = message::json_response(200, boost::json::object{{"status", "ok"}});
  add_rate_limit(response, *admission);
  return response;
}

const Shape& purge_answer() {
  static const Shape shape{"Purge", {{"status", {.values = {"ok"}}, "The purge will not be lost."}}};
  return shape;
}

const Shape& too_many_answer() {
  static const Shape shape{
      "TooManyPurges",
      {{"status",
        {.values = {"too many requests"}},
        "Without the shape of other errors, as clients expect it.",
        true},
       {"X-RateLimit-Retry-After-readable", time_of_day(), "When the next call will be taken.", true}}};
  return shape;
}

template <const Purgeable& what>
Result<Response> purge(const Services& services, const Named& asked, const Request& /*request*/) {
  return purge_of(services, what, asked.org, asked.name);
}

/// The name is looked at by the handler: every answer, that of a wrong one too, tells of the quota.
template <const Purgeable& what>
Endpoint purge_endpoint(const std::string& thing, const std::string& piece) {
  const std::string noun(what.noun);
  return endpoint<Named>(
      {.method = message::Method::delete_,
       .pattern = thing + "/{" + piece + "}/cache",
       .access = message::Access::write,
       .summary = "Purge what the caches in front keep of " + noun,
       .takes = {organization_path<Named>(),
                 path(piece, &Named::name, text(255), "The name or hash, also where it is deleted by now.")},
       .answers = {{200, "It is written down, and will be delivered to each cache twice.",
                    object(purge_answer())}},
       .refuses = {{ErrorCode::not_found, "There never was such " + noun + "."},
                   {ErrorCode::too_many_requests, "The quota of this hour is used up.",
                    object(too_many_answer())}},
       .handle = purge<what>});
}

}  // namespace

void add_purges(Endpoints& table) {
  table.push_back(purge_endpoint<aliases>("/sourceimages/{org}/alias", "name"));
  table.push_back(purge_endpoint<stacks>("/stacks/{org}", "name"));
  table.push_back(purge_endpoint<images>("/sourceimages/{org}", "hash"));
}

}  // namespace rucola::api
