// Sends an answer: conditions and ranges, head, body of any kind.
//
// Threads: on the connection's event loop; a file is read where the disk is waited for, a piece at a time,
// the next when the one before is with the client.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "http/asio_types.h"
#include "http/exchange.h"
#include "http/loop.h"
#include "http/response_head.h"
#include "http/wire.h"
#include "message/conditional.h"

namespace rucola::http {

struct Sent {
  bool whole = false;  ///< false: the connection is of no more use
  int status = 0;
  std::int64_t bytes = 0;  ///< of the body
};

/// Of a body that is written behind its head from now on, how much the system has taken: all of it, unless
/// the client leaves, or is too slow.
class BodyMeter {
 public:
  BodyMeter(const Wire& wire, std::string_view head)
      : wire_(wire), begins_at_(wire.written_bytes() + static_cast<std::int64_t>(head.size())) {}

  [[nodiscard]] std::int64_t sent_bytes() const {
    return std::max<std::int64_t>(0, wire_.written_bytes() - begins_at_);
  }

 private:
  const Wire& wire_;
  const std::int64_t begins_at_;
};

/// And counts what is delivered (message::count_delivery).
Task<Sent> send(Loop& loop, Wire& wire, Exchange& exchange, message::Response response);

/// Views into both, of which the loop's is good until its next second.
[[nodiscard]] HeadFrame head_frame(Loop& loop, const Exchange& exchange);
[[nodiscard]] int status_of(const message::Response& response, const Selection& selection);
/// What is to be sent of a body that is in memory: nothing for HEAD and for answers that have no body.
[[nodiscard]] BodyBytes body_piece(const message::Request& request, const message::Response& response,
                                   const Selection& selection);

}  // namespace rucola::http
