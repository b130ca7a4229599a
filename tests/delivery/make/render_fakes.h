// What a RenderMaker works with, without disks and processes.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "delivery/make/render_maker.h"
#include "scratch_folder.h"

namespace rucola::delivery {

class Cache final : public RenderCache {
 public:
  std::string throws_for{};
  std::function<void()> after_miss{};  ///< what happens before whoever looked goes on

  std::shared_ptr<const StoredRender> find(std::string_view key) override {
    if (key == throws_for) throw std::runtime_error("no cache");
    const auto found = look(key);
    if (found == nullptr && after_miss) after_miss();
    return found;
  }
  bool has_room = true;  ///< it keeps everything all the same

  [[nodiscard]] bool would_keep(const StoredRender& /*render*/) const override { return has_room; }
  void keep(std::string_view key, std::shared_ptr<const StoredRender> render) override {
    const std::lock_guard lock(mutex_);
    renders_[std::string(key)] = std::move(render);
  }

 private:
  std::shared_ptr<const StoredRender> look(std::string_view key) {
    const std::lock_guard lock(mutex_);
    const auto found = renders_.find(std::string(key));
    return found == renders_.end() ? nullptr : found->second;
  }

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const StoredRender>> renders_;  // guarded by mutex_
};

class Blobs final : public catalog::BlobStore {
 public:
  bool throws = false;

  Result<catalog::HeldBlob> store(SpooledFile /*file*/) override { return nullptr; }
  Result<catalog::OpenBlob> open(std::string_view /*sha256*/) override {
    if (throws) throw std::runtime_error("no blobs");
    return catalog::OpenBlob{UniqueFd(::memfd_create("blob", MFD_CLOEXEC)), 1};
  }
  Result<catalog::BlobRemoval> set_aside(std::string_view /*sha256*/,
                                         const std::function<Result<bool>()>& /*is_wanted*/) override {
    return fail(ErrorCode::not_found, "");
  }
  Result<catalog::BlobRemoval> remove(std::string_view /*sha256*/,
                                      const std::function<Result<bool>()>& /*is_wanted*/) override {
    return {};
  }
  Result<void> each(const std::function<void(std::string_view, Time)>& /*visit*/) override { return {}; }
};

/// Answers at once, unless it is busy. A pyramid fails if it is told so; everything else fails if it is told
/// so, or becomes "from page N".
class Workers final : public render::Renderer {
 public:
  std::optional<ErrorCode> pyramid_fails;
  std::optional<Error> fails;
  std::optional<render::Size> fails_only_at{};  ///< a size of the source
  std::string share_used_up_of{};               ///< a client; jobs for it are refused
  std::atomic<bool> busy = false;               ///< what is to be rendered waits for begin_waiting()
  std::chrono::milliseconds took{10};
  std::size_t picture_bytes = 0;               ///< pictures are padded to so many
  std::optional<render::Measured> measured{};  ///< the answer, whatever is measured
  render::Measurement::Kind measured_kind{};
  render::Plan measured_plan{};
  render::JobFor measured_for{};
  int pyramids = 0;
  int pictures = 0;

  void render(std::vector<render::Source> sources, const render::Plan& plan, const render::JobFor& whom,
              std::function<void(Result<render::RenderedImage>)> done) override {
    const auto begin = [this, plan, done, client = whom.client] {
      if (!client.empty() && client == share_used_up_of)
        return done(fail(ErrorCode::too_many_requests, "share used up"));
      answer(plan, done);
    };
    note_file_of(sources.front());
    if (busy) return wait(whom, begin, done);
    EXPECT_EQ(sources.size(), 1U);
    begin();
  }
  /// As a worker that becomes free: whom nobody waits for is not begun. Waits until so many are there.
  void begin_waiting(std::size_t jobs) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return waiting_.size() >= jobs; });
    const auto taken = std::exchange(waiting_, {});
    lock.unlock();
    for (const Waiting& job : taken)
      has_left(job.whom.departure) ? job.give_up() : job.begin();
  }
  /// Of the jobs that wait.
  std::vector<render::JobFor> whom() {
    const std::lock_guard lock(mutex_);
    std::vector<render::JobFor> all;
    for (const Waiting& job : waiting_)
      all.push_back(job.whom);
    return all;
  }
  /// Of all jobs so far, in their order, which file in memory their first source is.
  std::vector<ino_t> first_files() {
    const std::lock_guard lock(mutex_);
    return first_files_;
  }
  void answer(const render::Plan& plan, const std::function<void(Result<render::RenderedImage>)>& done) {
    ++(plan.encoding.pyramid ? pyramids : pictures);
    if (plan.encoding.pyramid && pyramid_fails) return done(fail(*pyramid_fails, "no pyramid"));
    if (fails && (!fails_only_at || *fails_only_at == plan.source)) return done(std::unexpected(*fails));
    std::string picture = "from page " + std::to_string(plan.page);
    picture.resize(std::max(picture.size(), picture_bytes), ' ');
    done(render::RenderedImage{.bytes = std::move(picture), .took = took});
  }
  /// Kept until somebody calls finish_optimizing().
  void optimize(std::vector<render::Source> /*sources*/, const render::Plan& /*plan*/,
                std::function<void(Result<render::RenderedImage>)> done) override {
    const std::lock_guard lock(mutex_);
    optimizing_.push_back(std::move(done));
    arrived_.notify_all();
  }
  /// Waits until a job is there, and answers it.
  void finish_optimizing(Result<render::RenderedImage> image) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !optimizing_.empty(); });
    const auto done = std::move(optimizing_.front());
    optimizing_.pop_front();
    lock.unlock();
    done(std::move(image));
  }
  void measure(std::vector<render::Source> /*sources*/, const render::Plan& plan,
               render::Measurement measurement, const render::JobFor& whom,
               std::function<void(Result<render::Measured>)> done) override {
    if (!measured) return done(fail(ErrorCode::internal, "not measured"));
    measured_kind = measurement.kind;
    measured_plan = plan;
    measured_for = whom;
    done(*measured);
  }
  void inspect(render::Source /*source*/, const std::string& /*organization*/,
               std::function<void(Result<render::Inspection>)> done) override {
    done(fail(ErrorCode::internal, "unused"));
  }
  void repack(render::Source /*source*/, render::Repacking /*how*/, const std::string& /*organization*/,
              std::function<void(Result<render::RenderedImage>)> done) override {
    done(fail(ErrorCode::internal, "unused"));
  }

  [[nodiscard]] std::string vips_version() const override { return "8.14.1"; }

 private:
  struct Waiting {
    render::JobFor whom;
    std::function<void()> begin;
    std::function<void()> give_up;
  };

  void note_file_of(const render::Source& source) {
    struct stat status{};
    ::fstat(source.fd.get(), &status);
    const std::lock_guard lock(mutex_);
    first_files_.push_back(status.st_ino);
  }

  void wait(const render::JobFor& whom, std::function<void()> begin,
            const std::function<void(Result<render::RenderedImage>)>& done) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({whom, std::move(begin), [done] { done(fail(ErrorCode::overloaded, "left")); }});
    arrived_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable arrived_;  // waits for: a job in waiting_ or optimizing_
  std::vector<Waiting> waiting_;     // guarded by mutex_
  std::vector<ino_t> first_files_;   // guarded by mutex_
  std::deque<std::function<void(Result<render::RenderedImage>)>> optimizing_;  // guarded by mutex_
};

/// A maker with all that it works with.
class WithRenderMaker : public testing::Test {
 protected:
  test::ScratchFolder folder;
  Spool spool = Spool::open(folder.path()).value();
  Blobs blobs;
  Cache memory;
  Cache disk;
  Workers workers;
  BaseFiles bases{std::int64_t{1} << 20};
  BlockingExecutor blocking{"test", {.threads = 1, .waiting = 64}};
  std::shared_ptr<RenderMaker> maker = std::make_shared<RenderMaker>(
      RenderMakerParts{blobs, spool, memory, disk, workers, blocking, blocking, bases});
};

}  // namespace rucola::delivery
