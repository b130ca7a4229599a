// What operators and newcomers look at: /, /healthz, /readyz, /metrics
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/value_from.hpp>

#include "api/accept.h"
#include "api/resources.h"
#include "base/metrics.h"

namespace rucola::api {
namespace {

using message::Request;
using message::Response;

constexpr std::string_view welcome_head = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>rucola</title>
<style>
  body { font: 1rem/1.6 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; color: #1f2a1f }
  h1 { color: #2f6b2f } code { background: #eef4ea; padding: .1rem .3rem; border-radius: .2rem }
  a { color: #2f6b2f } li { margin: .4rem 0 }
</style>
<h1>rucola is running</h1>
<p>An image service that speaks the rokka API: upload originals, define stacks, render by URL, and give images
names that can be pointed elsewhere at any time.</p>
<ul>
  <li>Make a user and an organization, on the server's machine: <code>rucola user create --data {data folder}
    --email you@example.com --organization acme</code>. The server says the whole line when it starts.</li>
  <li>Upload: <code>POST /sourceimages/acme</code> &middot; name it: <code>PUT /sourceimages/acme/alias/logo</code></li>
)";

struct Nothing {};

/// To a page of this server, wherever clients see it.
std::string link_to(const Request& request, std::string_view path, std::string_view text) {
  std::string link = "<a href=\"" + request.path_prefix;
  return link.append(path).append("\">").append(text).append("</a>");
}

std::string welcome_links(const Services& services, const Request& request) {
  const std::string metrics = services.operators_apart ? "" : ", " + link_to(request, "/metrics", "metrics");
  return "  <li>What a stack can do: " + link_to(request, "/operations", "operations") + ", " +
         link_to(request, "/stackoptions", "stack options") +
         "\n    &middot; the API: " + link_to(request, "/doc", "description") +
         "</li>\n  <li>For operators: " + link_to(request, "/healthz", "health") + ", " +
         link_to(request, "/readyz", "readiness") + metrics + "</li>\n</ul>\n";
}

Response welcome_page(const Services& services, const Request& request) {
  Response response;
  response.headers.add("Content-Type", "text/html; charset=utf-8");
  response.headers.add("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  response.body = std::string(welcome_head) + "  <li>Render: <code>http://acme." + services.render_domain +
                  "/{stack}/-_logo_-.jpg</code> or <code>" + request.path_prefix +
                  "/render/acme/{stack}/-_logo_-.jpg</code></li>\n" + welcome_links(services, request);
  return response;
}

/// For programs that begin here: a client tries a key.
Response welcome_json(const Request& request) {
  boost::json::object links;
  for (const auto& [name, path] : {std::pair{"doc", "/doc"},
                                   {"operations", "/operations"},
                                   {"stackoptions", "/stackoptions"},
                                   {"healthz", "/healthz"},
                                   {"readyz", "/readyz"}}) {
    links[name] = boost::json::object{{"href", request.path_prefix + path}};
  }
  return message::json_response(200, boost::json::object{{"name", "rucola"}, {"links", std::move(links)}});
}

Result<Response> welcome(const Services& services, const Nothing& /*asked*/, const Request& request) {
  Response response = wants_json(request) ? welcome_json(request) : welcome_page(services, request);
  response.headers.add("Vary", "Accept");
  response.headers.add("Cache-Control", "private, no-cache");  // a bad key must not be told of a good one
  return response;
}

Result<Response> health(const Services& services, const Nothing& /*asked*/, const Request& /*request*/) {
  return message::json_response(
      200, boost::json::object{{"status", "ok"},
                               {"version", services.version},
                               {"libvips", services.vips_version},
                               {"sandbox",
                                {{"complete", services.sandbox_missing.empty()},
                                 {"missing", boost::json::value_from(services.sandbox_missing)}}},
                               {"catalog",
                                {{"complete", services.lost_changes.empty()},
                                 {"lost_changes", boost::json::value_from(services.lost_changes)},
                                 {"not_marked", boost::json::value_from(services.unmarked())}}}});
}

/// For strangers, where there is a place for operators: nothing that helps to choose an attack.
Result<Response> plain_health(const Services& /*services*/, const Nothing& /*asked*/,
                              const Request& /*request*/) {
  return message::json_response(200, boost::json::object{{"status", "ok"}});
}

Result<Response> readiness(const Services& services, const Nothing& /*asked*/, const Request& /*request*/) {
  if (auto ready = services.readiness.ask_blocking(); !ready) {
    return std::unexpected(Error{.code = ErrorCode::overloaded,
                                 .message = {"Not ready. " + ready.error().message.text},
                                 .detail = ready.error().detail,
                                 .retry_after = std::chrono::seconds{1}});
  }
  return message::json_response(200, boost::json::object{{"status", "ready"}});
}

Result<Response> exposition(const Services& /*services*/, const Nothing& /*asked*/,
                            const Request& /*request*/) {
  Response response;
  response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.body = metrics::expose();
  return response;
}

const Shape& sandbox_shape() {
  static const Shape shape{
      "Sandbox",
      {{"complete", flag(), "Nothing of it is missing."},
       {"missing", list(), "Measures that this machine does not allow, as texts for people."}}};
  return shape;
}

const Shape& catalog_shape() {
  static const Shape shape{
      "Catalog",
      {{"complete", flag(), "Nothing that was acknowledged is known to be missing."},
       {"lost_changes", list(), "What is known to be missing, and since when, as texts for people."},
       {"not_marked", list(),
        "Why more could be missing, or be lost, without being found, as texts for people: there is no mark "
        "of "
        "the last commit."}}};
  return shape;
}

const Shape& health_shape() {
  static const Shape shape{
      "Health",
      {{"status", {.values = {"ok"}}, "The process answers."},
       {"version", text(64),
        "Of rucola. This and the others at server.admin_listen alone, where that is set."},
       {"libvips", text(64), "Of libvips, as the render workers report it."},
       {"sandbox", object(sandbox_shape()), "Of the render workers."},
       {"catalog", object(catalog_shape()), "Was it found whole when it was opened? See `rucola doctor`."}}};
  return shape;
}

const Shape& readiness_shape() {
  static const Shape shape{"Readiness", {{"status", {.values = {"ready"}}, "It can read and write."}}};
  return shape;
}

Endpoint page(const std::string& path, const std::string& summary, Answer answer,
              Result<Response> (*handle)(const Services&, const Nothing&, const Request&),
              std::vector<Refusal> refuses = {}, message::Waits waits = message::Waits::nothing) {
  return endpoint<Nothing>({.method = message::Method::get,
                            .pattern = path,
                            .access = message::Access::anyone,
                            .summary = summary,
                            .waits = waits,
                            .answers = {std::move(answer)},
                            .refuses = std::move(refuses),
                            .handle = handle});
}

const Shape& welcome_shape() {
  static const Shape shape{"Welcome",
                           {{"name", {.values = {"rucola"}}, "What answers here."},
                            {"links", object(), "Where to go on, such as {\"doc\": {\"href\": …}}."}}};
  return shape;
}

Endpoint welcome_endpoint() {
  return endpoint<Nothing>(
      {.method = message::Method::get,
       .pattern = "/",
       .access = message::Access::visitor,
       .summary = "Welcome; clients try their key here",
       .waits = message::Waits::nothing,
       .ignores_query = true,
       .answers = {{200, "A page for people;", std::nullopt, "text/html"},
                   {200, "JSON for who asks for that and not for HTML.", object(welcome_shape())}},
       .refuses = {{ErrorCode::unauthenticated, "A bearer token was sent, and is bad."},
                   {ErrorCode::forbidden, "A key was sent, and is unknown."}},
       .handle = welcome});
}

}  // namespace

void add_service_pages(Endpoints& table, ServicePages which) {
  const bool for_operators = which != ServicePages::without_operators;
  if (which != ServicePages::for_operators) table.push_back(welcome_endpoint());
  table.push_back(page("/healthz", "Is the process alive?", {200, "It is.", object(health_shape())},
                       for_operators ? health : plain_health));
  table.push_back(page("/readyz", "Can it answer requests?", {200, "It can.", object(readiness_shape())},
                       readiness, {{ErrorCode::overloaded, "The catalog does not answer."}},
                       message::Waits::health));
  if (for_operators)
    table.push_back(page("/metrics", "Metrics for Prometheus",
                         {200, "In the text format of Prometheus.", std::nullopt, "text/plain"}, exposition));
}

}  // namespace rucola::api
