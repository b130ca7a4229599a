#include "delivery/render_maker.h"

#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>

#include <gtest/gtest.h>
#include <sys/mman.h>

namespace rucola::delivery {
namespace {

class Cache final : public RenderCache {
 public:
  std::string throws_for{};

  std::shared_ptr<const StoredRender> find(std::string_view key) override {
    if (key == throws_for) throw std::runtime_error("no cache");
    const std::lock_guard lock(mutex_);
    const auto found = renders_.find(std::string(key));
    return found == renders_.end() ? nullptr : found->second;
  }
  void keep(std::string_view key, std::shared_ptr<const StoredRender> render) override {
    const std::lock_guard lock(mutex_);
    renders_[std::string(key)] = std::move(render);
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const StoredRender>> renders_;  // guarded by mutex_
};

class Blobs final : public catalog::BlobStore {
 public:
  bool throws = false;

  [[nodiscard]] std::filesystem::path spool_directory() const override { return {}; }
  Result<void> store(SpooledFile /*file*/) override { return {}; }
  Result<catalog::OpenBlob> open(std::string_view /*sha256*/) override {
    if (throws) throw std::runtime_error("no blobs");
    return catalog::OpenBlob{UniqueFd(::memfd_create("blob", MFD_CLOEXEC)), 1};
  }
  Result<void> remove(std::string_view /*sha256*/) override { return {}; }
  Result<void> each(const std::function<void(std::string_view, Time)>& /*visit*/) override { return {}; }
};

/// Answers at once. A pyramid fails if it is told so; everything else becomes "from page N".
class Workers final : public render::Renderer {
 public:
  std::optional<ErrorCode> pyramid_fails;
  int pyramids = 0;
  int pictures = 0;

  void render(std::vector<render::Source> sources, const render::Plan& plan,
              std::function<void(Result<render::RenderedImage>)> done) override {
    EXPECT_EQ(sources.size(), 1U);
    ++(plan.encoding.pyramid ? pyramids : pictures);
    if (plan.encoding.pyramid && pyramid_fails) return done(fail(*pyramid_fails, "no pyramid"));
    done(render::RenderedImage{.bytes = "from page " + std::to_string(plan.page)});
  }
  void measure(std::vector<render::Source> /*sources*/, const render::Plan& /*plan*/,
               render::Measurement /*measurement*/,
               std::function<void(Result<render::Measured>)> done) override {
    done(fail(ErrorCode::internal, "unused"));
  }
  void inspect(render::Source /*source*/, std::function<void(Result<render::Inspection>)> done) override {
    done(fail(ErrorCode::internal, "unused"));
  }
};

class RenderMakerTest : public testing::Test {
 protected:
  Blobs blobs;
  Cache memory;
  Cache disk;
  Workers workers;
  BlockingExecutor blocking{"test", 1, 64};
  std::shared_ptr<RenderMaker> maker = std::make_shared<RenderMaker>(
      RenderMakerParts{blobs, memory, disk, workers, blocking, std::int64_t{1} << 20});

  ~RenderMakerTest() override { blocking.shut_down(); }

  /// The picture, or the error.
  std::string made(const render::PlannedRender& planned) {
    const auto answer = std::make_shared<std::promise<std::string>>();
    maker->make(planned, [answer](const Result<MadeRender>& render) {
      answer->set_value(render ? render->render->bytes : render.error().message.text);
    });
    return answer->get_future().get();
  }

  static render::PlannedRender tile(std::int32_t left) {
    const render::SourceFacts large{.sha256 = std::string(64, 'a'), .size = {4000, 3000}};
    const render::CropStep part{.left = left, .top = 0, .size = {512, 512}};
    return render::plan_steps(large, {part}, "jpg", {}).value();
  }
};

TEST_F(RenderMakerTest, TilesShareOnePyramid) {
  for (const std::int32_t left : {0, 512, 1024, 0})
    EXPECT_EQ(made(tile(left)), "from page 1");
  EXPECT_EQ(workers.pyramids, 1);
  EXPECT_EQ(workers.pictures, 3);
}

TEST_F(RenderMakerTest, WithoutAPyramidTilesComeFromTheSource) {
  workers.pyramid_fails = ErrorCode::timed_out;
  for (const std::int32_t left : {0, 512, 1024})
    EXPECT_EQ(made(tile(left)), "from page 0");
  EXPECT_EQ(workers.pyramids, 1) << "the failure is remembered";
  EXPECT_EQ(made(tile(512)), "from page 0");
  EXPECT_EQ(workers.pictures, 3) << "they are kept like any render";
}

TEST_F(RenderMakerTest, ABusyServerDoesNotDoMoreWork) {
  workers.pyramid_fails = ErrorCode::overloaded;
  EXPECT_EQ(made(tile(0)), "no pyramid");
  EXPECT_EQ(workers.pictures, 0);
  workers.pyramid_fails.reset();
  EXPECT_EQ(made(tile(0)), "from page 1");
}

render::PlannedRender plain(const std::string& key) {
  render::PlannedRender render;
  render.key = key;
  render.files = {{.sha256 = "blob"}};
  return render;
}

constexpr auto failed = "The render failed unexpectedly.";

TEST_F(RenderMakerTest, WhateverIsThrownNobodyWaitsForEver) {
  blobs.throws = true;
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(made(plain("key")), failed);
  blobs.throws = false;
  EXPECT_EQ(made(plain("key")), "from page 0");
}

TEST_F(RenderMakerTest, NorForAMeasurement) {
  blobs.throws = true;
  const render::NeededMeasurement needed{
      .measurement = {}, .plan = {}, .files = {{.sha256 = "blob"}}, .key = "key"};
  for (int i = 0; i < 2; ++i) {
    std::string message;
    maker->measure(needed, [&](const Result<render::Measured>& outcome) {
      if (!outcome) message = outcome.error().message.text;
    });
    EXPECT_EQ(message, failed);
  }
}

TEST_F(RenderMakerTest, NorForABase) {
  render::PlannedRender above = plain("above");
  above.files = {{.sha256 = {}, .render = std::make_shared<const render::PlannedRender>(plain("base"))}};
  blobs.throws = true;
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(made(above), failed);
  blobs.throws = false;
  memory.throws_for = "base";
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(made(above), failed);
  memory.throws_for.clear();
  EXPECT_EQ(made(above), "from page 0");
}

}  // namespace
}  // namespace rucola::delivery
