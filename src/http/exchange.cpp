#include "http/exchange.h"

#include <atomic>
#include <exception>
#include <memory>
#include <utility>
#include <variant>

#include "base/log.h"
#include "base/request_id.h"
#include "http/blocking_call.h"
#include "http/body_reader.h"
#include "http/response_head.h"
#include "http/upload.h"

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
                                    {"target", request.target},
                                    {"message", error.message.text},
                                    {"detail", error.detail.text}});
  }
  return message::error_response(error);
}

Response overloaded() {
  return message::error_response(Error{.code = ErrorCode::overloaded,
                                       .message = {"The server is too busy; try again in a moment."},
                                       .retry_after = std::chrono::seconds{1}});
}

Response internal_error() {
  return message::error_response(500, "Something went wrong inside the server; its log has more.");
}

// ---- Rendering --------------------------------------------------------------------------------------------

/// Gets the renderer's answer from any thread to the coroutine that waits for it. Where every copy of `done`
/// is dropped without a call, the client gets a 500 rather than silence.
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

Task<Response> rendered(Loop& loop, Request request) {
  return asio::async_initiate<const asio::use_awaitable_t<LoopExecutor>, void(Response)>(
      [&loop](auto handler, Request moved) {
        auto reply = std::make_shared<Reply<decltype(handler)>>(loop.shared_from_this(), std::move(handler));
        const std::string id = moved.id;
        const RequestScope scope(id);
        try {
          loop.shared().renderer->answer(std::move(moved),
                                         [reply](Response response) { reply->deliver(std::move(response)); });
        } catch (const std::exception& error) {
          log::error("renderer_threw", {{"what", error.what()}});
        }
      },
      awaited, std::move(request));
}

// ---- Bodies -----------------------------------------------------------------------------------------------

using BodyResult = std::expected<void, BodyFailure>;

std::unexpected<BodyFailure> body_error(Error error) {
  return std::unexpected(BodyFailure{std::move(error)});
}

/// Clients that ask first (Expect: 100-continue) are told that their body is welcome.
Task<bool> invite_body(Wire& wire, const Exchange& exchange) {
  if (!exchange.expects_continue || !wire.received().empty()) co_return true;
  co_return co_await wire.write("HTTP/1.1 100 Continue\r\n\r\n", {});
}

/// What can be said before a byte of the body is read.
std::optional<Error> check_announced(const Exchange& exchange, std::int64_t limit) {
  const Method method = exchange.request.method;
  const bool needs_body = method == Method::post || method == Method::put || method == Method::patch;
  if (exchange.framing == BodyFraming::none && needs_body) {
    return Error{
        ErrorCode::length_required,
        {"This route takes a body: send it with a Content-Length, or with Transfer-Encoding: chunked."}};
  }
  if (exchange.content_length > static_cast<std::uint64_t>(limit)) {
    return Error{ErrorCode::payload_too_large,
                 {"The body is too large; this route takes at most " + std::to_string(limit) + " bytes."}};
  }
  return std::nullopt;
}

std::optional<Admission::BodyTicket> reserve(Loop& loop, std::uint64_t bytes) {
  auto ticket = loop.shared().admission.reserve_body(static_cast<std::int64_t>(bytes));
  if (!ticket) return std::nullopt;
  return ticket;
}

Error too_many_bodies() {
  return {
      .code = ErrorCode::overloaded,
      .message = {"The server is reading as many bodies as its memory is meant for; try again in a moment."},
      .retry_after = std::chrono::seconds{1}};
}

Task<BodyResult> read_json(Loop& loop, Wire& wire, Exchange& exchange) {
  const Settings& settings = loop.shared().settings;
  if (auto error = check_announced(exchange, settings.json_limit)) co_return body_error(std::move(*error));
  if (exchange.body_read) co_return BodyResult{};
  const auto limit = static_cast<std::uint64_t>(settings.json_limit);
  const auto ticket =
      reserve(loop, exchange.framing == BodyFraming::chunked ? limit : exchange.content_length);
  if (!ticket) co_return body_error(too_many_bodies());
  const bool invited = co_await invite_body(wire, exchange);
  if (!invited) co_return std::unexpected(BodyFailure{});
  BodyReader reader(wire, exchange.framing, exchange.content_length, limit, settings.body_timeout);
  auto ended = co_await reader.read(exchange.request.body, std::string::npos);
  if (!ended) co_return std::unexpected(std::move(ended.error()));
  exchange.body_read = true;
  co_return BodyResult{};
}

/// Hands an Upload that came to nothing to the executor: removing a large file takes its time.
class UploadKeeper {
 public:
  UploadKeeper(Loop& loop, std::shared_ptr<Upload> upload) : loop_(loop), upload_(std::move(upload)) {}
  UploadKeeper(const UploadKeeper&) = delete;
  UploadKeeper& operator=(const UploadKeeper&) = delete;
  ~UploadKeeper() {
    // Where the queue is full, the task is dropped here, and the file is removed here.
    static_cast<void>(
        loop_.shared().blocking.try_submit([upload = std::move(upload_)]() mutable { upload.reset(); }));
  }
  [[nodiscard]] Upload& upload() const { return *upload_; }

 private:
  Loop& loop_;
  std::shared_ptr<Upload> upload_;
};

constexpr std::size_t upload_piece = std::size_t{256} << 10;
constexpr std::uint64_t upload_memory = upload_piece * 2;  // a piece, and what the socket brings meanwhile

/// Piece by piece: the next is read when the one before it lies in the spool. That is the back-pressure.
Task<BodyResult> receive_upload(Loop& loop, BodyReader& reader, Upload& upload, Exchange& exchange) {
  const std::chrono::seconds patience = loop.shared().settings.body_timeout;
  std::string piece;
  bool over = false;
  while (!over) {
    piece.clear();
    auto ended = co_await reader.read(piece, upload_piece);
    if (!ended) co_return std::unexpected(std::move(ended.error()));
    over = *ended;
    auto stored =
        co_await call_blocking_patiently(loop, [&upload, &piece] { return upload.feed(piece); }, patience);
    if (!stored) co_return body_error(too_many_bodies());
    if (!*stored) co_return body_error(std::move(stored->error()));
  }
  exchange.body_read = true;
  auto parts = co_await call_blocking_patiently(loop, [&upload] { return upload.finish(); }, patience);
  if (!parts) co_return body_error(too_many_bodies());
  if (!*parts) co_return body_error(std::move(parts->error()));
  exchange.request.parts = std::move(**parts);
  co_return BodyResult{};
}

Task<BodyResult> read_multipart(Loop& loop, Wire& wire, Exchange& exchange) {
  const Settings& settings = loop.shared().settings;
  auto boundary = multipart_boundary(exchange.request.headers.get("Content-Type"));
  if (!boundary) co_return body_error(std::move(boundary.error()));
  if (auto error = check_announced(exchange, settings.upload_limit)) co_return body_error(std::move(*error));
  const auto ticket = reserve(loop, upload_memory);
  if (!ticket) co_return body_error(too_many_bodies());
  const bool invited = co_await invite_body(wire, exchange);
  if (!invited) co_return std::unexpected(BodyFailure{});
  BodyReader reader(wire, exchange.framing, exchange.content_length,
                    static_cast<std::uint64_t>(settings.upload_limit), settings.body_timeout);
  const UploadKeeper keeper(
      loop, std::make_shared<Upload>(*boundary, loop.shared().spool_directory, settings.upload_limit));
  co_return co_await receive_upload(loop, reader, keeper.upload(), exchange);
}

Task<BodyResult> read_body(Loop& loop, Wire& wire, Exchange& exchange, BodyKind kind) {
  const std::string_view type = exchange.request.headers.get("Content-Type");
  const bool is_form = message::equal_ignoring_case(type.substr(0, type.find(';')), "multipart/form-data");
  if (kind == BodyKind::json || (kind == BodyKind::json_or_form && !is_form))
    co_return co_await read_json(loop, wire, exchange);
  co_return co_await read_multipart(loop, wire, exchange);
}

// ---- Routes -----------------------------------------------------------------------------------------------

/// On the executor. Uploaded files that the handler did not take are removed here, not on the loop.
Result<Response> run_handler(const Route& route, Request& request) {
  const RequestScope scope(request.id);
  auto result = route.handle(request);
  request.parts.clear();
  return result;
}

/// On the executor. Whoever the caller is stands in the request afterwards.
Result<void> authorize(Loop& loop, const Route& route, Request& request) {
  const RequestScope scope(request.id);
  auto caller = loop.shared().authorize(request, route.access);
  if (!caller) return std::unexpected(std::move(caller.error()));
  request.caller = std::move(*caller);
  return {};
}

Result<Response> authorize_and_run(Loop& loop, const Route& route, Request& request) {
  if (auto allowed = authorize(loop, route, request); !allowed) return std::unexpected(allowed.error());
  return run_handler(route, request);
}

Answer answer_of(std::optional<Result<Response>> result, const Request& request) {
  if (!result) return {.response = overloaded()};
  if (!*result) return {.response = response_of(result->error(), request)};
  return {.response = std::move(**result)};
}

Task<Answer> call_route(Loop& loop, Wire& wire, Exchange& exchange, const Route& route) {
  Request& request = exchange.request;
  if (route.body == BodyKind::none) {
    if (!exchange.body_read)
      co_return Answer{.response = message::error_response(400, "This route takes no body.")};
    auto result = co_await call_blocking(
        loop, [&loop, &route, &request] { return authorize_and_run(loop, route, request); });
    co_return answer_of(std::move(result), request);
  }
  auto allowed =
      co_await call_blocking(loop, [&loop, &route, &request] { return authorize(loop, route, request); });
  if (!allowed) co_return Answer{.response = overloaded()};
  if (!*allowed) co_return Answer{.response = response_of(allowed->error(), request)};
  auto body = co_await read_body(loop, wire, exchange, route.body);
  if (!body && !body.error().error) co_return Answer{.response = {}, .client_gone = true};
  if (!body) co_return Answer{.response = response_of(*body.error().error, request)};
  auto result = co_await call_blocking(loop, [&route, &request] { return run_handler(route, request); });
  co_return answer_of(std::move(result), request);
}

Response not_found(const Request& request) {
  return message::error_response(
      404, "There is no route " + request.path +
               ". GET /doc lists the routes; images are "
               "rendered at /render/{organization}/ or on the organization's own host.");
}

Response method_not_allowed(const Request& request, const std::string& allow) {
  Response response = message::error_response(405, std::string(message::name_of(request.method)) +
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
    co_return Answer{
        .response = message::error_response(
            400, "The path is wrongly percent-encoded: a '%' needs two hex digits, and never 00.")};
  }
  co_return Answer{.response = not_found(exchange.request)};
}

Task<Answer> answer_render(Loop& loop, Exchange& exchange) {
  if (!exchange.body_read) {
    co_return Answer{.response = message::error_response(400, "A render takes no body."),
                     .service = Service::render};
  }
  // The connection still needs the request: to choose a range, to drop the body of HEAD, to log it.
  Request copy;
  copy.method = exchange.request.method;
  copy.id = exchange.request.id;
  copy.target = exchange.request.target;
  copy.path = exchange.request.path;
  copy.query = exchange.request.query;
  copy.host = exchange.request.host;
  copy.client = exchange.request.client;
  copy.secure = exchange.request.secure;
  copy.headers = exchange.request.headers;
  Response response = co_await rendered(loop, std::move(copy));
  co_return Answer{.response = std::move(response), .service = Service::render};
}

Task<Answer> choose_answer(Loop& loop, Wire& wire, Exchange& exchange) {
  if (exchange.request.method == Method::options) co_return Answer{.response = preflight_response()};
  if (loop.shared().renderer->owns(exchange.request)) co_return co_await answer_render(loop, exchange);
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
                               {"target", exchange.request.target},
                               {"what", what}});
  co_return Answer{.response = internal_error()};
}

}  // namespace rucola::http
