#include "api/routes.h"

#include "api/accept.h"
#include "api/author.h"
#include "api/kept_answer.h"
#include "api/openapi.h"
#include "api/reference_page.h"
#include "api/resources.h"

namespace rucola::api {
namespace {

struct Described {
  std::optional<std::string> format;
};

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

const std::vector<Endpoint>& without_operators();

const std::vector<Endpoint>& served(const Services& services) {
  return services.operators_apart ? without_operators() : endpoints();
}

message::Response reference(const Services& services, const message::Request& request) {
  message::Response response;
  response.headers.add("Content-Type", "text/html; charset=utf-8");
  response.headers.add("Content-Security-Policy", std::string(reference_page_policy));
  response.body = reference_page(served(services), services.version, request.path_prefix);
  return response;
}

Result<message::Response> describe(const Services& services, const Described& asked,
                                   const message::Request& request) {
  // Anybody may ask, without a key: written each time, it would cost an event loop milliseconds.
  static KeptAnswer page;
  static KeptAnswer json;
  const bool as_page = asked.format ? *asked.format == "html" : accept_names(request, "text/html");
  const std::string key =
      services.version + (services.operators_apart ? " without operators " : " whole ") + request.path_prefix;
  return (as_page ? page : json).get(key, [&] {
    message::Response response =
        as_page
            ? reference(services, request)
            : message::json_response(200, openapi(served(services), services.version, request.path_prefix));
    response.headers.add("Vary", "Accept");
    return response;
  });
}

Endpoint description_endpoint() {
  return endpoint<Described>(
      {.method = message::Method::get,
       .pattern = "/doc",
       .access = message::Access::anyone,
       .summary = "This description",
       .waits = message::Waits::nothing,
       .takes = {query("format", &Described::format, {.values = {"html", "json"}},
                       "Which of the two; by default a page for who accepts `text/html`, as browsers do.")},
       .answers = {{200, "OpenAPI 3.1.", object()}, {200, "The same as a page.", std::nullopt, "text/html"}},
       .handle = describe});
}

std::vector<Endpoint> gather(ServicePages pages) {
  Endpoints table;
  add_image_search(table);
  add_source_images(table);
  add_upload(table);
  add_aliases(table);
  add_stacks(table);
  add_purges(table);
  add_organizations(table);
  add_new_tenants(table);
  add_protected_images(table);
  add_user_metadata(table);
  add_dynamic_metadata(table);
  add_image_locks(table);
  add_image_names(table);
  add_image_copies(table);
  add_image_archives(table);
  add_sign_url(table);
  add_account(table);
  add_tokens(table);
  add_memberships(table);
  add_key_overview(table);
  add_audit(table);
  add_descriptions(table);
  add_stats(table);
  add_billing(table);
  add_service_pages(table, pages);
  table.push_back(description_endpoint());
  return table;
}

const std::vector<Endpoint>& without_operators() {
  static const std::vector<Endpoint> table = gather(ServicePages::without_operators);
  return table;
}

std::vector<message::Route> bound(const std::vector<Endpoint>& table, const Services& services) {
  std::vector<message::Route> routes;
  routes.reserve(table.size());
  for (const Endpoint& endpoint : table)
    routes.push_back(for_its_caller(uncached(endpoint.bind(services))));
  return routes;
}

}  // namespace

const std::vector<Endpoint>& endpoints() {
  static const std::vector<Endpoint> table = gather(ServicePages::all);
  return table;
}

std::vector<message::Route> make_routes(const Services& services) {
  return bound(served(services), services);
}

std::vector<message::Route> make_operator_routes(const Services& services) {
  std::vector<Endpoint> table;
  add_service_pages(table, ServicePages::for_operators);
  return bound(table, services);
}

}  // namespace rucola::api
