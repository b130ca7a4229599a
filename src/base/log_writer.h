// The log's lines on their way to whoever reads them: a bounded queue, and one thread that writes.
//
// A reader may stall for as long as it likes (a full pipe, a stopped terminal, a disk that hangs): only the
// thread here waits for it. What finds no room meanwhile is dropped and counted, and a line in its place says
// how many are missing once the reader is back.
//
// Threads: every function is safe from any thread; none but flush() waits, for `patience` at most.
// Ownership: the file stays the caller's. The thread shares what it needs with the Writer and is not joined:
// it may be caught in a write that never ends, and must not keep the process from ending.
// Bounds: `limit_bytes` of text. The last eighth is kept for what needs attention, so that access lines can't
// crowd out errors.
// Errors: lines that the system won't take (no reader any more, a full disk) count as dropped.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace rucola::log {

enum class Urgency { normal, needs_attention };

class Writer {
 public:
  struct Notices {
    /// Each time lines are dropped, by whoever dropped them.
    std::function<void(std::uint64_t lines)> dropped;
    /// The line, with its end, that takes the place of so many. Called by any thread.
    std::function<std::string(std::uint64_t lines)> line_of;
  };

  Writer(int file, std::size_t limit_bytes, Notices notices);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  /// What still waits is written if it can be; nobody waits for it.
  ~Writer();

  /// Whole lines, each with its end; taken or dropped together.
  void add(std::string_view lines, Urgency urgency);

  /// True once all that was added is written or dropped; false where that takes longer.
  [[nodiscard]] bool flush(std::chrono::milliseconds patience);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Writes all of it, however long that takes. Returns what the system would not take.
std::string_view write_all(int file, std::string_view text);

}  // namespace rucola::log
