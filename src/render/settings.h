// Limits and sizes of rendering, section "render" of the configuration.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/error.h"
#include "render/plan/format.h"

namespace rucola::render {

/// No stack has more operations, whatever the configuration says.
inline constexpr std::int64_t operations_cap = 50;

/// A worker has taken about 350 MiB of its address space before its first job, most of it for libraries; with
/// less it does not start. What codes a film of 1920 × 1080 anew takes 420 MiB in all where that has 8 bits,
/// and 508 MiB where it has 10 and is tone-mapped (HEVC, PQ).
inline constexpr std::int64_t least_worker_memory_bytes = std::int64_t{576} << 20;

std::vector<std::string> all_file_kinds();

struct Settings {
  std::int64_t workers = 0;  ///< 0 = one a core
  std::int64_t queue_limit = 500;
  std::chrono::seconds queue_timeout{10};
  std::chrono::seconds job_timeout{10};          ///< after it the worker is killed; one retry
  bool optimize = true;                          ///< in the background; optim.immediate is not concerned
  std::chrono::seconds optimize_timeout{60};     ///< of one render in the background
  bool face_detection = true;                    ///< where somebody asks for it
  std::int64_t max_source_pixels = 225'000'000;  ///< of all frames together
  std::int64_t max_source_frames = 1'000;
  std::int64_t max_video_pixel_seconds = 30'000'000'000;  ///< of a video: pixels of a picture, times seconds
  std::int64_t max_still_pixels = 2'500'000'000;  ///< that are decoded of a video for one picture of it
  std::chrono::seconds film_timeout{60};          ///< of one part of a video that is coded anew
  std::int64_t max_output_pixels = 100'000'000;   ///< of all frames together
  std::int64_t max_output_side = 16'383;          ///< pixels; WebP's own limit
  std::int64_t max_operations = 50;
  std::chrono::seconds max_cost{120};                        ///< of a render, as plan/cost.h estimates it
  std::int64_t pyramid_from_pixels = 4'000'000;              ///< of a source
  std::int64_t worker_memory_bytes = std::int64_t{4} << 30;  ///< address space of a worker
  bool require_sandbox = false;                              ///< no start without the whole of it
  std::int64_t worker_recycle_jobs = 1'000;
  std::int64_t worker_recycle_rss_bytes = std::int64_t{512} << 20;
  std::vector<std::string> file_kinds = all_file_kinds();  ///< taken besides pictures and fonts
};

void describe(config::Table& table, Settings& settings);

/// The formats that `file_kinds` names. Errors: bad_request, for the first that is none.
Result<std::vector<Format>> mere_files_of(const Settings& settings);

}  // namespace rucola::render
