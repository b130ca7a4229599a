#include "base/log_writer.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <deque>
#include <thread>
#include <utility>

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "base/mutex.h"

namespace rucola::log {
namespace {

/// Lines are handed to the system in pieces of about this size; room comes back piece by piece.
constexpr std::size_t piece_bytes = std::size_t{64} << 10;

std::uint64_t count_lines(std::string_view text) {
  return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
}

/// Signals are for the threads that expect them.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

std::string_view write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {  // whoever shares the file has made it non-blocking
      pollfd writable{.fd = file, .events = POLLOUT, .revents = 0};
      static_cast<void>(::poll(&writable, 1, -1));
    } else if (errno != EINTR) {
      return text;
    }
  }
  return {};
}

struct Writer::State {
  const int file;
  const std::size_t limit_bytes;
  const Notices notices;

  Mutex mutex{};
  Condition wake{};     // waits for: a piece, or closed
  Condition written{};  // waits for: nothing in pieces, nothing being written
  std::deque<std::string> pieces GUARDED_BY(mutex){};
  std::size_t bytes GUARDED_BY(mutex) = 0;      // in pieces, and of the one being written
  std::uint64_t missing GUARDED_BY(mutex) = 0;  // lines dropped since the last line that said so
  bool closed GUARDED_BY(mutex) = false;

  void append(std::string_view lines) REQUIRES(mutex);
  std::string next_piece();
  void write_pieces();
};

void Writer::State::append(std::string_view lines) {
  if (pieces.empty() || pieces.back().size() + lines.size() > piece_bytes) pieces.emplace_back();
  pieces.back() += lines;
  bytes += lines.size();
}

/// Empty once the writer is closed and nothing is left. The piece counts among `bytes` until it is written.
std::string Writer::State::next_piece() {
  Lock lock(mutex);
  wake.wait(lock, [this]() REQUIRES(mutex) { return closed || !pieces.empty(); });
  if (pieces.empty()) return {};
  std::string piece = std::move(pieces.front());
  pieces.pop_front();
  if (!pieces.empty() || missing == 0) return piece;
  const std::string notice = notices.line_of(std::exchange(missing, 0));
  bytes += notice.size();
  return piece + notice;
}

void Writer::State::write_pieces() {
  bool within_a_line = false;  // the system took half a line: the next one must not continue it
  for (std::string piece = next_piece(); !piece.empty(); piece = next_piece()) {
    const std::size_t size = piece.size();
    if (within_a_line) piece.insert(0, 1, '\n');
    const std::string_view lost = write_all(file, piece);
    if (lost.size() < piece.size())
      within_a_line = !lost.empty() && piece[piece.size() - lost.size() - 1] != '\n';
    const std::uint64_t lines = count_lines(lost);
    if (lines > 0) notices.dropped(lines);
    {
      const Lock lock(mutex);
      bytes -= size;
      missing += lines;
    }
    written.notify_all();
  }
}

Writer::Writer(int file, std::size_t limit_bytes, Notices notices)
    : state_(new State{.file = file, .limit_bytes = limit_bytes, .notices = std::move(notices)}) {
  const SignalsBlocked blocked;
  std::thread thread([state = state_] { state->write_pieces(); });
  pthread_setname_np(thread.native_handle(), "log");
  thread.detach();
}

Writer::~Writer() {
  {
    const Lock lock(state_->mutex);
    state_->closed = true;
  }
  state_->wake.notify_all();
}

void Writer::add(std::string_view lines, Urgency urgency) {
  State& state = *state_;
  const std::size_t limit =
      urgency == Urgency::needs_attention ? state.limit_bytes : state.limit_bytes - state.limit_bytes / 8;
  bool taken = false;
  bool was_idle = false;
  {
    const Lock lock(state.mutex);
    taken = state.bytes + lines.size() <= limit;
    was_idle = state.pieces.empty();
    if (taken && state.missing > 0) state.append(state.notices.line_of(std::exchange(state.missing, 0)));
    if (taken) {
      state.append(lines);
    } else {
      state.missing += count_lines(lines);
    }
  }
  if (!taken) {
    state.notices.dropped(count_lines(lines));
  } else if (was_idle) {
    state.wake.notify_one();
  }
}

bool Writer::flush(std::chrono::milliseconds patience) {
  Lock lock(state_->mutex);
  return state_->written.wait_for(lock, patience,
                                  [this]() REQUIRES(state_->mutex) { return state_->bytes == 0; });
}

}  // namespace rucola::log
