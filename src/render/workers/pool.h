// Sandboxed worker processes, one job at a time each, with a bounded queue in front.
//
// The server holds one thread a worker, which sends jobs over a Unix socket (source descriptors in, and a
// memfd for the result), watches the deadline, kills and respawns. A worker that died costs its job one
// retry, nothing else; so does one that overran its deadline where the machine had been too busy to give it
// that time.
//
// Organizations take turns, and within one its clients. Where there are several workers, at least one is kept
// free of heavy jobs (render/plan/cost.h) and of any one organization's inspections. Where there is one,
// heavy jobs go to a further worker, which gives way to it on the processor and is started by the first of
// them.
//
// Inspections that take long, and what makes another file of one that is sent in, always go to such further
// workers, of which there are two where there are several others, and of which no organization has both:
// uploads hold up no renders. Whether an inspection takes long is said by the worker that is asked for it
// first.
//
// Parts of videos that are coded anew have further workers of their own, of which there are as many, and
// which give way, too: neither renders nor uploads wait for them.
//
// What makes renders smaller in the background goes to one further worker, started by the first such job.
//
// Threads: as Renderer. start() and shut_down() from the main thread only.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "render/renderer.h"
#include "render/settings.h"

namespace rucola::render {

class WorkerPool final : public Renderer {
 public:
  /// `worker_program` is the rucola-worker executable.
  WorkerPool(const Settings& settings, const std::filesystem::path& worker_program);
  ~WorkerPool() override;

  /// Spawns the workers and runs the self-test in the sandbox: every format decodes and encodes, text is not
  /// blank, files are out of reach, a socket is the end. Measures that this machine does not allow (no
  /// Landlock, no network namespace) are logged, or refused where the settings require them. Blocks until it
  /// passed. Errors: internal, with what failed, and why where the machine tells.
  Result<void> start();
  /// What nobody waits for: what is made smaller is given up, and its worker killed.
  void end_background();
  /// Whoever waits is told at once that nothing comes of it: what runs is killed, what is queued refused.
  /// Returns without waiting.
  void cancel();
  /// Lets running jobs end where they were not cancelled, refuses what is queued, ends the workers.
  void shut_down();

  void render(std::vector<Source> sources, const Plan& plan, const JobFor& whom,
              std::function<void(Result<RenderedImage>)> done) override;
  void optimize(std::vector<Source> sources, const Plan& plan,
                std::function<void(Result<RenderedImage>)> done) override;
  void measure(std::vector<Source> sources, const Plan& plan, Measurement measurement, const JobFor& whom,
               std::function<void(Result<Measured>)> done) override;
  void inspect(Source source, const std::string& organization,
               std::function<void(Result<Inspection>)> done) override;
  void repack(Source source, Repacking how, const std::string& organization,
              std::function<void(Result<RenderedImage>)> done) override;

  /// As the first worker reported it.
  [[nodiscard]] std::string vips_version() const override;
  /// Measures of the sandbox that this machine does not allow, as the first worker reported them.
  [[nodiscard]] std::vector<std::string> sandbox_missing() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rucola::render
