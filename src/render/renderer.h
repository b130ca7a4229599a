// The port to whatever turns sources into pixels. workers/pool.h has the real one: sandboxed processes.
//
// Threads: its functions may be called from any thread and return at once; `done` is called exactly once,
// from a thread of the renderer, and must be quick. Ownership: a job owns its source descriptor.
// Errors: unprocessable (not an image, damaged), payload_too_large (a limit); both also killed_workers();
// overloaded (the queue is full, the wait too long, everybody has left, no worker can be started),
// too_many_requests (the share of the organization or the client is used up), timed_out, internal.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/departure.h"
#include "base/error.h"
#include "base/unique_fd.h"
#include "render/plan/format.h"
#include "render/plan/measurement.h"
#include "render/plan/plan.h"
#include "render/plan/repacking.h"
#include "render/source/inspection.h"

namespace rucola::render {

struct Source {
  UniqueFd fd;  ///< read-only
  std::int64_t bytes = 0;
};

struct RenderedImage {
  Bytes bytes;
  Format format = Format::jpg;
  std::chrono::milliseconds took{};  ///< a worker, with all that the job was
};

/// For whom a job is done: whose turns and whose share of the queue it takes.
struct JobFor {
  std::string organization{};  ///< empty: the house itself
  std::string client{};        ///< one of the organization's; empty: nobody in particular
  /// Once it has happened, nobody waits for the job: it is not begun any more.
  std::shared_ptr<Departure> departure{};
  /// It takes so long (plan/cost.h) that light ones are to have a worker beside it.
  bool heavy = false;
};

inline constexpr std::string_view died_twice = "render worker died twice";

/// Two workers, one after the other, did not survive the job.
inline bool killed_workers(const Error& error) {
  const bool is_verdict =
      error.code == ErrorCode::unprocessable || error.code == ErrorCode::payload_too_large;
  return is_verdict && error.detail.text.starts_with(died_twice);
}

inline constexpr std::string_view starved_twice = "render worker had too little processor time, twice";

/// It took too long, but says nothing of how long it would take on a machine with less to do.
inline bool was_starved(const Error& error) {
  return error.code == ErrorCode::timed_out && error.detail.text.starts_with(starved_twice);
}

class Renderer {
 public:
  Renderer() = default;
  Renderer(const Renderer&) = delete;
  Renderer& operator=(const Renderer&) = delete;
  virtual ~Renderer() = default;

  /// `sources` in the order in which the plan counts them; the first is the image itself.
  virtual void render(std::vector<Source> sources, const Plan& plan, const JobFor& whom,
                      std::function<void(Result<RenderedImage>)> done) = 0;
  /// As render(), by a worker of its own that gives way to everything else. For one job at a time: a second
  /// waits for the first.
  virtual void optimize(std::vector<Source> sources, const Plan& plan,
                        std::function<void(Result<RenderedImage>)> done) = 0;
  /// Carries out the plan's steps and measures the picture instead of encoding it.
  virtual void measure(std::vector<Source> sources, const Plan& plan, Measurement measurement,
                       const JobFor& whom, std::function<void(Result<Measured>)> done) = 0;
  /// Of what somebody sends in: one organization's never take all workers at once, where there are several.
  virtual void inspect(Source source, const std::string& organization,
                       std::function<void(Result<Inspection>)> done) = 0;
  /// The same for what is to be stored as another file. Errors: also unsupported_media_type where it had
  /// better stay as it is.
  virtual void repack(Source source, Repacking how, const std::string& organization,
                      std::function<void(Result<RenderedImage>)> done) = 0;

  /// Of libvips, which every key depends on (plan/render_keys.h). Known once the renderer has started.
  [[nodiscard]] virtual std::string vips_version() const = 0;
};

}  // namespace rucola::render
