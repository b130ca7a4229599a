// What one event loop has to tell about its requests: metrics and the access log.
//
// A loop counts into plain numbers of its own and adds them to the shared metrics a few times a second, so
// that a cached answer takes no lock that loops share.
//
// Threads: belongs to one event loop.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/metrics.h"
#include "message/request.h"

namespace rucola::http {

/// How a request was answered: from the hot path, by the renderer, or by a route; or its head was refused.
enum class Service { hit, render, api, refused };

struct Finished {
  const message::Request* request;  ///< null where the head could not be read
  std::string_view request_id;
  std::string_view client;
  Service service;
  int status;
  std::int64_t bytes;  ///< of the body, as sent
  std::chrono::steady_clock::duration duration;
};

/// Which requests get a line: all, those that are no renders, or none.
enum class AccessLog { all, api, off };
/// As the setting has it: "all", "api" or "off".
AccessLog access_log_of(std::string_view setting);

class Telemetry {
 public:
  /// `access_log` may change at any time; it outlives the object.
  explicit Telemetry(const std::atomic<AccessLog>& access_log);

  void record(const Finished& finished);
  /// Adds what was counted since the last call to the program's metrics, and writes the access log's lines.
  void flush();

 private:
  static constexpr std::size_t methods = message::method_count + 1;  ///< the last: of refused heads
  static constexpr std::size_t classes = 5;                          ///< 1xx to 5xx
  static constexpr std::size_t services = 4;

  struct Durations {
    std::vector<double> counts;  ///< per bucket, the last without an upper bound
    double sum = 0;
    bool touched = false;
    prometheus::Histogram* histogram;
  };

  const std::atomic<AccessLog>& access_log_;
  log::Batch access_lines_;
  std::array<std::array<std::uint64_t, classes>, methods> requests_{};
  std::array<Durations, services> durations_;
  std::uint64_t bytes_ = 0;
  prometheus::Counter* bytes_counter_;
};

}  // namespace rucola::http
