// Makes delivered renders smaller, one after the other, while the first answers are already out:
// docs/optimisation.md.
//
// What waits here is lost with the process; whoever asks for such a render again puts it here again.
//
// Threads: add() may be called from any thread and never blocks. The rest runs where the catalog
// is waited for, which purges need, and on a thread of the renderer.
// Ownership: shared; the object outlives what it started. The parts outlive the object.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/executor.h"
#include "base/mutex.h"
#include "delivery/cache/hot_answers.h"
#include "delivery/make/render_maker.h"
#include "render/planning/planner.h"

namespace rucola::delivery {

/// Makes the caches in front forget everything of the organization that has one of the tags. Blocks.
using ForgetAtEdge = std::function<void(const std::string& organization, std::vector<std::string> tags)>;

class BackgroundRenders : public std::enable_shared_from_this<BackgroundRenders> {
 public:
  BackgroundRenders(std::shared_ptr<RenderMaker> maker, BlockingExecutor& catalog,
                    ForgetAtEdge forget_at_edge);

  /// `planned` has something smaller; `bytes` is the size of what was delivered for `organization` in the
  /// meantime. Null where nothing better will come: it failed before, or too many wait.
  Superseded add(const render::PlannedRender& planned, const std::string& organization, std::size_t bytes);

  /// What such an answer carries until something better can be delivered, for the caches in front.
  static std::string tag_of(const render::PlannedRender& planned);

 private:
  struct Counters;
  struct Waiting {
    std::shared_ptr<const render::PlannedRender> planned;
    std::string organization;
    std::size_t bytes = 0;
    std::string request_id{};  ///< of the first request that it was made for
  };
  using Tags = std::map<std::string, std::vector<std::string>>;  ///< by organization

  void start() REQUIRES(mutex_);
  void let_all_be_asked_for_again() REQUIRES(mutex_);
  void next();
  void finish(const Waiting& done, const Result<MadeRender>& made);
  Tags take_tags_if_due();

  const std::shared_ptr<RenderMaker> maker_;
  BlockingExecutor& catalog_;
  const ForgetAtEdge forget_at_edge_;
  Counters& counters_;

  Mutex mutex_;
  std::deque<Waiting> waiting_ GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::shared_ptr<std::atomic<bool>>> coming_ GUARDED_BY(mutex_);  // by key
  std::unordered_set<std::string> failed_ GUARDED_BY(mutex_);                                      // keys
  bool running_ GUARDED_BY(mutex_) = false;
  Tags to_forget_ GUARDED_BY(mutex_);
  std::size_t tags_to_forget_ GUARDED_BY(mutex_) = 0;
  std::chrono::steady_clock::time_point forget_at_ GUARDED_BY(mutex_);
};

}  // namespace rucola::delivery
