// Reads the body of one request off the wire, with its framing taken away.
//
// Time: the deadline moves on whenever 1 KiB more has arrived, so that nothing can be dripped byte by byte,
// and never beyond the time that the body may take as a whole.
//
// Threads: belongs to its connection's event loop. Ownership: borrows the wire.
// Errors: a BodyFailure; afterwards the connection can't be used for another request.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "base/error.h"
#include "http/asio_types.h"
#include "http/chunked.h"
#include "http/gate.h"
#include "http/wire.h"

namespace rucola::http {

struct BodyFailure {
  /// What to answer: payload_too_large, bad_request, request_timed_out … Nothing: the client is gone.
  std::optional<Error> error;
};

struct BodyLimits {
  std::uint64_t bytes;            ///< of the decoded body
  std::chrono::seconds progress;  ///< for each KiB
  std::chrono::seconds whole;     ///< from now on
};

class BodyReader {
 public:
  BodyReader(Wire& wire, BodyFraming framing, std::uint64_t content_length, const BodyLimits& limits);

  /// Appends to `out` until it holds `wanted` bytes or more, or the body is over; true: it is over.
  Task<std::expected<bool, BodyFailure>> read(std::string& out, std::size_t wanted);

 private:
  /// Moves what the wire holds to `out`.
  std::expected<void, BodyFailure> take(std::string& out);
  [[nodiscard]] bool done() const;
  [[nodiscard]] BodyFailure too_large() const;
  [[nodiscard]] BodyFailure too_slow() const;
  void move_deadline();

  Wire& wire_;
  const BodyFraming framing_;
  const BodyLimits limits_;
  const Clock::time_point end_;
  std::uint64_t remaining_;  ///< where the length is known
  std::uint64_t taken_ = 0;
  std::uint64_t progress_ = 0;  ///< bytes since the deadline was moved
  ChunkedDecoder decoder_;
};

}  // namespace rucola::http
