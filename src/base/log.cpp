#include "base/log.h"

#include <atomic>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

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

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "info";
}

boost::json::value to_json(const Field& field) {
  return std::visit(
      [](const auto& value) -> boost::json::value {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string_view>) {
          return boost::json::string(value.data(), value.size());
        } else {
          return value;
        }
      },
      field.value);
}

std::string json_line(Level level, std::string_view event, std::initializer_list<Field> fields) {
  boost::json::object line;
  line["time"] = format_rfc3339(now());
  line["level"] = boost::json::string_view(name_of(level).data(), name_of(level).size());
  line["event"] = boost::json::string_view(event.data(), event.size());
  for (const Field& field : fields) {
    line[boost::json::string_view(field.name.data(), field.name.size())] = to_json(field);
  }
  return boost::json::serialize(line);
}

/// `key=value`; a value with a space, quote or control character is written as a JSON string, so that a
/// hostile value can't forge a line.
std::string text_line(Level level, std::string_view event, std::initializer_list<Field> fields) {
  std::string line = format_rfc3339(now()).substr(11, 8);
  line.append(" ").append(name_of(level)).append(" ").append(event);
  for (const Field& field : fields) {
    std::string value = boost::json::serialize(to_json(field));
    const bool plain = value.find_first_of(" \\=") == std::string::npos;
    if (plain && value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
    line.append(" ").append(field.name).append("=").append(value);
  }
  return line;
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
  logger.log(to_spdlog(level), chosen_format == Format::json ? json_line(level, event, fields)
                                                             : text_line(level, event, fields));
}

}  // namespace rucola::log
