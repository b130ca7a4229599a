#include "delivery/render_maker.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace rucola::delivery {
namespace {

class NoCache final : public RenderCache {
 public:
  std::shared_ptr<const StoredRender> find(std::string_view key) override {
    if (key == throws_for) throw std::runtime_error("no cache");
    return nullptr;
  }
  void keep(std::string_view, std::shared_ptr<const StoredRender>) override {}

  std::string throws_for{};
};

class ThrowingBlobs final : public catalog::BlobStore {
 public:
  [[nodiscard]] std::filesystem::path spool_directory() const override { return {}; }
  Result<void> store(SpooledFile) override { return {}; }
  Result<catalog::OpenBlob> open(std::string_view) override { throw std::runtime_error("no blobs"); }
  Result<void> remove(std::string_view) override { return {}; }
  Result<void> each(const std::function<void(std::string_view, Time)>&) override { return {}; }
};

class NoRenderer final : public render::Renderer {
 public:
  void render(std::vector<render::Source>, const render::Plan&,
              std::function<void(Result<render::RenderedImage>)>) override {}
  void measure(std::vector<render::Source>, const render::Plan&, render::Measurement,
               std::function<void(Result<render::Measured>)>) override {}
  void inspect(render::Source, std::function<void(Result<render::Inspection>)>) override {}
};

struct RenderMakerTest : testing::Test {
  NoCache memory;
  NoCache disk;
  ThrowingBlobs blobs;
  NoRenderer renderer;
  BlockingExecutor blocking{"test", 1, 10};
  std::shared_ptr<RenderMaker> maker = std::make_shared<RenderMaker>(
      RenderMakerParts{blobs, memory, disk, renderer, blocking, std::int64_t{1} << 20});

  std::optional<ErrorCode> made(const render::PlannedRender& planned) {
    std::optional<ErrorCode> code;
    maker->make(planned, [&](const Result<MadeRender>& outcome) {
      if (!outcome) code = outcome.error().code;
    });
    return code;
  }
};

render::PlannedRender planned(const std::string& key) {
  render::PlannedRender render;
  render.key = key;
  render.files = {{.sha256 = "blob"}};
  return render;
}

TEST_F(RenderMakerTest, WhateverIsThrownNobodyWaitsForEver) {
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(made(planned("key")), ErrorCode::internal);
}

TEST_F(RenderMakerTest, NorForAMeasurement) {
  const render::NeededMeasurement needed{
      .measurement = {}, .plan = {}, .files = {{.sha256 = "blob"}}, .key = "key"};
  for (int i = 0; i < 2; ++i) {
    bool failed = false;
    maker->measure(needed, [&](const Result<render::Measured>& outcome) { failed = !outcome; });
    EXPECT_TRUE(failed);
  }
}

TEST_F(RenderMakerTest, NorForABase) {
  render::PlannedRender above = planned("above");
  above.files = {{.sha256 = {}, .render = std::make_shared<const render::PlannedRender>(planned("base"))}};
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(made(above), ErrorCode::internal);
  memory.throws_for = "base";
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(made(above), ErrorCode::internal);
}

}  // namespace
}  // namespace rucola::delivery
