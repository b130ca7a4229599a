#include "http/streaming.h"

#include <array>
#include <charconv>
#include <exception>
#include <utility>

#include "base/log.h"
#include "base/logged_text.h"
#include "base/request_id.h"
#include "http/blocking_call.h"
#include "http/shares.h"

namespace rucola::http {
namespace {

Error error_of(BodyBudget::Refusal refusal) {
  if (refusal == BodyBudget::Refusal::share_full) {
    return {
        .code = ErrorCode::too_many_requests,
        .message = {"As many such answers as one organization, or one address, may have are being made, or "
                    "sent to you, already; try again when one has ended."},
        .retry_after = std::chrono::seconds{10}};
  }
  return {.code = ErrorCode::overloaded,
          .message =
              {"The server makes and sends as many such answers as its memory is meant for; try again in a "
               "moment."},
          .retry_after = std::chrono::seconds{10}};
}

Result<void> next_of(message::BodySource& source, std::string& piece) {
  try {
    return source.next(piece);
  } catch (const std::exception& error) {
    return fail(ErrorCode::internal, "Something went wrong inside the server; its log has more.",
                error.what());
  }
}

/// An empty piece becomes the end of all chunks.
void make_chunk(std::string& head, std::string& piece) {
  std::array<char, 16> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), piece.size(), 16);
  if (error == std::errc{}) head.append(digits.data(), end);
  head.append("\r\n");
  piece.append("\r\n");
}

}  // namespace

Result<BodyBudget::Ticket> take_stream_place(SharedState& shared, const message::Request& request) {
  auto place = shared.streams.reserve(owners_of(shared, request), stream_memory);
  if (!place) return std::unexpected(error_of(place.error()));
  return *std::move(place);
}

bool takes_chunks(const Exchange& exchange) {
  return !exchange.says_keep_alive && exchange.request.method != message::Method::head;
}

Task<Result<void>> Stream::make_piece() {
  const Place place{loop_.shared().executors.streams, exchange_.request.share};
  auto made = co_await call_blocking_patiently(
      loop_, place, [this] { return next_of(*source_, piece_); }, loop_.shared().settings.write_timeout);
  if (!made) {
    const RequestScope scope(exchange_.request.id);
    log::error("body_not_made", {{"what", made.error().message.text}, {"detail", made.error().detail.text}});
  }
  co_return made;
}

Task<Result<void>> Stream::begin() {
  if (!exchange_.stream_place) {
    const RequestScope scope(exchange_.request.id);
    log::error("body_without_place", {{"target", logged_text(exchange_.request.target)}});
    co_return fail(ErrorCode::internal, "Something went wrong inside the server; its log has more.");
  }
  co_return co_await make_piece();
}

Task<bool> Stream::send_piece(Wire& wire, std::string_view head) {
  const auto began = Clock::now();
  const auto end = began + loop_.shared().settings.write_timeout - waited_;
  const BodyBytes body{.bytes = piece_};
  const bool written = co_await wire.write(head, body, end);
  const auto now = Clock::now();
  if (!written && now >= end) {
    const RequestScope scope(exchange_.request.id);
    log::warning("client_too_slow", {{"client", exchange_.request.client}});
  }
  waited_ += now - began;
  taken_ += static_cast<std::int64_t>(piece_.size());
  if (taken_ >= least_taken) {
    taken_ = 0;
    waited_ = {};
  }
  co_return written;
}

Task<Sent> Stream::send(Wire& wire, std::string head, int status) {
  Sent sent{.whole = false, .status = status, .bytes = 0};
  const bool chunked = takes_chunks(exchange_);
  wire.reset_when_closed(true);
  for (;;) {
    const auto bytes = static_cast<std::int64_t>(piece_.size());
    if (chunked) make_chunk(head, piece_);
    const bool written = co_await send_piece(wire, head);
    if (!written) co_return sent;
    if (bytes == 0) break;
    sent.bytes += bytes;
    head.clear();
    const auto made = co_await make_piece();
    if (!made) co_return sent;
  }
  wire.reset_when_closed(false);
  sent.whole = true;
  co_return sent;
}

}  // namespace rucola::http
