// Real workers, as the server has them, and what the tests give them to do.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "render/sample_images.h"
#include "render/workers/pool.h"

namespace rucola::render {

inline std::filesystem::path worker_program() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "rucola-worker";
}

inline std::vector<Source> list_of(Source source) {
  std::vector<Source> sources;
  sources.push_back(std::move(source));
  return sources;
}

inline Source source_of(const std::string& bytes) {
  UniqueFd fd(::memfd_create("source", MFD_CLOEXEC));
  if (::write(fd.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) std::abort();
  return {std::move(fd), static_cast<std::int64_t>(bytes.size())};
}

inline std::future<Result<RenderedImage>> begin(WorkerPool& pool, const std::string& bytes, const Plan& plan,
                                                const JobFor& whom = {}) {
  auto promise = std::make_shared<std::promise<Result<RenderedImage>>>();
  pool.render(list_of(source_of(bytes)), plan, whom,
              [promise](Result<RenderedImage> result) { promise->set_value(std::move(result)); });
  return promise->get_future();
}

inline std::future<Result<Inspection>> begin_inspection(WorkerPool& pool, const std::string& bytes,
                                                        const std::string& organization = "acme") {
  auto promise = std::make_shared<std::promise<Result<Inspection>>>();
  pool.inspect(source_of(bytes), organization,
               [promise](Result<Inspection> result) { promise->set_value(std::move(result)); });
  return promise->get_future();
}

inline Plan plan_for(Size source, std::vector<Step> steps) {
  Plan plan;
  plan.source = source;
  plan.steps = std::move(steps);
  plan.encoding.format = Format::png;
  return plan;
}

/// A child of this process called rucola-worker.
struct Child {
  pid_t pid = 0;
  long ticks = 0;  ///< processor time used
};

inline std::vector<Child> workers() {
  std::vector<Child> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "stat");
    std::string line;
    if (!std::getline(file, line) || line.find("(rucola-worker)") == std::string::npos) continue;
    std::istringstream fields(line.substr(line.rfind(')') + 2));
    std::vector<std::string> values{std::istream_iterator<std::string>(fields), {}};
    if (values.size() < 13 || values[0] == "Z" || std::stoi(values[1]) != ::getpid()) continue;
    children.push_back({std::stoi(name), std::stol(values[11]) + std::stol(values[12])});
  }
  return children;
}

inline std::set<pid_t> worker_pids() {
  std::set<pid_t> pids;
  for (const Child& child : workers())
    pids.insert(child.pid);
  return pids;
}

template <class Condition>
inline bool eventually(const Condition& condition) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > limit) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

inline Settings one_worker() {
  Settings settings;
  settings.workers = 1;
  settings.job_timeout = std::chrono::seconds(120);
  settings.queue_timeout = std::chrono::seconds(120);
  return settings;
}

inline const std::string& small_png() {
  static const std::string bytes = samples::file(samples::photo(60, 40), ".png");
  return bytes;
}

inline Plan small_plan() {
  return plan_for({60, 40}, {ResizeStep{{30, 20}}});
}

/// Tiny to send, endless to draw.
inline const std::string endless_drawing =
    "<svg xmlns='http://www.w3.org/2000/svg' width='4000' height='4000'><filter id='f'>"
    "<feTurbulence baseFrequency='0.7' numOctaves='200'/><feGaussianBlur stdDeviation='90'/>"
    "<feTurbulence baseFrequency='0.1' numOctaves='200'/></filter>"
    "<rect width='4000' height='4000' filter='url(#f)'/></svg>";

/// At whatever size: 256 pixels are a second each time.
inline std::string drawing_endless_at_any_size() {
  constexpr int times = 500;
  std::string drawing =
      "<svg xmlns='http://www.w3.org/2000/svg' width='4000' height='4000'><filter id='f'>"
      "<feTurbulence baseFrequency='0.7' numOctaves='200'/></filter>";
  for (int i = 0; i < times; ++i)
    drawing += "<rect width='4000' height='4000' filter='url(#f)'/>";
  return drawing + "</svg>";
}

inline Plan endless_plan() {
  return plan_for({4000, 4000}, {});
}

/// Long enough to be caught in the act, on any machine.
inline const std::string& slow_picture() {
  static const std::string bytes = samples::file(samples::noise(900, 600), ".png[compression=1]");
  return bytes;
}

inline Plan slow_plan() {
  return plan_for({900, 600},
                  {RotateStep{.degrees = 33, .background = {}, .background_opacity = 0}, BlurStep{60}});
}

/// Kills the only worker once it is well into a job.
inline bool kill_the_worker_at_work(long idle_ticks) {
  return eventually([&] {
    for (const Child& child : workers()) {
      if (child.ticks >= idle_ticks + 5) return ::kill(child.pid, SIGKILL) == 0;
    }
    return false;
  });
}

inline long ticks_of_the_worker() {
  return workers().at(0).ticks;
}

}  // namespace rucola::render
