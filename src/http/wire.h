// The socket of one connection: what has arrived and was not yet read, what goes out, and the time that
// either may take.
//
// Memory: an idle connection keeps `idle_buffer` bytes; what a request needs beyond that is given back after
// it.
//
// Threads: belongs to one event loop. Ownership: owns its socket; closes it when destroyed.
// Errors: a Read says what happened; a failed write() means that the client is gone, or too slow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "http/asio_types.h"
#include "http/loop.h"

namespace rucola::http {

enum class Read { data, end, timed_out };

/// What goes out behind a head: bytes in memory. Where they stand in a file in memory as well, the system
/// takes them from there (sendfile), which spares copying them into the socket.
struct BodyBytes {
  std::string_view bytes{};
  int file = -1;            ///< whoever writes them does not own it
  std::int64_t offset = 0;  ///< in the file

  [[nodiscard]] bool empty() const { return bytes.empty(); }
  void remove_prefix(std::size_t count) {
    bytes.remove_prefix(count);
    offset += static_cast<std::int64_t>(count);
  }
};

class Wire final : public Loop::Watched {
 public:
  static constexpr std::size_t idle_buffer = 1024;

  Wire(Loop& loop, Socket socket);
  ~Wire() override;

  /// What has arrived and was not consumed. Valid until the next consume() or read().
  [[nodiscard]] std::string_view received() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void consume(std::size_t bytes);

  /// The time until which reads must end; a read after it says timed_out.
  void set_deadline(Clock::duration from_now) { deadline_ = Clock::now() + from_now; }
  void clear_deadline();
  /// What read() waits for, as the server looks at it when it drains.
  enum class WaitsFor {
    request,  ///< nothing has begun: the connection is closed
    head,     ///< something of a request is there: the rest of its head gets Loop::patience_for_heads()
    body,     ///< the request is under way
  };
  void set_waits_for(WaitsFor what) { waits_for_ = what; }

  /// Waits for more bytes behind received(). At most `capacity` bytes can be held; it must be more than
  /// received() has.
  Task<Read> read(std::size_t capacity);

  /// Writes as much as the system takes at once, and cuts that off the front of the two. False: the client is
  /// gone.
  bool write_now(std::string_view& head, BodyBytes& body);
  /// Writes all. The bytes must stay where they are until then. False: gone or too slow, or not with the
  /// client at `end`; then the connection is of no more use.
  Task<bool> write(std::string_view head, BodyBytes body, Clock::time_point end = Clock::time_point::max());
  /// Of all that was to be written so far, how much the system has taken.
  [[nodiscard]] std::int64_t written_bytes() const { return written_bytes_; }

  /// Closed meanwhile, for whatever reason, the connection is reset: whoever reads up to its end must not
  /// take what was sent for the whole.
  void reset_when_closed(bool reset);

  /// After an answer to a request that was not read whole: says that nothing more is sent, and reads a while
  /// what still comes, lest the system resets the connection before the client has read the answer.
  Task<void> linger();

  /// `left` is called once, on the loop, when the client closes its side of the connection or resets it, be
  /// it behind bytes that nobody has read yet. Until forget_client().
  void watch_client(std::function<void()> left);
  void forget_client();

  void expire() override;
  void hurry() override;
  void look() override;

 private:
  void make_room(std::size_t capacity);
  [[nodiscard]] ssize_t gather(std::string_view head, const BodyBytes& body);

  Loop& loop_;
  Socket socket_;
  std::string buffer_;  ///< its size is the room there is
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::int64_t written_bytes_ = 0;
  bool expired_ = false;
  WaitsFor waits_for_ = WaitsFor::body;
  std::function<void()> client_left_;
};

}  // namespace rucola::http
