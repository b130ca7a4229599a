#include "api/routes.h"

#include "api/openapi.h"
#include "api/resources.h"

namespace rucola::api {
namespace {

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

/// Described last, so that it knows every route but itself.
message::Route description(const Routes& routes, const std::string& version) {
  return {message::Method::get,
          "/doc",
          message::Access::anyone,
          message::BodyKind::none,
          "This description, as OpenAPI 3.1",
          [document = describe_routes(routes, version)](message::Request&) {
            return message::json_response(200, document);
          },
          message::Waits::nothing};
}

}  // namespace

std::vector<message::Route> make_routes(const Services& services) {
  Routes gathered;
  add_source_images(gathered, services);
  add_upload(gathered, services);
  add_aliases(gathered, services);
  add_stacks(gathered, services);
  add_purges(gathered, services);
  add_organizations(gathered, services);
  add_protected_images(gathered, services);
  add_sign_url(gathered, services);
  add_service_pages(gathered, services);
  gathered.push_back(description(gathered, services.version));
  Routes routes;
  for (message::Route& route : gathered)
    routes.push_back(uncached(std::move(route)));
  return routes;
}

}  // namespace rucola::api
