// What the server and a render worker say to each other: one JSON object a message over a SOCK_SEQPACKET
// socket, with descriptors beside it. Server to worker: a job and its source files. Worker to server: one
// greeting, then one reply a job, with the result of a render in a sealed memfd.
//
// The worker may have been taken over by what it decoded: the server believes nothing of a reply that these
// functions did not check.
//
// Threads: functions are thread-safe; a socket belongs to one thread at a time on each side.
// Errors: internal where the other side broke the protocol or is gone, timed_out past a deadline.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"
#include "render/renderer.h"

namespace rucola::render::protocol {

inline constexpr std::size_t message_limit_bytes = std::size_t{64} << 10;
/// No job needs more source files: an image, and what is composed onto it or written with.
inline constexpr std::size_t files_limit = 32;
/// No result is larger; the worker's RLIMIT_FSIZE says the same.
inline constexpr std::int64_t result_limit_bytes = std::int64_t{512} << 20;

/// optimize is a render with more time.
enum class JobKind { self_test, inspect, render, measure, optimize };
inline constexpr std::array job_kinds{JobKind::self_test, JobKind::inspect, JobKind::render, JobKind::measure,
                                      JobKind::optimize};
std::string_view name_of(JobKind kind);

/// The part of the settings that a worker needs for a job.
struct Limits {
  std::int64_t source_pixels = 0;  ///< of all frames together
  std::int64_t source_frames = 0;
  std::int64_t output_pixels = 0;  ///< of all frames together
  std::int64_t output_side = 0;
  std::int64_t cpu_seconds = 0;  ///< the kernel ends the worker past it, should the server not
};

struct Job {
  JobKind kind = JobKind::inspect;
  Limits limits;
  std::vector<std::int64_t> file_bytes;  ///< of each source file beside the message
  std::string plan;                      ///< what serialise() wrote; not of inspect
  Measurement measurement;               ///< measure only
};

/// The first message of a worker: it is confined and ready.
struct Greeting {
  std::string vips_version;
  std::vector<std::string> missing;  ///< measures of confinement that this machine does not allow
};

struct Reply {
  std::optional<Error> error;
  std::int64_t result_bytes = 0;  ///< size of the memfd beside the message; render only
  Inspection inspection;          ///< inspect; of a render only the format that was written
  Measured measured;              ///< measure only
};

std::string write_job(const Job& job);
Result<Job> read_job(std::string_view text);
std::string write_greeting(const Greeting& greeting);
Result<Greeting> read_greeting(std::string_view text);
std::string write_reply(const Reply& reply);
Result<Reply> read_reply(std::string_view text);

struct Message {
  std::string text;
  std::vector<UniqueFd> files;
};

using Deadline = std::chrono::steady_clock::time_point;

/// Takes over none of the descriptors.
Result<void> send_message(int socket, std::string_view text, std::span<const int> files = {});
/// Blocks until a message or, where one is given, until the deadline.
Result<Message> receive_message(int socket, std::optional<Deadline> deadline = {});

}  // namespace rucola::render::protocol
