#include "base/log.h"

#include <atomic>
#include <chrono>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/log_line.h"
#include "base/time.h"

namespace rucola::log {
namespace {

std::atomic<Format> chosen_format{Format::text};

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

void set_up(Level level, Format format) {
  auto logger = std::make_shared<spdlog::logger>("rucola", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%v");
  logger->set_level(to_spdlog(level));
  chosen_format = format;
  spdlog::set_default_logger(std::move(logger));
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  spdlog::logger& logger = *spdlog::default_logger_raw();
  if (!logger.should_log(to_spdlog(level))) return;
  std::string line;
  append_line(line, chosen_format, format_rfc3339(now()), level, event, fields);
  logger.log(to_spdlog(level), line);
}

void Batch::add(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (!spdlog::default_logger_raw()->should_log(to_spdlog(level))) return;
  const std::time_t second = std::time(nullptr);
  if (second != second_) {
    second_ = second;
    time_ = format_rfc3339(Time{std::chrono::seconds{second}});
  }
  if (!lines_.empty()) lines_ += '\n';
  append_line(lines_, chosen_format, time_, level, event, fields);
  if (lines_.size() >= full) flush();
}

void Batch::flush() {
  if (lines_.empty()) return;
  // Critical passes every level: each line has met its own already.
  spdlog::default_logger_raw()->log(spdlog::level::critical, lines_);
  lines_.clear();
}

}  // namespace rucola::log
