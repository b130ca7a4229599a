#include "http/telemetry.h"

#include <algorithm>

#include "base/log.h"
#include "base/logged_text.h"
#include "base/request_id.h"

namespace rucola::http {
namespace {

constexpr std::array<std::string_view, 4> service_names{"hit", "render", "api", "refused"};

std::string method_label(std::size_t index) {
  const bool known = index < message::method_count;
  return known ? std::string(message::name_of(static_cast<message::Method>(index))) : "other";
}

double seconds_of(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

void add_access_line(log::Batch& lines, const Finished& finished) {
  const message::Request* request = finished.request;
  const RequestScope scope(finished.request_id);
  std::string masked;
  const double milliseconds = seconds_of(finished.duration) * 1000;
  lines.add(log::Level::info, "request",
            {{"method", request == nullptr ? std::string_view("-") : message::name_of(request->method)},
             {"target", request == nullptr ? std::string_view("-") : logged_text(request->target, masked)},
             {"status", finished.status},
             {"bytes", finished.bytes},
             {"duration_ms", milliseconds},
             {"client", finished.client},
             {"host", request == nullptr ? std::string_view("-") : std::string_view(request->host)},
             {"service", service_names[static_cast<std::size_t>(finished.service)]}});
}

}  // namespace

AccessLog access_log_of(std::string_view setting) {
  if (setting == "all") return AccessLog::all;
  return setting == "api" ? AccessLog::api : AccessLog::off;
}

Telemetry::Telemetry(const std::atomic<AccessLog>& access_log)
    : access_log_(access_log),
      bytes_counter_(
          &metrics::counter("rucola_http_sent_body_bytes_total", "Bytes of bodies sent to clients.")) {
  for (std::size_t i = 0; i < services; ++i) {
    durations_[i].counts.assign(metrics::duration_buckets().size() + 1, 0);
    durations_[i].histogram = &metrics::duration_seconds(
        "rucola_http_request_duration_seconds",
        "From the end of a request's headers to the last byte handed to the system.",
        {{"service", std::string(service_names[i])}});
  }
}

void Telemetry::record(const Finished& finished) {
  const std::size_t method =
      finished.request == nullptr ? methods - 1 : static_cast<std::size_t>(finished.request->method);
  const auto status_class = static_cast<std::size_t>(std::clamp(finished.status / 100, 1, 5) - 1);
  ++requests_[method][status_class];
  bytes_ += static_cast<std::uint64_t>(finished.bytes);

  Durations& durations = durations_[static_cast<std::size_t>(finished.service)];
  const double seconds = seconds_of(finished.duration);
  const auto& buckets = metrics::duration_buckets();
  const auto bucket = std::ranges::lower_bound(buckets, seconds) - buckets.begin();
  durations.counts[static_cast<std::size_t>(bucket)] += 1;
  durations.sum += seconds;
  durations.touched = true;

  const bool renders = finished.service == Service::hit || finished.service == Service::render;
  const AccessLog wanted = access_log_.load(std::memory_order_relaxed);
  if (wanted == AccessLog::all || (wanted == AccessLog::api && !renders))
    add_access_line(access_lines_, finished);
}

void Telemetry::flush() {
  access_lines_.flush();
  for (std::size_t method = 0; method < methods; ++method) {
    for (std::size_t status_class = 0; status_class < classes; ++status_class) {
      std::uint64_t& count = requests_[method][status_class];
      if (count == 0) continue;
      metrics::counter(
          "rucola_http_requests_total", "Requests that were answered.",
          {{"method", method_label(method)}, {"status", std::to_string(status_class + 1) + "xx"}})
          .Increment(static_cast<double>(count));
      count = 0;
    }
  }
  for (Durations& durations : durations_) {
    if (!durations.touched) continue;
    durations.histogram->ObserveMultiple(durations.counts, durations.sum);
    std::ranges::fill(durations.counts, 0);
    durations.sum = 0;
    durations.touched = false;
  }
  if (bytes_ > 0) bytes_counter_->Increment(static_cast<double>(std::exchange(bytes_, 0)));
}

}  // namespace rucola::http
