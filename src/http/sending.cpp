#include "http/sending.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <unistd.h>

#include "base/log.h"
#include "base/request_id.h"
#include "http/blocking_call.h"
#include "http/streaming.h"

namespace rucola::http {
namespace {

using message::FileBody;
using message::Request;
using message::Response;

constexpr std::size_t file_piece = std::size_t{256} << 10;

bool has_body(const Request& request, const Response& response, const Selection& selection) {
  const int status = status_of(response, selection);
  return request.method != message::Method::head && status != 204 && status != 304;
}

/// Fills `piece` with what stands in the file at `offset`. Errors: internal where the file ends too early or
/// can't be read.
Result<void> read_piece(const FileBody& file, std::int64_t offset, std::string& piece) {
  std::size_t filled = 0;
  while (filled < piece.size()) {
    const ssize_t got = ::pread(file.fd->get(), piece.data() + filled, piece.size() - filled,
                                static_cast<off_t>(offset) + static_cast<off_t>(filled));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      return fail(ErrorCode::internal, "The file can't be read.",
                  got == 0 ? "it is shorter than it was" : std::strerror(errno));
    }
    filled += static_cast<std::size_t>(got);
  }
  return {};
}

Task<Sent> send_file(Loop& loop, Wire& wire, const Request& request, std::string head, const FileBody& file,
                     const Selection& selection, int status) {
  Sent sent{.whole = false, .status = status, .bytes = 0};
  const std::chrono::seconds patience = loop.shared().settings.write_timeout;
  const Place place{loop.shared().executors.disk, request.share};
  std::string piece;
  while (sent.bytes < selection.length) {
    piece.resize(static_cast<std::size_t>(
        std::min<std::int64_t>(selection.length - sent.bytes, static_cast<std::int64_t>(file_piece))));
    const std::int64_t offset = selection.first + sent.bytes;
    const auto filled = co_await call_blocking_patiently(
        loop, place, [&file, &piece, offset] { return read_piece(file, offset, piece); }, patience);
    if (!filled) {
      const RequestScope scope(request.id);
      log::error("file_not_sent",
                 {{"what", filled.error().message.text}, {"detail", filled.error().detail.text}});
      co_return sent;  // the length is promised: only closing can tell the client
    }
    const BodyMeter meter(wire, head);
    const BodyBytes body{.bytes = piece};
    const bool written = co_await wire.write(head, body);
    sent.bytes += meter.sent_bytes();
    if (!written) co_return sent;
    head.clear();
  }
  if (!head.empty()) {
    const bool written = co_await wire.write(head, {});
    if (!written) co_return sent;
  }
  sent.whole = true;
  co_return sent;
}

}  // namespace

HeadFrame head_frame(Loop& loop, const Exchange& exchange) {
  const ConnectionField open = exchange.says_keep_alive ? ConnectionField::keep_alive : ConnectionField::none;
  return {.date = loop.date(),
          .request_id = exchange.request.id,
          .connection = exchange.keep_alive ? open : ConnectionField::close,
          .chunked = takes_chunks(exchange)};
}

int status_of(const Response& response, const Selection& selection) {
  switch (selection.kind) {
    case Selection::Kind::whole:
      return response.status;
    case Selection::Kind::part:
      return 206;
    case Selection::Kind::not_modified:
      return 304;
    case Selection::Kind::precondition_failed:
      return 412;
    case Selection::Kind::unsatisfiable:
      return 416;
  }
  return response.status;
}

BodyBytes body_piece(const Request& request, const Response& response, const Selection& selection) {
  if (!has_body(request, response, selection)) return {};
  BodyBytes piece;
  if (const auto* text = std::get_if<std::string>(&response.body)) piece.bytes = *text;
  if (const auto* shared = std::get_if<message::SharedBytes>(&response.body))
    piece = {.bytes = (*shared)->view(), .file = (*shared)->file()};
  if (piece.empty()) return {};
  piece.remove_prefix(static_cast<std::size_t>(selection.first));
  piece.bytes = piece.bytes.substr(0, static_cast<std::size_t>(selection.length));
  return piece;
}

Task<Sent> send(Loop& loop, Wire& wire, Exchange& exchange, Response response) {
  Selection selection = select(exchange.request, response);
  if (selection.kind == Selection::Kind::precondition_failed ||
      selection.kind == Selection::Kind::unsatisfiable) {
    response = refusal_of(selection, response);
    selection = {Selection::Kind::whole, 0, response.body_bytes()};
  }
  std::optional<Stream> stream;
  if (response.is_streamed() && has_body(exchange.request, response, selection)) {
    stream.emplace(loop, exchange, std::get<message::StreamedBody>(response.body).source);
    const auto begun = co_await stream->begin();
    if (!begun) {
      response = message::error_response(begun.error());
      selection = {Selection::Kind::whole, 0, response.body_bytes()};
      stream.reset();
    }
  }
  // Without chunks the end of the connection is that of the body. And where chunks end and the connection
  // stays, node-fetch 2 on Node.js 20.19, npm's `rokka` that is, says "Premature close".
  if (stream) exchange.keep_alive = false;
  std::string head;
  append_response_head(head, response, selection, head_frame(loop, exchange));
  const int status = status_of(response, selection);
  if (stream) {
    const Sent sent = co_await stream->send(wire, std::move(head), status);
    message::count_delivery(response, sent.status, sent.bytes);
    co_return sent;
  }
  if (const auto* file = std::get_if<FileBody>(&response.body);
      file != nullptr && has_body(exchange.request, response, selection)) {
    const Sent sent =
        co_await send_file(loop, wire, exchange.request, std::move(head), *file, selection, status);
    message::count_delivery(response, sent.status, sent.bytes);
    co_return sent;
  }
  const BodyBytes body = body_piece(exchange.request, response, selection);
  const BodyMeter meter(wire, head);
  const bool whole = co_await wire.write(head, body);
  const Sent sent{.whole = whole, .status = status, .bytes = meter.sent_bytes()};
  message::count_delivery(response, sent.status, sent.bytes);
  co_return sent;
}

}  // namespace rucola::http
