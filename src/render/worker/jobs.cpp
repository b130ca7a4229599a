#include "render/worker/jobs.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <utility>
#include <vector>

#include <vips/vips8>

#include "render/protocol/out_of_memory.h"
#include "render/protocol/socket.h"
#include "render/worker/confinement/confinement.h"
#include "render/worker/drawing/draw.h"
#include "render/worker/drawing/repack.h"
#include "render/worker/inspection/inspect.h"
#include "render/worker/memory/allocations.h"
#include "render/worker/memory/mapped_file.h"
#include "render/worker/memory/result_file.h"
#include "render/worker/self_test.h"

namespace rucola::render::worker {
namespace {

using protocol::Job;
using protocol::JobKind;
using protocol::Reply;

Reply failed(Error error) {
  Reply reply;
  reply.error = std::move(error);
  return reply;
}

Reply with_file(const Drawing& drawing, const UniqueFd& result) {
  if (auto written = write_result(result, drawing.bytes); !written) return failed(written.error());
  Reply reply;
  reply.result_bytes = static_cast<std::int64_t>(drawing.bytes.size());
  reply.inspection.format = drawing.format;
  return reply;
}

Reply render_job(const Job& job, Files files, const UniqueFd& result) {
  const Result<Plan> plan = parse_plan(job.plan);
  if (!plan) return failed(plan.error());
  const Result<Drawing> drawing = draw(files, *plan, job.limits);
  return drawing ? with_file(*drawing, result) : failed(drawing.error());
}

Reply measure_job(const Job& job, Files files) {
  const Result<Plan> plan = parse_plan(job.plan);
  if (!plan) return failed(plan.error());
  Result<Measured> measured = measure(files, *plan, job.measurement, job.limits);
  if (!measured) return failed(measured.error());
  Reply reply;
  reply.measured = std::move(*measured);
  return reply;
}

Reply inspect_job(const Job& job, Files files) {
  const File& file = files.front();
  Result<std::optional<Inspection>> inspection =
      job.unless_heavy ? inspect_source_unless_heavy(file, job.limits) : inspect_source(file, job.limits);
  if (!inspection) return failed(inspection.error());
  Reply reply;
  reply.is_heavy = !*inspection;
  if (*inspection) reply.inspection = std::move(**inspection);
  return reply;
}

Reply repack_job(const Job& job, Files files, const UniqueFd& result) {
  const Result<Drawing> repacked = repack(files.front().bytes, job.repacking, job.limits);
  return repacked ? with_file(*repacked, result) : failed(repacked.error());
}

Reply self_test_job(bool files_restricted) {
  if (auto passed = self_test(files_restricted); !passed) return failed(passed.error());
  return {};
}

Reply try_to(const Job& job, std::span<const UniqueFd> descriptors) {
  const std::size_t sources = job.file_bytes.size();
  if (sources == 0 || descriptors.size() != sources + (protocol::makes_a_file(job.kind) ? 1 : 0)) {
    return failed({ErrorCode::internal, {"The image could not be processed."}, {"a job lacks its files"}});
  }
  std::vector<MappedFile> mapped;
  std::vector<File> files;
  for (std::size_t i = 0; i < sources; ++i) {
    Result<MappedFile> file = MappedFile::map(descriptors[i].get(), job.file_bytes[i]);
    if (!file) return failed(file.error());
    files.push_back({file->bytes(), descriptors[i].get()});
    mapped.push_back(std::move(*file));
  }
  if (job.kind == JobKind::measure) return measure_job(job, files);
  if (job.kind == JobKind::inspect) return inspect_job(job, files);
  return job.kind == JobKind::repack ? repack_job(job, files, descriptors.back())
                                     : render_job(job, files, descriptors.back());
}

/// libvips repeats itself over many lines.
std::string excerpt(std::string_view text) {
  constexpr std::size_t most = 500;
  return std::string(text.substr(0, most));
}

/// `text`: libvips'.
std::string what_is_wrong(std::string_view text) {
  // libspng's, of a PNG whose pixels nobody has looked at.
  if (text.contains("chunk/cache limits"))
    return "The image can't be read: there is too much beside its pixels (texts, a colour profile).";
  return "The image is damaged or cut off: it can't be decoded completely.";
}

/// Whatever a library throws is a verdict on the image.
Reply carry_out_whole(const Job& job, std::span<const UniqueFd> files) {
  // Errors gather in libvips until they are cleared, also those that a caller got over.
  vips_error_clear();
  try {
    return try_to(job, files);
  } catch (const Refused& refused) {
    return failed(refused.error());
  } catch (const vips::VError& error) {
    const std::string_view text = error.what();
    if (text.contains("out of memory")) return failed(protocol::out_of_memory({}));
    return failed({ErrorCode::unprocessable, {what_is_wrong(text)}, {excerpt(text)}});
  } catch (const std::bad_alloc&) {
    return failed(protocol::out_of_memory({}));
  } catch (const std::exception& error) {
    return failed({ErrorCode::internal, {"The image could not be processed."}, {excerpt(error.what())}});
  }
}

}  // namespace

Reply carry_out(const Job& job, std::span<const UniqueFd> files) {
  vips_concurrency_set(static_cast<int>(job.threads));
  const std::uint64_t refused_before = refused_allocations();
  Reply reply = carry_out_whole(job, files);
  const bool ran_out = refused_allocations() != refused_before;
  // Decoders that get no memory say that the file is damaged, or that something failed.
  if (reply.error && ran_out &&
      (reply.error->code == ErrorCode::unprocessable || reply.error->code == ErrorCode::internal))
    reply.error = protocol::out_of_memory(reply.error->message.text + ' ' + reply.error->detail.text);
  return reply;
}

namespace {

constexpr std::chrono::milliseconds idle_after{300};

Result<protocol::Message> next_message(int socket, FreeMemory& free_memory) {
  free_memory.return_if_much();
  Result<protocol::Message> message =
      protocol::receive_message(socket, std::chrono::steady_clock::now() + idle_after);
  if (message || message.error().code != ErrorCode::timed_out) return message;
  free_memory.return_all();
  return protocol::receive_message(socket);
}

}  // namespace

void serve(int socket, bool files_restricted, FreeMemory free_memory) {
  while (Result<protocol::Message> message = next_message(socket, free_memory)) {
    const Result<Job> job = protocol::read_job(message->text);
    if (!job) return;
    allow_processor_time(job->limits.cpu_seconds * job->threads);
    const Reply reply =
        job->kind == JobKind::self_test ? self_test_job(files_restricted) : carry_out(*job, message->files);
    message->files.clear();
    if (!protocol::send_message(socket, protocol::write_reply(reply))) return;
  }
}

}  // namespace rucola::render::worker
