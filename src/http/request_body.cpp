#include "http/request_body.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "http/blocking_call.h"
#include "http/shares.h"
#include "http/upload.h"

namespace rucola::http {
namespace {

using message::BodyKind;
using message::Method;
using message::Request;

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
  if (std::cmp_greater(exchange.content_length, limit)) {
    return Error{ErrorCode::payload_too_large,
                 {"The body is too large; this route takes at most " + std::to_string(limit) + " bytes."}};
  }
  return std::nullopt;
}

Error error_of(BodyBudget::Refusal refusal) {
  if (refusal == BodyBudget::Refusal::share_full) {
    return {
        .code = ErrorCode::too_many_requests,
        .message = {"As many bodies of yours are being read as one organization, or one address, may have "
                    "under way; try again when some have ended."},
        .retry_after = std::chrono::seconds{1}};
  }
  return {
      .code = ErrorCode::overloaded,
      .message = {"The server is reading as many bodies as its memory is meant for; try again in a moment."},
      .retry_after = std::chrono::seconds{1}};
}

std::expected<BodyBudget::Ticket, BodyFailure> reserve(const SharedState& shared, BodyBudget& budget,
                                                       const Request& request, std::uint64_t bytes) {
  auto ticket = budget.reserve(owners_of(shared, request), static_cast<std::int64_t>(bytes));
  if (!ticket) return std::unexpected(BodyFailure{error_of(ticket.error())});
  return std::move(*ticket);
}

Task<BodyResult> read_json(Loop& loop, Wire& wire, Exchange& exchange) {
  const Settings& settings = loop.shared().settings;
  if (auto error = check_announced(exchange, settings.json_limit)) co_return body_error(std::move(*error));
  if (exchange.body_read) co_return BodyResult{};
  const auto limit = static_cast<std::uint64_t>(settings.json_limit);
  const auto ticket = reserve(loop.shared(), loop.shared().json_bodies, exchange.request,
                              exchange.framing == BodyFraming::chunked ? limit : exchange.content_length);
  if (!ticket) co_return std::unexpected(ticket.error());
  const bool invited = co_await invite_body(wire, exchange);
  if (!invited) co_return std::unexpected(BodyFailure{});
  BodyReader reader(wire, exchange.framing, exchange.content_length,
                    {.bytes = limit, .progress = settings.body_timeout, .whole = settings.json_timeout});
  auto ended = co_await reader.read(exchange.request.body, std::string::npos);
  if (!ended) co_return std::unexpected(std::move(ended.error()));
  exchange.body_read = true;
  co_return BodyResult{};
}

/// Hands an Upload that came to nothing to where the disk is waited for: removing a large file takes its
/// time.
class UploadKeeper {
 public:
  UploadKeeper(const Place& place, std::shared_ptr<Upload> upload)
      : place_(place), upload_(std::move(upload)) {}
  UploadKeeper(const UploadKeeper&) = delete;
  UploadKeeper& operator=(const UploadKeeper&) = delete;
  ~UploadKeeper() {
    place_.executor.submit(
        {.run = [upload = std::move(upload_)]() mutable { upload.reset(); }, .owner = place_.owner});
  }
  [[nodiscard]] Upload& upload() const { return *upload_; }

 private:
  const Place& place_;
  std::shared_ptr<Upload> upload_;
};

/// Piece by piece: the next is read when the one before it lies in the spool. That is the back-pressure.
Task<BodyResult> receive_upload(Loop& loop, const Place& place, BodyReader& reader, Upload& upload,
                                Exchange& exchange) {
  const std::chrono::seconds patience = loop.shared().settings.body_timeout;
  std::string piece;
  bool over = false;
  while (!over) {
    piece.clear();
    auto ended = co_await reader.read(piece, upload_piece);
    if (!ended) co_return std::unexpected(std::move(ended.error()));
    over = *ended;
    auto stored = co_await call_blocking_patiently(
        loop, place, [&upload, &piece] { return upload.feed(piece); }, patience);
    if (!stored) co_return body_error(std::move(stored.error()));
  }
  exchange.body_read = true;
  auto parts = co_await call_blocking_patiently(loop, place, [&upload] { return upload.finish(); }, patience);
  if (!parts) co_return body_error(std::move(parts.error()));
  exchange.request.parts = std::move(*parts);
  co_return BodyResult{};
}

Task<BodyResult> read_multipart(Loop& loop, Wire& wire, Exchange& exchange) {
  const Settings& settings = loop.shared().settings;
  auto boundary = multipart_boundary(exchange.request.headers.joined("Content-Type"));
  if (!boundary) co_return body_error(std::move(boundary.error()));
  if (auto error = check_announced(exchange, settings.upload_limit)) co_return body_error(std::move(*error));
  const auto ticket = reserve(loop.shared(), loop.shared().uploads, exchange.request, upload_memory);
  if (!ticket) co_return std::unexpected(ticket.error());
  const bool invited = co_await invite_body(wire, exchange);
  if (!invited) co_return std::unexpected(BodyFailure{});
  BodyReader reader(wire, exchange.framing, exchange.content_length,
                    {.bytes = static_cast<std::uint64_t>(settings.upload_limit),
                     .progress = settings.body_timeout,
                     .whole = settings.upload_timeout});
  const Place place{loop.shared().executors.disk, exchange.request.share};
  const UploadKeeper keeper(place,
                            std::make_shared<Upload>(*boundary, loop.shared().spool, settings.upload_limit));
  co_return co_await receive_upload(loop, place, reader, keeper.upload(), exchange);
}

}  // namespace

Task<BodyResult> read_body(Loop& loop, Wire& wire, Exchange& exchange, BodyKind kind) {
  const bool comes_as_form = is_form(exchange.request.headers.joined("Content-Type"));
  if (kind == BodyKind::json || (kind == BodyKind::json_or_form && !comes_as_form))
    co_return co_await read_json(loop, wire, exchange);
  co_return co_await read_multipart(loop, wire, exchange);
}

Task<BodyResult> read_no_body(Loop& loop, Wire& wire, Exchange& exchange) {
  constexpr std::uint64_t most = 64;
  if (exchange.body_read) co_return BodyResult{};
  const Error unwanted{ErrorCode::bad_request, {"No body is taken here."}};
  if (exchange.content_length > most) co_return body_error(unwanted);
  const bool invited = co_await invite_body(wire, exchange);
  if (!invited) co_return std::unexpected(BodyFailure{});
  const Settings& settings = loop.shared().settings;
  BodyReader reader(wire, exchange.framing, exchange.content_length,
                    {.bytes = most, .progress = settings.body_timeout, .whole = settings.json_timeout});
  std::string body;
  auto ended = co_await reader.read(body, std::string::npos);
  if (!ended && ended.error().error && ended.error().error->code == ErrorCode::payload_too_large)
    co_return body_error(unwanted);
  if (!ended) co_return std::unexpected(std::move(ended.error()));
  const std::string_view said = trimmed(body, " \t\r\n");
  const bool says_nothing = said.empty() || (said == "{}" && exchange.request.method == Method::delete_);
  if (!says_nothing) co_return body_error(unwanted);
  exchange.body_read = true;
  co_return BodyResult{};
}

}  // namespace rucola::http
