#include "api/routes.h"

#include "api/openapi.h"
#include "api/resources.h"

namespace rucola::api {
namespace {

struct Nothing {};

/// The management API shows what is, not what was: nothing of it may be cached unless a handler says so.
Result<message::Response> uncached(Result<message::Response> response) {
  if (response && !response->headers.has("Cache-Control")) response->headers.add("Cache-Control", "no-store");
  return response;
}

message::Route uncached(message::Route route) {
  if (auto* handle = std::get_if<message::Handle>(&route.handler)) {
    route.handler = [handle = std::move(*handle)](message::Request& request) {
      return uncached(handle(request));
    };
  } else {
    route.handler = [begin = std::move(std::get<message::Begin>(route.handler))](message::Request request,
                                                                                 const message::Done& done) {
      begin(std::move(request),
            [done](Result<message::Response> response) { done(uncached(std::move(response))); });
    };
  }
  return route;
}

Result<message::Response> describe(const Services& services, const Nothing& /*asked*/,
                                   const message::Request& request) {
  return message::json_response(200, openapi(endpoints(), services.version, request.path_prefix));
}

std::vector<Endpoint> gather() {
  Endpoints table;
  add_source_images(table);
  add_upload(table);
  add_aliases(table);
  add_stacks(table);
  add_purges(table);
  add_organizations(table);
  add_protected_images(table);
  add_sign_url(table);
  add_service_pages(table);
  table.push_back(endpoint<Nothing>({.method = message::Method::get,
                                     .pattern = "/doc",
                                     .access = message::Access::anyone,
                                     .summary = "This description",
                                     .waits = message::Waits::nothing,
                                     .answers = {{200, "OpenAPI 3.1.", object()}},
                                     .handle = describe}));
  return table;
}

}  // namespace

const std::vector<Endpoint>& endpoints() {
  static const std::vector<Endpoint> table = gather();
  return table;
}

std::vector<message::Route> make_routes(const Services& services) {
  std::vector<message::Route> routes;
  for (const Endpoint& endpoint : endpoints())
    routes.push_back(uncached(endpoint.bind(services)));
  return routes;
}

}  // namespace rucola::api
