#include "render/settings.h"

#include <algorithm>
#include <ranges>

#include "base/wording.h"

namespace rucola::render {
namespace {

constexpr std::int64_t one_mebibyte = std::int64_t{1} << 20;
constexpr std::int64_t one_tebibyte = std::int64_t{1} << 40;

void describe_workers(config::Table::Section& section, Settings& settings) {
  section.integer(
      "workers", settings.workers, {0, 256}, "workers",
      "Sandboxed processes that decode and render, one image at a time each; 0 = one a core. Uploads that "
      "take "
      "long to decode have up to two further ones, which give way to them; where it is one, they and renders "
      "that take long have one.");
  section.integer("queue_limit", settings.queue_limit, {0, 100'000}, "jobs",
                  "Renders that may wait for a worker. Past it a request is answered with 503 and "
                  "Retry-After at once.");
  section.seconds(
      "queue_timeout", settings.queue_timeout, {1, 600},
      "How long a render may wait for a worker before it is answered with 503. One that would wait "
      "longer, as long as renders take at the time, is refused at once; once renders have been waiting "
      "for a fifth of this time without a break, so is one that would wait longer than an eighth of it.");
  section.seconds(
      "job_timeout", settings.job_timeout, {1, 600},
      "How long a worker may take for one image. After it the worker is killed; the render is tried "
      "once more if the machine had been too busy to give it that time.");
  section.seconds(
      "film_timeout", settings.film_timeout, {1, 3600},
      "How long a worker may take to code one part of a video anew, for streaming: one or two "
      "further workers do nothing else, and give way to all others. After it the worker is killed "
      "and the part answered with 504; one that waits longer than this, and than queue_timeout, "
      "is answered with 503.");
  section.bytes("worker_memory", settings.worker_memory_bytes, {least_worker_memory_bytes, one_tebibyte},
                "Address space of one worker, which has taken some 350 MiB of it before its first image. An "
                "image that needs more costs its own render, nothing else.");
  section.boolean("require_sandbox", settings.require_sandbox,
                  "Refuses to start where this machine does not allow the whole sandbox of the workers: "
                  "Landlock, a network of their own, a user of their own (for which the server is started as "
                  "root). Otherwise the log and GET /healthz say what is missing.");
  section.boolean("optimize", settings.optimize,
                  "Makes renders smaller after their first answer, as the stack options optim.* say, in one "
                  "further worker that gives way to everything else.");
  section.seconds("optimize_timeout", settings.optimize_timeout, {1, 3600},
                  "How long that worker may take for one render; after it the render stays as it is.");
  section.boolean(
      "face_detection", settings.face_detection,
      "Looks for the face of an image where its metadata ask for it, with an empty detection_face. "
      "Otherwise that is refused with 501.");
  section.integer("worker_recycle_jobs", settings.worker_recycle_jobs, {1, 1'000'000'000}, "jobs",
                  "A worker is replaced by a fresh one after this many renders.");
  section.bytes("worker_recycle_rss", settings.worker_recycle_rss_bytes, {64 * one_mebibyte, one_tebibyte},
                "A worker that holds more memory than this after a render is replaced by a fresh one.");
}

void describe_pyramids(config::Table::Section& section, Settings& settings) {
  section.integer(
      "pyramid_from_pixels", settings.pyramid_from_pixels, {1, std::int64_t{1} << 40}, "pixels",
      "Sources from this size on, width times height, get a pyramid, from which the tiles of IIIF are made, "
      "and JPEGs an eighth of themselves, from which small pictures are. Those of smaller ones are made "
      "from the source itself.");
}

void describe_limits(config::Table::Section& section, Settings& settings) {
  section.integer("max_source_pixels", settings.max_source_pixels, {1, std::int64_t{1} << 33}, "pixels",
                  "Largest source image, width times height times frames. A larger one is refused with 413 "
                  "before it is decoded.");
  section.integer("max_source_frames", settings.max_source_frames, {1, 100'000}, "frames",
                  "Most frames of an animation. A longer one is refused with 413 before it is decoded.");
  section.integer("max_video_pixel_seconds", settings.max_video_pixel_seconds, {1, std::int64_t{1} << 50},
                  "pixels times seconds",
                  "Largest video, width times height of its picture times its seconds; the default is four "
                  "hours of 1920 × 1080. A larger one is refused with 413 before anything is decoded.");
  section.integer("max_still_pixels", settings.max_still_pixels, {1, std::int64_t{1} << 40}, "pixels",
                  "Most pixels of a video that are decoded for one picture of it, for one animation, or for "
                  "one part that "
                  "is coded anew: pictures are stored as what has changed since the last that is whole. The "
                  "default is 300 "
                  "pictures of 3840 × 2160. What takes more is refused with 413 before it is decoded.");
  section.integer("max_output_pixels", settings.max_output_pixels, {1, std::int64_t{1} << 33}, "pixels",
                  "Largest render, width times height times frames. A larger one is refused with 422 before "
                  "it is started.");
  section.integer("max_output_side", settings.max_output_side, {1, 16'383}, "pixels",
                  "Largest width and largest height of a render; WebP can hold no more than 16383.");
  section.integer("max_operations", settings.max_operations, {1, operations_cap}, "operations",
                  "Most operations that one render may have, those of the URL included.");
  section.seconds("max_cost", settings.max_cost, {1, 1'000'000},
                  "Longest time of one processor core that a render is estimated to take, by the size of the "
                  "image and what is done to it: blurs above all. A longer one is refused with 422 before it "
                  "is started. The estimate is a rough one; what takes too long after all is ended by "
                  "job_timeout.");
}

void describe_files(config::Table::Section& section, Settings& settings) {
  section.list(
      "file_kinds", settings.file_kinds,
      "Kinds of files that may be uploaded although they are no images: they are stored, and delivered "
      "as they are by stacks with source_file; renders show a drawing of a sheet. The kind is told by "
      "the content. [] = none.");
}

}  // namespace

void describe(config::Table& table, Settings& settings) {
  auto section = table.section("render");
  describe_workers(section, settings);
  describe_limits(section, settings);
  describe_pyramids(section, settings);
  describe_files(section, settings);
}

std::vector<std::string> all_file_kinds() {
  const auto names = mere_files() | std::views::transform(name_of);
  return {names.begin(), names.end()};
}

Result<std::vector<Format>> mere_files_of(const Settings& settings) {
  std::vector<Format> formats;
  formats.reserve(settings.file_kinds.size());
  for (const std::string& name : settings.file_kinds) {
    const auto found = std::ranges::find(mere_files(), name, name_of);
    if (found == mere_files().end()) {
      return fail(ErrorCode::bad_request,
                  "render.file_kinds: " + in_quotes(name) +
                      " is none of the kinds that files are told apart by: " + names_of(mere_files()) + ".");
    }
    formats.push_back(*found);
  }
  return formats;
}

}  // namespace rucola::render
