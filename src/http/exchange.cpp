#include "http/exchange.h"

#include <atomic>
#include <exception>
#include <memory>
#include <utility>
#include <variant>

#include "base/departure.h"
#include "base/log.h"
#include "base/logged_text.h"
#include "base/request_id.h"
#include "base/text.h"
#include "http/blocking_call.h"
#include "http/request_body.h"
#include "http/response_head.h"
#include "http/shares.h"
#include "http/streaming.h"

namespace rucola::http {
namespace {

using message::BodyKind;
using message::Method;
using message::Request;
using message::Response;
using message::Route;

/// The handler's own words for the client, the rest for the log.
Response response_of(const Error& error, const Request& request) {
  if (!error.detail.text.empty()) {
    const RequestScope scope(request.id);
    log::warning("request_failed", {{"method", message::name_of(request.method)},
                                    {"target", logged_text(request.target)},
                                    {"message", logged_text(error.message.text)},
                                    {"detail", logged_text(error.detail.text)}});
  }
  return message::error_response(error);
}

Response refusal(ErrorCode code, std::string message) {
  return message::error_response({code, {std::move(message)}});
}

Response internal_error() {
  return refusal(ErrorCode::internal, "Something went wrong inside the server; its log has more.");
}

// ---- Answers from elsewhere
// --------------------------------------------------------------------------------

/// Gets an answer from any thread to the coroutine that waits for it. Where every copy of `done` is dropped
/// without a call, the client gets a 500 rather than silence.
template <class Handler>
class Reply {
 public:
  Reply(std::shared_ptr<Loop> loop, Handler handler) : loop_(std::move(loop)), handler_(std::move(handler)) {}
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply() {
    try {
      deliver(internal_error());
    } catch (...) {
      delivered_ = true;  // no memory even for that; the connection ends with the handler
    }
  }

  void deliver(Response response) {
    if (delivered_.exchange(true)) return;
    asio::post(loop_->executor(), [handler = std::move(handler_), response = std::move(response)]() mutable {
      std::move(handler)(std::move(response));
    });
  }

 private:
  const std::shared_ptr<Loop> loop_;
  Handler handler_;
  std::atomic<bool> delivered_{false};
};

using Deliver = std::function<void(Response)>;

/// Suspends until `begin`, or whoever it hands its argument on to, has delivered an answer.
Task<Response> answer_from_elsewhere(Loop& loop, const std::string& request_id,
                                     std::function<void(Deliver)> begin) {
  return asio::async_initiate<const asio::use_awaitable_t<LoopExecutor>, void(Response)>(
      [&loop, id = request_id](auto handler, const std::function<void(Deliver)>& to_begin) {
        auto reply = std::make_shared<Reply<decltype(handler)>>(loop.shared_from_this(), std::move(handler));
        const RequestScope scope(id);
        try {
          to_begin([reply](Response response) { reply->deliver(std::move(response)); });
        } catch (const std::exception& error) {
          log::error("handler_threw", {{"what", error.what()}});
        }
      },
      awaited, std::move(begin));
}

/// For whoever answers on other threads. The connection still needs the request: to choose a range, to drop
/// the body of HEAD, to log it.
Request copy_of_head(const Request& request) {
  Request copy;
  copy.method = request.method;
  copy.id = request.id;
  copy.target = request.target;
  copy.path = request.path;
  copy.query = request.query;
  copy.path_prefix = request.path_prefix;
  copy.host = request.host;
  copy.client = request.client;
  copy.secure = request.secure;
  copy.share = request.share;
  copy.headers = request.headers;
  copy.caller = request.caller;
  copy.path_values = request.path_values;
  return copy;
}

// ---- Routes -----------------------------------------------------------------------------------------------

/// Nothing: there is nothing to answer for.
std::optional<Answer> answer_to(const BodyResult& body, const Request& request, Service service) {
  if (body) return std::nullopt;
  if (!body.error().error) return Answer{.response = {}, .client_gone = true};
  return Answer{.response = response_of(*body.error().error, request), .service = service};
}

/// Whoever the caller is stands in the request afterwards. Until then it is anybody, so that it is the
/// client's own share that is taken, and not that of the organization that the path names.
Task<Result<void>> authorize(Loop& loop, const Route& route, Request& request) {
  request.share = turn_of(loop.shared(), request.client);
  if (route.access == message::Access::anyone) co_return Result<void>{};
  const Place place{loop.shared().executors.catalog, request.share};
  auto caller = co_await call_blocking(loop, place, [&loop, &route, &request] {
    const RequestScope scope(request.id);
    return loop.shared().authorize(request, route.access);
  });
  if (!caller) co_return std::unexpected(std::move(caller.error()));
  request.caller = std::move(*caller);
  const auto organization = request.path_values.find("org");
  if (organization != request.path_values.end() && request.caller.grants.contains(organization->second))
    request.share = organization->second;
  co_return Result<void>{};
}

/// A body may come for an hour: who sends it slowly shall not go on with a key that was taken back meanwhile.
constexpr std::chrono::seconds permission_holds{1};

/// Uploaded files that the handler did not take are removed where it ran, not on the loop.
Result<Response> run(const message::Handle& handle, Request& request) {
  const RequestScope scope(request.id);
  auto result = handle(request);
  request.parts.clear();
  return result;
}

Task<Result<Response>> run_handler(Loop& loop, const Route& route, const message::Handle& handle,
                                   Request& request) {
  BlockingExecutor* executor = loop.shared().executors.of(route.waits);
  if (executor == nullptr) co_return run(handle, request);
  const Place place{*executor, request.share};
  co_return co_await call_blocking(loop, place, [&handle, &request] { return run(handle, request); });
}

/// While an answer is being made, who asked for it may leave.
class ClientWatch {
 public:
  ClientWatch(Wire& wire, const std::shared_ptr<Departure>& departure) : wire_(wire) {
    wire_.watch_client([departure] { departure->happen(); });
  }
  ClientWatch(const ClientWatch&) = delete;
  ClientWatch& operator=(const ClientWatch&) = delete;
  ~ClientWatch() { wire_.forget_client(); }

 private:
  Wire& wire_;
};

/// What the handler is given belongs to it, and goes where its last step runs. It is told when the client
/// leaves, and waited for all the same, since it may go on: only what it could not do then is told to nobody.
Task<Answer> begin_handler(Loop& loop, Wire& wire, const Route& route, const message::Begin& begin,
                           Request& request) {
  auto handed_over = std::make_shared<Request>(copy_of_head(request));
  handed_over->body = std::move(request.body);
  handed_over->parts = std::move(request.parts);
  handed_over->departure = std::make_shared<Departure>();
  const auto head = std::make_shared<const Request>(copy_of_head(request));
  std::function<void(Deliver)> answer = [&loop, &route, &begin, head, handed_over](const Deliver& deliver) {
    const auto done = [deliver, head](Result<Response> result) {
      deliver(result ? std::move(*result) : response_of(result.error(), *head));
    };
    BlockingExecutor* executor = loop.shared().executors.of(route.waits);
    if (executor == nullptr) return begin(std::move(*handed_over), done);
    executor->submit({.run = [&begin, handed_over, done] { begin(std::move(*handed_over), done); },
                      .refuse = [done](const Error& error) { done(std::unexpected(error)); },
                      .owner = head->share});
  };
  const std::shared_ptr<Departure> departure = handed_over->departure;
  const ClientWatch watch(wire, departure);
  Response response = co_await answer_from_elsewhere(loop, head->id, std::move(answer));
  const bool was_given_up =
      departure->has_happened() && response.status == message::http_status(ErrorCode::overloaded);
  co_return Answer{.response = std::move(response), .client_gone = was_given_up};
}

Task<Answer> respond(Loop& loop, Wire& wire, const Route& route, Request& request) {
  if (const auto* begin = std::get_if<message::Begin>(&route.handler))
    co_return co_await begin_handler(loop, wire, route, *begin, request);
  auto result = co_await run_handler(loop, route, std::get<message::Handle>(route.handler), request);
  co_return Answer{.response = result ? std::move(*result) : response_of(result.error(), request)};
}

/// What is refused for want of a place has cost nothing, and what is not to be sent keeps no place.
Task<Answer> respond_with_place(Loop& loop, Wire& wire, Exchange& exchange, const Route& route) {
  Request& request = exchange.request;
  auto place = take_stream_place(loop.shared(), request);
  if (!place) co_return Answer{.response = response_of(place.error(), request)};
  exchange.stream_place.emplace(*std::move(place));
  Answer answer = co_await respond(loop, wire, route, request);
  if (!answer.response.is_streamed() || request.method == Method::head) exchange.stream_place.reset();
  co_return answer;
}

Task<Answer> call_route(Loop& loop, Wire& wire, Exchange& exchange, const Route& route) {
  Request& request = exchange.request;
  if (route.body == BodyKind::none) {
    const auto none = co_await read_no_body(loop, wire, exchange);
    if (auto answer = answer_to(none, request, Service::api)) co_return *std::move(answer);
  }
  const auto allowed = co_await authorize(loop, route, request);
  if (!allowed) co_return Answer{.response = response_of(allowed.error(), request)};
  if (route.body != BodyKind::none) {
    const auto asked = std::chrono::steady_clock::now();
    auto body = co_await read_body(loop, wire, exchange, route.body);
    if (!body && !body.error().error) co_return Answer{.response = {}, .client_gone = true};
    if (!body) co_return Answer{.response = response_of(*body.error().error, request)};
    if (std::chrono::steady_clock::now() - asked > permission_holds) {
      const auto still = co_await authorize(loop, route, request);
      if (!still) co_return Answer{.response = response_of(still.error(), request)};
    }
  }
  if (route.streams) co_return co_await respond_with_place(loop, wire, exchange, route);
  co_return co_await respond(loop, wire, route, request);
}

Response not_found(const SharedState& shared, const Request& request) {
  const std::string there_is = shared.renderer == nullptr
                                   ? "Here are " + joined(shared.router.patterns()) + "."
                                   : "GET /doc lists the routes; images are rendered at "
                                     "/render/{organization}/ or on the organization's own host.";
  return refusal(ErrorCode::not_found, "There is no route " + request.client_path() + ". " + there_is);
}

Response method_not_allowed(const Request& request, const std::string& allow) {
  Response response =
      refusal(ErrorCode::method_not_allowed, std::string(message::name_of(request.method)) +
                                                 " is not offered here; allowed are " + allow + ".");
  response.headers.add("Allow", allow);
  return response;
}

Task<Answer> answer_api(Loop& loop, Wire& wire, Exchange& exchange) {
  auto outcome = loop.shared().router.find(exchange.request.method, exchange.request.path);
  if (auto* match = std::get_if<Router::Match>(&outcome)) {
    exchange.request.path_values = std::move(match->values);
    co_return co_await call_route(loop, wire, exchange, *match->route);
  }
  if (const auto* refused = std::get_if<Router::MethodNotAllowed>(&outcome)) {
    co_return Answer{.response = method_not_allowed(exchange.request, refused->allow)};
  }
  if (std::holds_alternative<Router::BadEncoding>(outcome)) {
    co_return Answer{.response = refusal(
                         ErrorCode::bad_request,
                         "The path is wrongly percent-encoded: a '%' needs two hex digits, and never 00.")};
  }
  co_return Answer{.response = not_found(loop.shared(), exchange.request)};
}

/// Nothing is waited for once the client has left: what was begun for it alone is given up, and the answer
/// that still comes is dropped.
Task<Answer> answer_render(Loop& loop, Wire& wire, Exchange& exchange) {
  const auto none = co_await read_no_body(loop, wire, exchange);
  if (auto answer = answer_to(none, exchange.request, Service::render)) co_return *std::move(answer);
  exchange.request.share = turn_of(loop.shared(), exchange.request.client);
  const auto departure = std::make_shared<Departure>();
  auto copy = std::make_shared<Request>(copy_of_head(exchange.request));
  copy->departure = departure;
  std::function<void(Deliver)> render = [&loop, copy, departure](Deliver deliver) {
    const auto once = std::make_shared<const Deliver>(std::move(deliver));
    // Weakly: where every other copy is dropped without a call, the client gets its 500.
    departure->then([answer = std::weak_ptr(once)] {
      if (const auto waits = answer.lock()) (*waits)(Response());
    });
    loop.shared().renderer->answer(std::move(*copy),
                                   [once](Response response) { (*once)(std::move(response)); });
  };
  const ClientWatch watch(wire, departure);
  Response response = co_await answer_from_elsewhere(loop, exchange.request.id, std::move(render));
  co_return Answer{
      .response = std::move(response), .service = Service::render, .client_gone = departure->has_happened()};
}

Response preflight(const SharedState& shared, const Request& request, bool is_render) {
  if (is_render) return preflight_response(std::string(message::RenderHandler::methods));
  return preflight_response(request.target == "*" ? message::method_list()
                                                  : shared.router.allowed(request.path));
}

Task<Answer> choose_answer(Loop& loop, Wire& wire, Exchange& exchange) {
  const message::RenderHandler* const renderer = loop.shared().renderer.get();
  const bool is_render = renderer != nullptr && renderer->owns(exchange.request);
  if (exchange.request.method == Method::options)
    co_return Answer{.response = preflight(loop.shared(), exchange.request, is_render)};
  if (is_render) co_return co_await answer_render(loop, wire, exchange);
  co_return co_await answer_api(loop, wire, exchange);
}

}  // namespace

Task<Answer> answer_request(Loop& loop, Wire& wire, Exchange& exchange) {
  std::string what;
  try {
    co_return co_await choose_answer(loop, wire, exchange);
  } catch (const std::exception& error) {
    what = error.what();
  } catch (...) {
    what = "not a std::exception";
  }
  const RequestScope scope(exchange.request.id);
  log::error("handler_threw", {{"method", message::name_of(exchange.request.method)},
                               {"target", logged_text(exchange.request.target)},
                               {"what", what}});
  co_return Answer{.response = internal_error()};
}

}  // namespace rucola::http
