// Structured logging to stderr: an event name, the id of the request that the thread works for
// (base/request_id.h), and fields; one JSON object a line, or `key=value` text on a terminal.
//
// Threads: safe from any thread; lines never interleave. Once start_writer() was called, none waits for
// whoever reads the log (base/log_writer.h). Nothing secret belongs in a field.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace rucola::log {

enum class Level { debug, info, warning, error };
enum class Format { json, text };

struct Field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;

  Field(std::string_view field, std::string_view text) : name(field), value(text) {}
  Field(std::string_view field, const char* text) : name(field), value(std::string_view(text)) {}
  Field(std::string_view field, const std::string& text) : name(field), value(std::string_view(text)) {}
  Field(std::string_view field, bool flag) : name(field), value(flag) {}
  Field(std::string_view field, double number) : name(field), value(number) {}
  template <std::integral Integer>
  Field(std::string_view field, Integer number) : name(field), value(static_cast<std::int64_t>(number)) {}
};

/// May be called again at any time.
void set_up(Level level, Format format);

/// From now on a thread of its own writes the lines; at most `limit_bytes` wait for it, more are dropped and
/// counted. Until then, and so in commands that just do something and end, they are written where they arise.
/// Call it once.
void start_writer(std::size_t limit_bytes);

/// Before the process ends: waits until what was logged is written, for `patience` at most. False: some is
/// not.
bool flush(std::chrono::milliseconds patience);

void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});

/// Lines of one thread, handed over together: for events so frequent that a lock for each would be felt. The
/// first to be dropped where the log's reader stalls.
/// Belongs to one thread; its lines appear at flush(), when 64 KiB have come together, or at its end.
class Batch {
 public:
  Batch() = default;
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch() { flush(); }

  void add(Level level, std::string_view event, std::initializer_list<Field> fields = {});
  void flush();

 private:
  static constexpr std::size_t full = std::size_t{64} << 10;

  std::string lines_;
  std::time_t second_ = -1;
  std::string time_;  // of second_
};

inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::info, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::warning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::error, event, fields);
}

}  // namespace rucola::log
