#include "http/connection.h"

#include <algorithm>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/http_token.h"
#include "base/request_id.h"
#include "http/exchange.h"
#include "http/forwarded.h"
#include "http/gate.h"
#include "http/path_prefix.h"
#include "http/request_parser.h"
#include "http/response_head.h"
#include "http/sending.h"
#include "http/wire.h"

namespace rucola::http {
namespace {

using message::Method;
using message::Response;

/// What becomes of a connection after a request.
enum class Next {
  request,   ///< the next one is read
  farewell,  ///< the answer was the last: the client is given time to read it
  drop,      ///< nobody is there any more, or nobody who listens
};

class Connection {
 public:
  Connection(Loop& loop, Socket socket, const IpAddress& peer, bool exempt)
      : loop_(loop), wire_(loop, std::move(socket)), peer_(peer), peer_text_(peer.text()), exempt_(exempt) {
    loop_.shared().open_connections.Increment();
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    loop_.shared().open_connections.Decrement();
    loop_.shared().admission.release(peer_, exempt_);
  }

  Task<void> run() {
    Next next = Next::request;
    do {
      next = co_await serve_one();
    } while (next == Next::request);
    if (next == Next::farewell) co_await wire_.linger();
  }

 private:
  Task<Next> serve_one();
  Task<std::expected<std::size_t, Next>> receive_head();
  [[nodiscard]] std::optional<Error> fault_of(const HeadScan& scan, std::string_view bytes) const;
  Task<Next> refuse(const Error& refusal);
  [[nodiscard]] Clock::duration patience_for_head() const;
  [[nodiscard]] Error late_head() const;
  std::optional<Error> read_head(std::size_t length, Exchange& exchange);
  [[nodiscard]] Next after(const Exchange& exchange, bool sent) const;
  void hear_the_proxy(message::Request& request);
  void name_request(message::Request& request);
  void decide_keep_alive(const Head& head, Exchange& exchange);
  Task<Next> send_hit(Exchange& exchange, const Response& hit);
  Task<Next> answer_slowly(Exchange& exchange);
  void record(const Exchange& exchange, Service service, int status, std::int64_t bytes);

  [[nodiscard]] const Settings& settings() const { return loop_.shared().settings; }

  Loop& loop_;
  Wire wire_;
  const IpAddress peer_;
  const std::string peer_text_;
  const bool exempt_;
  std::int64_t requests_ = 0;
};

/// One request and its answer.
Task<Next> Connection::serve_one() {
  const auto length = co_await receive_head();
  if (!length) co_return length.error();
  Exchange exchange;
  if (auto refusal = read_head(*length, exchange)) co_return co_await refuse(*refusal);
  const bool reads = exchange.request.method == Method::get || exchange.request.method == Method::head;
  message::RenderHandler* const renderer = loop_.shared().renderer.get();
  if (renderer != nullptr && reads && exchange.body_read) {
    const std::shared_ptr<const Response> hit = renderer->current(exchange.request);
    if (hit != nullptr && !std::holds_alternative<message::FileBody>(hit->body)) {
      co_return co_await send_hit(exchange, *hit);
    }
  }
  co_return co_await answer_slowly(exchange);
}

/// The bytes of the next head, once it is whole. Otherwise the connection ends, and whatever there was to say
/// has been said. An empty line before it is passed over (RFC 9112, section 2.2), but is no beginning:
/// neither does it give more time, nor may another one follow.
Task<std::expected<std::size_t, Next>> Connection::receive_head() {
  const auto limit = static_cast<std::size_t>(settings().header_limit);
  std::size_t scanned = 0;
  bool waited = false;
  bool begun = false;
  bool passed_empty_line = false;
  for (;;) {
    if (!passed_empty_line && wire_.received().starts_with("\r\n")) {
      wire_.consume(2);
      passed_empty_line = true;
    }
    const std::string_view bytes = wire_.received();
    const bool is_there = !bytes.empty() && bytes != "\r";
    if (is_there) {
      const HeadScan scan = scan_head(bytes, scanned);
      if (scan.state == HeadScan::State::complete && scan.length <= limit) co_return scan.length;
      if (auto refusal = fault_of(scan, bytes)) {
        const Next next = co_await refuse(*refusal);
        co_return std::unexpected(next);
      }
      scanned = scan.length;
    }
    if (!waited || is_there != begun) {
      waited = true;
      begun = is_there;
      wire_.clear_deadline();
      wire_.set_deadline(begun ? patience_for_head() : settings().idle_timeout);
    }
    wire_.set_waits_for(begun ? Wire::WaitsFor::head : Wire::WaitsFor::request);
    const Read read = co_await wire_.read(limit);
    wire_.set_waits_for(Wire::WaitsFor::body);
    if (read == Read::timed_out && begun) {
      const Next next = co_await refuse(late_head());
      co_return std::unexpected(loop_.draining() ? Next::drop : next);
    }
    if (read != Read::data) co_return std::unexpected(Next::drop);
  }
}

/// Why what has arrived is no head that is waited for any longer.
std::optional<Error> Connection::fault_of(const HeadScan& scan, std::string_view bytes) const {
  if (scan.state == HeadScan::State::malformed) {
    if (bytes.starts_with("\r\n"))
      return Error{ErrorCode::bad_request, {"More than one empty line stands before the request."}};
    if (!is_http_token_character(bytes.front())) {
      return Error{ErrorCode::bad_request,
                   {"The request is not HTTP/1.1: it does not begin with the name of a method."}};
    }
    return Error{ErrorCode::bad_request,
                 {"The request is not HTTP/1.1: its lines end with CR and LF, and have neither alone."}};
  }
  const auto limit = static_cast<std::size_t>(settings().header_limit);
  if (scan.length > limit || (scan.state == HeadScan::State::incomplete && bytes.size() >= limit)) {
    return Error{ErrorCode::headers_too_large,
                 {"The request's headers are larger than " + std::to_string(limit) + " bytes."}};
  }
  return std::nullopt;
}

Clock::duration Connection::patience_for_head() const {
  const Clock::duration usual = settings().header_timeout;
  return loop_.draining() ? std::min(usual, loop_.patience_for_heads()) : usual;
}

Error Connection::late_head() const {
  if (loop_.draining()) {
    return {
        .code = ErrorCode::overloaded,
        .message = {"The server is shutting down, and the request was not there yet. Try again in a moment."},
        .retry_after = std::chrono::seconds{1}};
  }
  return {ErrorCode::request_timed_out,
          {"The request's headers did not arrive within " +
           std::to_string(settings().header_timeout.count()) + " seconds."}};
}

std::optional<Error> Connection::read_head(std::size_t length, Exchange& exchange) {
  wire_.clear_deadline();
  exchange.started = Clock::now();
  const std::string_view bytes = wire_.received().substr(0, length);
  const auto head = check_head(bytes);
  if (!head) return head.error();
  if (auto parsed = parse_head(bytes, exchange.request); !parsed) {
    return parsed.error();
  }
  name_request(exchange.request);
  decide_keep_alive(*head, exchange);
  exchange.framing = head->framing;
  exchange.content_length = head->content_length;
  exchange.expects_continue = head->expects_continue;
  exchange.conditional = head->conditional;
  exchange.body_read = head->framing == BodyFraming::none ||
                       (head->framing == BodyFraming::length && head->content_length == 0);
  wire_.consume(length);
  hear_the_proxy(exchange.request);
  return std::nullopt;
}

void Connection::hear_the_proxy(message::Request& request) {
  const SharedState& shared = loop_.shared();
  std::optional<std::string> taken_off;
  if (exempt_) {
    apply_forwarded(shared.trusted_proxies, settings().forwarded_host_header, peer_, request);
    taken_off = forwarded_path_prefix(shared.trusted_proxies, settings().forwarded_prefix_header, peer_,
                                      request.headers);
  } else {
    request.client = peer_text_;
  }
  if (taken_off) {
    request.path_prefix = *std::move(taken_off);
  } else {
    mount_at(shared.path_prefix, request);
  }
}

/// The client's own name for it where it has a harmless one.
void Connection::name_request(message::Request& request) {
  const std::string_view sent = request.headers.only("X-Request-Id");
  request.id = is_request_id(sent) ? std::string(sent) : loop_.request_ids().next();
}

void Connection::decide_keep_alive(const Head& head, Exchange& exchange) {
  ++requests_;
  exchange.keep_alive =
      head.keep_alive && requests_ < settings().requests_per_connection && !loop_.draining();
  exchange.says_keep_alive = head.http_1_0;
}

/// Closing while bytes are unread resets the connection, and may take the answer from the client; so the last
/// answer is followed by a while of listening. A server that drains does so only where bytes are known to
/// come.
Next Connection::after(const Exchange& exchange, bool sent) const {
  if (!sent) return Next::drop;
  if (exchange.keep_alive) return Next::request;
  const bool unread = !exchange.body_read || !wire_.received().empty();
  return unread || !loop_.draining() ? Next::farewell : Next::drop;
}

/// The answer to what is no request; nothing after it on this connection can be trusted.
Task<Next> Connection::refuse(const Error& refusal) {
  const auto started = Clock::now();
  const Response response = message::error_response(refusal);
  std::string bytes;
  const std::string id = loop_.request_ids().next();
  append_response_head(bytes, response, {Selection::Kind::whole, 0, response.body_bytes()},
                       {.date = loop_.date(), .request_id = id, .connection = ConnectionField::close});
  bytes += std::get<std::string>(response.body);
  const bool sent = co_await wire_.write(bytes, {});
  loop_.telemetry().record({.request = nullptr,
                            .request_id = id,
                            .client = peer_text_,
                            .service = Service::refused,
                            .status = response.status,
                            .bytes = response.body_bytes(),
                            .duration = Clock::now() - started});
  co_return sent ? Next::farewell : Next::drop;
}

/// The hot path: one gathered write of a head from the loop's own buffer and of the shared body.
Task<Next> Connection::send_hit(Exchange& exchange, const Response& hit) {
  Selection selection{Selection::Kind::whole, 0, hit.body_bytes()};
  if (exchange.conditional) selection = select(exchange.request, hit);
  if (selection.kind == Selection::Kind::precondition_failed ||
      selection.kind == Selection::Kind::unsatisfiable) {
    Response refusal = refusal_of(selection, hit);
    const Sent sent = co_await send(loop_, wire_, exchange, std::move(refusal));
    record(exchange, Service::hit, sent.status, sent.bytes);
    co_return after(exchange, sent.whole);
  }
  std::string& scratch = loop_.scratch();
  scratch.clear();
  append_response_head(scratch, hit, selection, head_frame(loop_, exchange));
  std::string_view head = scratch;
  BodyBytes body = body_piece(exchange.request, hit, selection);
  const BodyMeter meter(wire_, head);
  bool sent = wire_.write_now(head, body);
  if (sent && !(head.empty() && body.empty())) {
    const std::string rest(head);  // the loop's buffer serves others while we wait
    sent = co_await wire_.write(rest, body);
  }
  const int status = status_of(hit, selection);
  message::count_delivery(hit, status, meter.sent_bytes());
  record(exchange, Service::hit, status, meter.sent_bytes());
  co_return after(exchange, sent);
}

Task<Next> Connection::answer_slowly(Exchange& exchange) {
  Answer answer = co_await answer_request(loop_, wire_, exchange);
  if (answer.client_gone) {
    record(exchange, answer.service, 499, 0);
    co_return Next::drop;
  }
  if (!exchange.body_read || loop_.draining()) exchange.keep_alive = false;
  const Sent sent = co_await send(loop_, wire_, exchange, std::move(answer.response));
  record(exchange, answer.service, sent.status, sent.bytes);
  co_return after(exchange, sent.whole);
}

void Connection::record(const Exchange& exchange, Service service, int status, std::int64_t bytes) {
  loop_.telemetry().record({.request = &exchange.request,
                            .request_id = exchange.request.id,
                            .client = exchange.request.client,
                            .service = service,
                            .status = status,
                            .bytes = bytes,
                            .duration = Clock::now() - exchange.started});
}

Task<void> live(std::unique_ptr<Connection> connection) {
  co_await connection->run();
}

}  // namespace

void start_connection(Loop& loop, Socket socket, const IpAddress& peer, bool exempt) {
  loop.spawn(live(std::make_unique<Connection>(loop, std::move(socket), peer, exempt)), "connection");
}

}  // namespace rucola::http
