// Sends a body that is made while it is sent: a piece at a time, the next when the one before is with the
// client, which is the back-pressure.
//
// An answer that can't be made to its end must not look whole: then, and whenever else the connection ends in
// the midst of it, the connection is reset.
//
// Threads: on the connection's event loop; pieces are made where the disk is waited for. Cancellation: a
// client that leaves is noticed when the next piece is written. Bounds: stream_limits, of an organization and
// of an address; Stream::least_taken.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/body_budget.h"
#include "http/exchange.h"
#include "http/loop.h"
#include "http/sending.h"
#include "http/wire.h"
#include "message/response.h"

namespace rucola::http {

/// Before anything of the answer is made: it holds memory from then on, and looking for what is in it is most
/// of the work. Errors: too_many_requests, overloaded.
Result<BodyBudget::Ticket> take_stream_place(SharedState& shared, const message::Request& request);

/// HTTP/1.0 knows no chunks, and HEAD has no body that could have them.
[[nodiscard]] bool takes_chunks(const Exchange& exchange);

class Stream {
 public:
  /// So many bytes must be with the client in each write_timeout that is waited for it, 70 KB a second as it
  /// is set at first: places are few, and whoever takes a byte now and then must not keep one from others.
  static constexpr std::int64_t least_taken = std::int64_t{2} << 20;

  /// `exchange` has its place, and keeps it until the body is sent.
  Stream(Loop& loop, const Exchange& exchange, std::shared_ptr<message::BodySource> source)
      : loop_(loop), exchange_(exchange), source_(std::move(source)) {}

  /// Makes the first piece. Errors: why it was not made.
  Task<Result<void>> begin();
  /// After begin(). `head` is the answer's.
  Task<Sent> send(Wire& wire, std::string head, int status);

 private:
  Task<Result<void>> make_piece();
  Task<bool> send_piece(Wire& wire, std::string_view head);

  Loop& loop_;
  const Exchange& exchange_;
  const std::shared_ptr<message::BodySource> source_;
  std::string piece_{};
  Clock::duration waited_{};  ///< for the client, while it took
  std::int64_t taken_ = 0;    ///< of the next least_taken
};

}  // namespace rucola::http
