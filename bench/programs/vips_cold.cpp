// What cold renders cost without a server: the same jobs, done by libvips called in-process. As many
// processes as asked for, each with one thread, take jobs from one list until it is empty: the best that
// these cores can do.
//
//   vips_cold SOURCE.jpg PROCESSES < jobs      a job a line: FORMAT WIDTH QUALITY, as in "jpg 720 80"
//
// Prints one JSON object: seconds from the first job to the last, jobs, bytes made, processor seconds (those
// of the first, unmeasured render of each process included), peak memory of a process.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vips/vips8>

namespace {

using vips::VImage;
using vips::VOption;

struct Job {
  std::string format;
  int width = 0;
  int quality = 0;
};

/// Lies in memory that all processes share.
struct Progress {
  std::atomic<std::size_t> next{0};
  std::atomic<int> ready{0};
  std::atomic<bool> go{false};
  std::atomic<std::int64_t> bytes{0};
};

VOption* encoder_options(const Job& job) {
  VOption* options = VImage::option()->set("Q", job.quality)->set("strip", true);
  if (job.format == "jpg") return options->set("optimize_coding", true);
  return options->set("effort", 4);
}

/// The JPEG decoder can shrink while it decodes; the rest is left to the resize.
int shrink_on_load(double factor) {
  for (const int possible : {8, 4, 2}) {
    if (factor >= possible) return possible;
  }
  return 1;
}

/// The same steps as the server's workers take for a plain resize. vips_thumbnail() would not do: it shrinks
/// on load only from a factor of 4 on, and so does other work.
std::size_t render(const std::string& source, const Job& job) {
  const double factor = static_cast<double>(VImage::new_from_file(source.c_str()).width()) / job.width;
  VImage image = VImage::jpegload(
      source.c_str(),
      VImage::option()->set("shrink", shrink_on_load(factor))->set("access", VIPS_ACCESS_SEQUENTIAL));
  image = image.resize(static_cast<double>(job.width) / image.width());
  if (image.get_typeof(VIPS_META_ICC_NAME) != 0) {
    image = image.icc_transform("srgb", VImage::option()->set("embedded", true));
  }
  VipsBlob* encoded = job.format == "jpg" ? image.jpegsave_buffer(encoder_options(job))
                                          : image.webpsave_buffer(encoder_options(job));
  const std::size_t bytes = VIPS_AREA(encoded)->length;
  vips_area_unref(VIPS_AREA(encoded));
  return bytes;
}

int work(const std::string& source, const std::vector<Job>& jobs, Progress& progress) {
  vips_concurrency_set(1);
  vips_cache_set_max(0);  // as a worker that sees every source once
  try {
    render(source, jobs.front());  // code and tables are paged in before the clock starts
    ++progress.ready;
    while (!progress.go)
      std::this_thread::yield();
    for (std::size_t i = progress.next++; i < jobs.size(); i = progress.next++) {
      progress.bytes += static_cast<std::int64_t>(render(source, jobs[i]));
    }
  } catch (const std::exception& error) {
    std::cerr << "vips_cold: " << error.what() << "\n";
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

std::vector<Job> read_jobs() {
  std::vector<Job> jobs;
  for (Job job; std::cin >> job.format >> job.width >> job.quality;)
    jobs.push_back(job);
  return jobs;
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

bool all_succeeded(int processes) {
  bool success = true;
  for (int i = 0; i < processes; ++i) {
    int status = 0;
    success = wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS && success;
  }
  return success;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: vips_cold SOURCE.jpg PROCESSES < jobs\n";
    return EXIT_FAILURE;
  }
  const int processes = std::atoi(argv[2]);
  const std::vector<Job> jobs = read_jobs();
  void* shared = mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (processes < 1 || jobs.empty() || shared == MAP_FAILED || VIPS_INIT(argv[0]) != 0) return EXIT_FAILURE;
  auto& progress = *new (shared) Progress;

  for (int i = 0; i < processes; ++i) {
    if (fork() == 0) _exit(work(argv[1], jobs, progress));
  }
  while (progress.ready < processes) {
    if (waitpid(-1, nullptr, WNOHANG) > 0) return EXIT_FAILURE;  // one failed in its first render
    std::this_thread::yield();
  }
  const auto began = std::chrono::steady_clock::now();
  progress.go = true;
  const bool success = all_succeeded(processes);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;

  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  std::cout << "{\"seconds\": " << took.count() << ", \"jobs\": " << jobs.size()
            << ", \"bytes\": " << progress.bytes
            << ", \"processor_seconds\": " << seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime)
            << ", \"peak_rss_kib\": " << usage.ru_maxrss << "}\n";
  return success ? EXIT_SUCCESS : EXIT_FAILURE;
}
