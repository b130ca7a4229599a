// rucola upload FILE…: the server's own ingest, on the data directory itself
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>

#include <boost/json/serialize.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/source_image_json.h"
#include "base/file_name.h"
#include "cli/commands.h"
#include "cli/data_command.h"
#include "delivery/ingest/ingest.h"
#include "render/workers/pool.h"

namespace rucola::cli {
namespace {

struct Options {
  std::string data = default_data_directory;
  std::string organization;
  std::vector<std::string> files;
};

/// A bar on a terminal, nothing elsewhere.
class ProgressBar {
 public:
  ProgressBar(std::string label, std::int64_t total)
      : label_(std::move(label)), total_(std::max<std::int64_t>(total, 1)) {}
  ~ProgressBar() {
    if (shown_) std::cerr << "\r\x1b[K";
  }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void advance(std::int64_t bytes) {
    done_ += bytes;
    const auto percent = static_cast<int>(done_ * 100 / total_);
    if (!shown_ || percent == percent_) return;
    percent_ = percent;
    constexpr std::size_t width = 30;
    const auto filled = static_cast<std::size_t>(percent) * width / 100;
    std::cerr << "\r" << label_ << " [" << std::string(filled, '#') << std::string(width - filled, ' ')
              << "] " << percent << "%" << std::flush;
  }

 private:
  std::string label_;
  std::int64_t total_;
  std::int64_t done_ = 0;
  int percent_ = -1;
  bool shown_ = ::isatty(STDERR_FILENO) != 0;
};

Result<SpooledFile> spool(const std::string& path, const Spool& into) {
  const UniqueFd source(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (!source || ::fstat(source.get(), &status) != 0) {
    return fail(ErrorCode::bad_request, path + " can't be read: " + std::strerror(errno));
  }
  auto writer = into.new_file(status.st_size);
  if (!writer) return std::unexpected(writer.error());
  ProgressBar bar(std::filesystem::path(path).filename(), status.st_size);
  std::array<char, std::size_t{256} << 10> buffer{};
  for (;;) {
    const ssize_t got = ::read(source.get(), buffer.data(), buffer.size());
    if (got < 0) return fail(ErrorCode::bad_request, path + " can't be read: " + std::strerror(errno));
    if (got == 0) return writer->finish();
    if (auto written = writer->write({buffer.data(), static_cast<std::size_t>(got)}); !written) {
      return std::unexpected(written.error());
    }
    bar.advance(got);
  }
}

Result<void> upload_one(const Data& data, render::Renderer& renderer, const Options& options,
                        const std::string& path) {
  auto file = spool(path, *data.spool);
  if (!file) return std::unexpected(file.error());
  auto inspected =
      delivery::inspect_blocking(renderer, {.file = std::move(*file), .filename = plain_file_name(path)});
  if (!inspected) return std::unexpected(inspected.error());
  const auto added = delivery::store_blocking(data.store->images(), *data.blobs, std::move(*inspected),
                                              options.organization);
  if (!added) return std::unexpected(added.error());
  std::cout << boost::json::serialize(api::source_image_json(added->image)) << "\n" << std::flush;
  return {};
}

Result<void> upload(const Data& data, const Options& options) {
  if (const auto known = data.store->organizations().find(options.organization); !known)
    return std::unexpected(known.error());
  render::Settings settings;
  settings.workers = 1;
  render::WorkerPool workers(settings, worker_program());
  if (auto started = workers.start(); !started) return started;
  for (const std::string& path : options.files) {
    if (auto uploaded = upload_one(data, workers, options, path); !uploaded) return uploaded;
  }
  workers.shut_down();
  return {};
}

}  // namespace

void add_upload(CLI::App& app, Chosen& run) {
  auto options = std::make_shared<Options>();
  auto* command = add_data_command(app, run, options, "upload",
                                   "Add files as source images; prints one JSON object a file", upload);
  command->add_option("--organization", options->organization, "The organization")->required();
  command->add_option("files", options->files, "Image files")->required();
}

}  // namespace rucola::cli
