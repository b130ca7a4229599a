#include "delivery/make/background_renders.h"

#include <chrono>
#include <utility>

#include "base/log.h"
#include "base/metrics.h"
#include "base/request_id.h"
#include "catalog/purge.h"

namespace rucola::delivery {
namespace {

/// Somebody may set the wall's.
using Clock = std::chrono::steady_clock;

/// They are small; more would take hours, and who is still asked for comes again.
constexpr std::size_t most_waiting = 10'000;
constexpr std::size_t most_failures_known = 10'000;

/// Each purge costs a commit, and makes every hot answer look at the catalog again: many at once, but soon.
constexpr std::size_t tags_at_once = 50;
constexpr std::chrono::seconds tags_wait_at_most{10};

}  // namespace

struct BackgroundRenders::Counters {
  prometheus::Counter& made = outcome("made");
  prometheus::Counter& failed = outcome("failed");
  prometheus::Counter& bytes_before = bytes("before");
  prometheus::Counter& bytes_after = bytes("after");

  static prometheus::Counter& outcome(const std::string& outcome) {
    return metrics::counter("rucola_optimized_renders_total", "Renders that were made smaller, or not",
                            {{"outcome", outcome}});
  }
  static prometheus::Counter& bytes(const std::string& when) {
    return metrics::counter("rucola_optimized_bytes_total",
                            "Bytes of the renders that were made smaller, before and after",
                            {{"when", when}});
  }
  static Counters& all() {
    static Counters counters;
    return counters;
  }
};

BackgroundRenders::BackgroundRenders(std::shared_ptr<RenderMaker> maker, BlockingExecutor& catalog,
                                     ForgetAtEdge forget_at_edge)
    : maker_(std::move(maker)),
      catalog_(catalog),
      forget_at_edge_(std::move(forget_at_edge)),
      counters_(Counters::all()) {}

std::string BackgroundRenders::tag_of(const render::PlannedRender& planned) {
  return catalog::render_tag(planned.smaller->key);
}

Superseded BackgroundRenders::add(const render::PlannedRender& planned, const std::string& organization,
                                  std::size_t bytes) {
  const std::string& key = planned.smaller->key;
  const Lock lock(mutex_);
  if (failed_.contains(key)) return nullptr;
  if (const auto found = coming_.find(key); found != coming_.end()) {
    if (!running_) start();
    return found->second;
  }
  if (waiting_.size() >= most_waiting) return nullptr;
  waiting_.push_back({std::make_shared<render::PlannedRender>(planned), organization, bytes,
                      std::string(current_request())});
  const auto superseded = std::make_shared<std::atomic<bool>>(false);
  coming_.emplace(key, superseded);
  if (!running_) start();
  return superseded;
}

/// Where it is refused, the next add() tries again.
void BackgroundRenders::start() {
  running_ = true;
  catalog_.submit({.run = [self = shared_from_this()] { self->next(); },
                   .refuse =
                       [self = shared_from_this()](const Error&) {
                         const Lock lock(self->mutex_);
                         self->running_ = false;
                         self->let_all_be_asked_for_again();
                       }});
}

/// A hot answer is served without anybody asking here, and where all of a render's answers are hot, nobody
/// would.
void BackgroundRenders::let_all_be_asked_for_again() {
  for (auto& [key, superseded] : coming_)
    std::exchange(superseded, std::make_shared<std::atomic<bool>>(false))->store(true);
}

void BackgroundRenders::next() {
  const RequestScope nobodys({});  // the tags are those of many requests
  for (auto& [organization, tags] : take_tags_if_due())
    forget_at_edge_(organization, std::move(tags));
  Waiting job;
  {
    const Lock lock(mutex_);
    running_ = !waiting_.empty();
    if (!running_) return;
    job = std::move(waiting_.front());
    waiting_.pop_front();
  }
  const RequestScope scope(job.request_id);
  maker_->make_smaller(
      *job.planned, job.organization,
      [self = shared_from_this(), job](const Result<MadeRender>& made) { self->finish(job, made); });
}

void BackgroundRenders::finish(const Waiting& done, const Result<MadeRender>& made) {
  const std::string& key = done.planned->smaller->key;
  if (made) {
    counters_.made.Increment();
    counters_.bytes_before.Increment(static_cast<double>(done.bytes));
    counters_.bytes_after.Increment(static_cast<double>(made->render->bytes.size()));
  } else {
    counters_.failed.Increment();
    log::warning(
        "render not made smaller",
        {{"key", key}, {"message", made.error().message.text}, {"detail", made.error().detail.text}});
  }
  const bool too_busy = !made && made.error().code == ErrorCode::overloaded;
  const Lock lock(mutex_);
  // Also where it failed: the answers that were to be followed by a better one are final now, or it is to be
  // tried again for whoever comes next.
  if (const auto coming = coming_.extract(key)) coming.mapped()->store(true);
  if (made) {
    if (to_forget_.empty()) forget_at_ = Clock::now() + tags_wait_at_most;
    to_forget_[done.organization].push_back(tag_of(*done.planned));
    ++tags_to_forget_;
  } else if (!too_busy) {
    if (failed_.size() >= most_failures_known) failed_.clear();
    failed_.insert(key);
  }
  running_ = false;
  if (!too_busy) start();  // else the next add() does: the server may be about to end
}

BackgroundRenders::Tags BackgroundRenders::take_tags_if_due() {
  const Lock lock(mutex_);
  const bool due = waiting_.empty() || tags_to_forget_ >= tags_at_once || Clock::now() >= forget_at_;
  if (!due) return {};
  tags_to_forget_ = 0;
  return std::exchange(to_forget_, {});
}

}  // namespace rucola::delivery
