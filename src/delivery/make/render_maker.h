// Makes renders: out of the caches, or by one job however many wait for it; and the measurements and base
// renders that they need.
//
// Threads: every function may be called from any thread; files are read and written where the disk is waited
// for. `done` is called exactly once, at once where memory has the render, else there or on a thread of the
// renderer, and must be quick. measured() reads a small file at most. Ownership: what is passed in outlives
// the object, and the object outlives what it makes: it is shared. Cancellation: a client that has departed
// (JobFor) is answered, too, but nobody cares with what: where all who wait have, the job is not begun.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/coalescer.h"
#include "base/error.h"
#include "base/executor.h"
#include "base/time.h"
#include "catalog/blob_store.h"
#include "delivery/cache/render_cache.h"
#include "delivery/cache/renders_in_use.h"
#include "delivery/make/base_files.h"
#include "delivery/make/known_drawings.h"
#include "delivery/make/known_failures.h"
#include "render/planning/planner.h"
#include "render/renderer.h"

namespace rucola::delivery {

struct RenderMakerParts {
  catalog::BlobStore& blobs;
  const Spool& spool;
  RenderCache& memory;
  RenderCache& disk_cache;
  render::Renderer& renderer;
  BlockingExecutor& disk;
  BlockingExecutor& originals;  ///< those that are far away
  BaseFiles& bases;
};

/// Where the bytes came from, as Cache-Status says it.
enum class RenderSource { memory, disk, rendered };

struct MadeRender {
  std::string key;  ///< of what was made: of planned.smaller where that was there
  std::shared_ptr<const StoredRender> render;
  RenderSource source = RenderSource::rendered;
  bool kept = true;  ///< in a cache, or on its way there
};

class RenderMaker : public std::enable_shared_from_this<RenderMaker> {
 public:
  using Done = std::function<void(const Result<MadeRender>&)>;

  explicit RenderMaker(RenderMakerParts parts);

  /// The smaller render where it is there, else the usual one.
  void make(const render::PlannedRender& planned, const render::JobFor& whom, const Done& done);
  /// The same for an answer that nobody is to keep: no cache gets it, though one may have it already.
  void make_unkept(const render::PlannedRender& planned, const render::JobFor& whom, const Done& done);
  /// The smaller render, in the background; `planned` has one.
  void make_smaller(const render::PlannedRender& planned, const std::string& organization, const Done& done);
  /// measured() may know it then, for as long as the caches keep it.
  void measure(const render::NeededMeasurement& needed, const render::JobFor& whom,
               const std::function<void(const Result<render::Measured>&)>& done);
  /// Nothing: it has never been measured, or is forgotten.
  std::optional<render::Measured> measured(std::string_view key);

 private:
  struct Counters;
  struct Finished {
    std::shared_ptr<const StoredRender> render;
    bool kept = false;
  };
  /// Whose share a job takes, and so who is refused where that is used up.
  struct Party {
    std::string organization;
    std::string client;
    bool operator==(const Party&) const = default;
  };
  using Renders = Coalescer<Finished, Party>;
  using BaseOpens = Coalescer<std::shared_ptr<const BaseFile>, Party>;
  using Sources = std::vector<render::Source>;
  /// What a job reads. The base is in use until the job is done.
  struct Gathered {
    Sources sources{};
    std::shared_ptr<const BaseFile> base{};  ///< null: the image itself is read
  };
  using WithSources = std::function<void(Result<Gathered>)>;

  using ToRenderer =
      std::function<void(Sources, const render::JobFor&, std::function<void(Result<render::RenderedImage>)>)>;
  /// A base is no answer, and counted as none; nor is what is made smaller, before it is asked for.
  enum class Purpose { answer, unkept_answer, base, smaller };
  static bool is_answer(Purpose purpose) {
    return purpose == Purpose::answer || purpose == Purpose::unkept_answer;
  }
  /// A render under way.
  struct Making {
    std::string key;  ///< of what is made
    render::Plan plan;
    std::vector<render::PlannedFile> files;
    std::shared_ptr<const render::PlannedRender> without_base;
    ToRenderer render;
    render::JobFor whom;  ///< of all who wait
    Purpose purpose = Purpose::answer;
    render::Cost cost{};  ///< as it was estimated
    Time begun = now();
  };
  using MakingPtr = std::shared_ptr<const Making>;

  std::optional<MadeRender> find_in_memory(const std::string& key);
  std::optional<MadeRender> find(const std::string& key);
  void on_disk(std::function<void()> step, std::function<void(const Error&)> refuse);
  void make_for(Purpose purpose, const render::PlannedRender& planned, const render::JobFor& whom,
                const Done& done);
  void make_blocking(Purpose purpose, const render::PlannedRender& planned, const render::JobFor& whom,
                     const Done& done);
  void make(Making making, const Done& done);
  bool is_there_after_all(const std::string& key);
  void begin(const MakingPtr& making);
  void finish(const MakingPtr& making, render::RenderedImage image);
  void give_up(const MakingPtr& making, const Error& error);
  void begin_measuring(const render::NeededMeasurement& needed, const render::JobFor& whom);
  void give_up_measuring(const render::NeededMeasurement& needed, const render::JobFor& whom,
                         const Error& error);
  void gather(const std::vector<render::PlannedFile>& files, const render::JobFor& whom,
              const WithSources& then);
  void gather_or_throw(const std::vector<render::PlannedFile>& files, const render::JobFor& whom,
                       const WithSources& then);
  void make_without_base(const MakingPtr& making, const Error& error);
  void open_base(const render::PlannedRender& base, const render::JobFor& whom,
                 const BaseOpens::Waiter& then);
  void make_base(const render::PlannedRender& base, const render::JobFor& whom);
  void give_up_base(const render::PlannedRender& base, const render::JobFor& whom, const Error& error);
  void gather_blobs(const std::vector<render::PlannedFile>& files, Gathered gathered,
                    const render::JobFor& whom, const WithSources& then);
  [[nodiscard]] bool are_near(const std::vector<render::PlannedFile>& files, std::size_t from) const;
  Result<void> open_blobs(const std::vector<render::PlannedFile>& files, Sources& sources);
  bool is_heavy(const render::Plan& plan, const std::vector<render::PlannedFile>& files, render::Cost cost);
  static KnownFailures::Attempt attempt_of(const Making& making);
  static KnownFailures::Attempt attempt_of(const render::NeededMeasurement& needed,
                                           const render::JobFor& whom);
  static Time dated(const Making& making);
  bool keep(const std::string& key, const std::shared_ptr<const StoredRender>& stored);
  static Party party_of(const render::JobFor& whom) { return {whom.organization, whom.client}; }
  template <class Things>
  static std::optional<render::JobFor> next_in_line(Things& things, const std::string& key,
                                                    const render::JobFor& whom, const Error& error,
                                                    bool is_known = false);

  RenderMakerParts parts_;
  Renders renders_;
  RendersInUse in_use_;  ///< of those that no cache may have; the one on disk knows its own
  KnownFailures failures_;
  KnownDrawings drawings_;
  BaseOpens base_opens_;
  Counters& counters_;
};

}  // namespace rucola::delivery
