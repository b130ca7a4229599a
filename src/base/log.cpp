#include "base/log.h"

#include <atomic>
#include <chrono>

#include <unistd.h>

#include "base/log_line.h"
#include "base/log_writer.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/request_id.h"
#include "base/time.h"

namespace rucola::log {
namespace {

std::atomic<Level> least_level{Level::info};
std::atomic<Format> chosen_format{Format::text};
/// Lives until the process has ended: its thread may be caught in a write until then.
std::atomic<Writer*> writer{nullptr};

bool is_wanted(Level level) {
  return level >= least_level.load(std::memory_order_relaxed);
}

/// Without a writer, lines are written where they arise.
void hand_over(std::string_view lines, Urgency urgency) {
  if (Writer* apart = writer.load(std::memory_order_acquire)) {
    apart->add(lines, urgency);
    return;
  }
  static Mutex one_at_a_time;
  const Lock lock(one_at_a_time);
  static_cast<void>(write_all(STDERR_FILENO, lines));
}

std::string line_of_missing(std::uint64_t lines) {
  std::string line;
  append_line(line, chosen_format, format_rfc3339(now()), Level::warning, "log_lines_dropped", {},
              {{"lines", lines}});
  return line += '\n';
}

}  // namespace

void set_up(Level level, Format format) {
  least_level = level;
  chosen_format = format;
}

void start_writer(std::size_t limit_bytes) {
  prometheus::Counter& dropped =
      metrics::counter("rucola_log_lines_dropped_total",
                       "Lines of the log that found no room because its reader stalled, or that the system "
                       "would not take.");
  auto* apart = new Writer(
      STDERR_FILENO, limit_bytes,
      {.dropped = [&dropped](std::uint64_t lines) { dropped.Increment(static_cast<double>(lines)); },
       .line_of = line_of_missing});
  writer.store(apart, std::memory_order_release);
}

bool flush(std::chrono::milliseconds patience) {
  Writer* apart = writer.load(std::memory_order_acquire);
  return apart == nullptr || apart->flush(patience);
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (!is_wanted(level)) return;
  std::string line;
  append_line(line, chosen_format, format_rfc3339(now()), level, event, current_request(), fields);
  line += '\n';
  hand_over(line, level >= Level::warning ? Urgency::needs_attention : Urgency::normal);
}

void Batch::add(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (!is_wanted(level)) return;
  const std::time_t second = std::time(nullptr);
  if (second != second_) {
    second_ = second;
    time_ = format_rfc3339(Time{std::chrono::seconds{second}});
  }
  append_line(lines_, chosen_format, time_, level, event, current_request(), fields);
  lines_ += '\n';
  if (lines_.size() >= full) flush();
}

void Batch::flush() {
  if (lines_.empty()) return;
  hand_over(lines_, Urgency::normal);
  lines_.clear();
}

}  // namespace rucola::log
