// What the server and a render worker say to each other: one JSON object a message. Server to worker: a job,
// and beside it its source files and, for a render, a memfd for the result. Worker to server: one greeting,
// then one reply a job.
//
// The worker may have been taken over by what it decoded: the server believes nothing of a reply that these
// functions did not check.
//
// Values and pure functions; thread-safe. Errors: internal where the other side broke the protocol.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "render/plan/measurement.h"
#include "render/plan/repacking.h"
#include "render/source/inspection.h"

namespace rucola::render::protocol {

/// No result is larger; the worker's RLIMIT_FSIZE says the same.
inline constexpr std::int64_t result_limit_bytes = std::int64_t{512} << 20;

/// No job is done in more: beyond, what they wait for each other takes more than they gain.
inline constexpr std::int64_t threads_limit = 4;

/// optimize is a render with more time.
enum class JobKind { self_test, inspect, render, measure, optimize, repack };
inline constexpr std::array job_kinds{JobKind::self_test, JobKind::inspect,  JobKind::render,
                                      JobKind::measure,   JobKind::optimize, JobKind::repack};
std::string_view name_of(JobKind kind);
/// Such a job comes with a file for its result, empty, after the sources. It is the server's own, so that a
/// worker needs none of its own making.
constexpr bool makes_a_file(JobKind kind) {
  return kind == JobKind::render || kind == JobKind::optimize || kind == JobKind::repack;
}

/// The part of the settings that a worker needs for a job.
struct Limits {
  std::int64_t source_pixels = 0;  ///< of all frames together
  std::int64_t source_frames = 0;
  std::int64_t output_pixels = 0;  ///< of all frames together
  std::int64_t output_side = 0;
  std::int64_t video_pixel_seconds = 0;  ///< of a video: pixels of a picture, times seconds
  std::int64_t still_pixels = 0;         ///< that are decoded of a video for one picture of it
  std::int64_t cpu_seconds = 0;          ///< the kernel ends the worker past it, should the server not
};

struct Job {
  JobKind kind = JobKind::inspect;
  Limits limits;
  std::vector<std::int64_t> file_bytes;       ///< of each source file beside the message
  std::string plan;                           ///< what serialise() wrote; not of inspect and repack
  Measurement measurement;                    ///< measure only
  Repacking repacking = Repacking::lossless;  ///< repack only
  std::int64_t threads = 1;   ///< that pixels are computed in: more than one while other processors idle
  bool unless_heavy = false;  ///< inspect only: what will take long is not begun, and the reply says so
};

/// The first message of a worker: it is confined and ready.
struct Greeting {
  std::string vips_version;
  std::vector<std::string> missing;  ///< measures of confinement that this machine does not allow
};

struct Reply {
  std::optional<Error> error;
  std::int64_t result_bytes = 0;  ///< what was written to the file for the result, where there is one
  Inspection inspection;          ///< inspect; of what makes a file only the format that was written
  Measured measured;              ///< measure only
  bool is_heavy = false;          ///< not begun, as the job wanted it; nothing else is in the reply
};

std::string write_job(const Job& job);
Result<Job> read_job(std::string_view text);
std::string write_greeting(const Greeting& greeting);
Result<Greeting> read_greeting(std::string_view text);
std::string write_reply(const Reply& reply);
Result<Reply> read_reply(std::string_view text);

}  // namespace rucola::render::protocol
