// What cold renders cost without a server: the same jobs, done by libvips called in-process. As many
// processes as asked for, each with one thread, take jobs from one list until it is empty: the best that
// these cores can do.
//
//   vips_cold SOURCE PROCESSES SECONDS < jobs      a job a line: FORMAT WIDTH QUALITY, as in "jpg 720 80"
//   vips_cold SOURCE OUT < jobs                    writes the first job's picture into the file OUT
//
// The source is a picture of any format that libvips reads; what is made is jpg, webp, avif or png, with the
// settings of the server's encoders. After SECONDS no process takes another job.
//
// Prints one JSON object: seconds from the first job to the last, jobs done, bytes made, processor seconds,
// peak memory of a process. Each process makes one render more, before the clock starts.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <new>
#include <string>
#include <string_view>
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

// The server's: src/render/worker/encoding/encode.cpp and src/render/plan/encoding.h.
constexpr int webp_effort = 4;
constexpr int avif_effort = 2;
constexpr int png_compression = 7;
constexpr double white = 255;

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
  std::atomic<std::int64_t> done{0};
  std::atomic<std::int64_t> bytes{0};
  std::atomic<std::int64_t> processor_microseconds{0};
};

/// The JPEG decoder can shrink while it decodes; the rest is left to the resize.
int shrink_on_load(double factor) {
  for (const int possible : {8, 4, 2}) {
    if (factor >= possible) return possible;
  }
  return 1;
}

struct Size {
  int width = 0;
  int height = 0;
};

int orientation_of(const VImage& image) {
  return image.get_typeof(VIPS_META_ORIENTATION) == G_TYPE_INT ? image.get_int(VIPS_META_ORIENTATION) : 1;
}

/// Of the stored picture, for an upright one that is `width` wide.
Size stored_target(const VImage& header, int width) {
  constexpr int first_that_swaps_sides = 5;
  const auto scaled = [](int side, int by, int from) {
    return std::max(1, static_cast<int>(std::lround(static_cast<double>(side) * by / from)));
  };
  if (orientation_of(header) < first_that_swaps_sides) {
    return {width, scaled(header.height(), width, header.width())};
  }
  return {scaled(header.width(), width, header.height()), width};
}

VImage decode(const std::string& source, Size target) {
  const VImage header = VImage::new_from_file(source.c_str());
  const std::string loader = header.get_string(VIPS_META_LOADER);
  const double factor = std::min(static_cast<double>(header.width()) / target.width,
                                 static_cast<double>(header.height()) / target.height);
  VOption* options = VImage::option()->set("access", VIPS_ACCESS_SEQUENTIAL);
  if (loader.starts_with("jpegload")) options->set("shrink", shrink_on_load(factor));
  if (loader.starts_with("webpload") && factor > 1) options->set("scale", 1 / factor);
  return VImage::new_from_file(source.c_str(), options);
}

VImage resize(const VImage& image, Size target) {
  return image.resize(static_cast<double>(target.width) / image.width(),
                      VImage::option()->set("vscale", static_cast<double>(target.height) / image.height()));
}

/// Colours count as much as they are seen.
VImage resize_premultiplied(const VImage& image, Size target) {
  return image.has_alpha() ? resize(image.premultiply(), target).unpremultiply().cast(VIPS_FORMAT_UCHAR)
                           : resize(image, target);
}

VipsBlob* encode(const VImage& image, const Job& job) {
  VOption* options = VImage::option()->set("strip", true);
  if (job.format == "png") {
    return image.pngsave_buffer(
        options->set("compression", png_compression)->set("filter", VIPS_FOREIGN_PNG_FILTER_NONE));
  }
  options->set("Q", job.quality);
  if (job.format == "webp") return image.webpsave_buffer(options->set("effort", webp_effort));
  if (job.format == "avif") {
    return image.heifsave_buffer(
        options->set("compression", VIPS_FOREIGN_HEIF_COMPRESSION_AV1)->set("effort", avif_effort));
  }
  const VImage opaque =
      image.has_alpha()
          ? image.flatten(VImage::option()->set("background", std::vector<double>{white, white, white}))
          : image;
  return opaque.jpegsave_buffer(options->set("optimize_coding", true));
}

/// The same steps as the server's workers take for a plain resize. vips_thumbnail() would not do: it shrinks
/// on load only from a factor of 4 on, and so does other work.
VipsBlob* render(const std::string& source, const Job& job) {
  const Size target = stored_target(VImage::new_from_file(source.c_str()), job.width);
  VImage image = resize_premultiplied(decode(source, target), target);
  if (image.get_typeof(VIPS_META_ICC_NAME) != 0) {
    image = image.icc_transform("srgb", VImage::option()->set("embedded", true));
  }
  // Lines of a picture that is turned are asked for in another order than they come.
  if (orientation_of(image) != 1) image = image.copy_memory().autorot();
  return encode(image, job);
}

std::int64_t processor_microseconds() {
  constexpr std::int64_t a_second = 1'000'000;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * a_second + usage.ru_utime.tv_usec +
         usage.ru_stime.tv_usec;
}

std::int64_t rendered_bytes(const std::string& source, const Job& job) {
  VipsBlob* encoded = render(source, job);
  const auto bytes = static_cast<std::int64_t>(VIPS_AREA(encoded)->length);
  vips_area_unref(VIPS_AREA(encoded));
  return bytes;
}

int work(const std::string& source, const std::vector<Job>& jobs, double seconds, Progress& progress) {
  try {
    rendered_bytes(source, jobs.front());  // code and tables are paged in before the clock starts
    ++progress.ready;
    while (!progress.go)
      std::this_thread::yield();
    const std::int64_t before = processor_microseconds();
    const auto last_start = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    for (std::size_t i = progress.next++; i < jobs.size() && std::chrono::steady_clock::now() < last_start;
         i = progress.next++) {
      progress.bytes += rendered_bytes(source, jobs[i]);
      ++progress.done;
    }
    progress.processor_microseconds += processor_microseconds() - before;
  } catch (const std::exception& error) {
    std::cerr << "vips_cold: " << error.what() << "\n";
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

int write(const std::string& source, const Job& job, const std::string& file) {
  try {
    VipsBlob* encoded = render(source, job);
    std::ofstream(file, std::ios::binary)
        .write(static_cast<const char*>(VIPS_AREA(encoded)->data),
               static_cast<std::streamsize>(VIPS_AREA(encoded)->length));
    vips_area_unref(VIPS_AREA(encoded));
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
  if (argc != 3 && argc != 4) {
    std::cerr << "usage: vips_cold SOURCE PROCESSES SECONDS < jobs\n       vips_cold SOURCE OUT < jobs\n";
    return EXIT_FAILURE;
  }
  const std::vector<Job> jobs = read_jobs();
  if (jobs.empty() || VIPS_INIT(argv[0]) != 0) return EXIT_FAILURE;
  vips_concurrency_set(1);
  vips_cache_set_max(0);  // as a worker that sees every source once
  if (argc == 3) return write(argv[1], jobs.front(), argv[2]);

  const int processes = std::atoi(argv[2]);
  const double seconds = std::atof(argv[3]);
  void* shared = mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (processes < 1 || shared == MAP_FAILED) return EXIT_FAILURE;
  auto& progress = *new (shared) Progress;

  for (int i = 0; i < processes; ++i) {
    if (fork() == 0) _exit(work(argv[1], jobs, seconds, progress));
  }
  while (progress.ready < processes) {
    if (waitpid(-1, nullptr, WNOHANG) > 0) return EXIT_FAILURE;  // one failed in its first render
    std::this_thread::yield();
  }
  const auto began = std::chrono::steady_clock::now();
  progress.go = true;
  const bool success = all_succeeded(processes);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;

  constexpr double microseconds_a_second = 1e6;
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  std::cout << "{\"seconds\": " << took.count() << ", \"jobs\": " << progress.done
            << ", \"bytes\": " << progress.bytes << ", \"processor_seconds\": "
            << static_cast<double>(progress.processor_microseconds) / microseconds_a_second
            << ", \"peak_rss_kib\": " << usage.ru_maxrss << "}\n";
  return success ? EXIT_SUCCESS : EXIT_FAILURE;
}
