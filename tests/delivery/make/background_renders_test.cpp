#include "delivery/make/background_renders.h"

#include <chrono>
#include <future>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "delivery/make/render_fakes.h"

namespace rucola::delivery {
namespace {

using testing::Not;
using testing::StartsWith;

class BackgroundRendersTest : public WithRenderMaker {
 protected:
  std::promise<std::vector<std::string>> forgotten;
  std::shared_ptr<BackgroundRenders> background = std::make_shared<BackgroundRenders>(
      maker, blocking, [this](const std::string& organization, std::vector<std::string> tags) {
        tags.push_back(organization);
        forgotten.set_value(std::move(tags));
      });

  ~BackgroundRendersTest() override { blocking.shut_down(); }

  static render::PlannedRender planned(char name) {
    render::PlannedRender planned;
    planned.plan.source = {10, 10};
    planned.files = {{.sha256 = std::string(64, name)}};
    planned.key = std::string("usual ") + name;
    planned.smaller = render::SmallerRender{planned.plan, std::string("smaller ") + name};
    return planned;
  }

  std::string delivered(const render::PlannedRender& planned) {
    std::promise<std::string> key;
    maker->make(planned, {}, [&](const Result<MadeRender>& made) { key.set_value(made.value().key); });
    return key.get_future().get();
  }
};

TEST_F(BackgroundRendersTest, TheBetterOneReplacesTheFirst) {
  EXPECT_EQ(delivered(planned('a')), "usual a");
  const Superseded superseded = background->add(planned('a'), "acme", 9);
  ASSERT_NE(superseded, nullptr);
  EXPECT_FALSE(*superseded);
  EXPECT_EQ(delivered(planned('a')), "usual a");
  workers.finish_optimizing(render::RenderedImage{.bytes = std::string("small")});
  EXPECT_TRUE(*superseded);
  EXPECT_EQ(delivered(planned('a')), "smaller a");
}

TEST_F(BackgroundRendersTest, CachesInFrontForgetTheFirst) {
  background->add(planned('a'), "acme", 9);
  workers.finish_optimizing(render::RenderedImage{.bytes = std::string("small")});
  EXPECT_THAT(forgotten.get_future().get(),
              testing::ElementsAre(BackgroundRenders::tag_of(planned('a')), "acme"));
}

TEST_F(BackgroundRendersTest, TagsTellRendersApart) {
  EXPECT_THAT(BackgroundRenders::tag_of(planned('a')), StartsWith("r"));
  EXPECT_THAT(BackgroundRenders::tag_of(planned('a')), Not(BackgroundRenders::tag_of(planned('b'))));
}

TEST_F(BackgroundRendersTest, IsDoneOnceForAllWhoAsk) {
  const Superseded first = background->add(planned('a'), "acme", 9);
  EXPECT_EQ(background->add(planned('a'), "other", 9), first);
  const Superseded second = background->add(planned('b'), "acme", 9);
  EXPECT_NE(second, first);
  workers.finish_optimizing(render::RenderedImage{.bytes = std::string("small")});
  workers.finish_optimizing(render::RenderedImage{.bytes = std::string("small")});
  EXPECT_TRUE(*first);
  EXPECT_TRUE(*second);
}

TEST_F(BackgroundRendersTest, WhatFailedIsNotTriedAgain) {
  const Superseded superseded = background->add(planned('a'), "acme", 9);
  workers.finish_optimizing(fail(ErrorCode::timed_out, "too slow"));
  EXPECT_EQ(background->add(planned('a'), "acme", 9), nullptr);
  EXPECT_TRUE(*superseded) << "the hot answer would stay provisional for ever";
}

TEST_F(BackgroundRendersTest, WhatFoundNoPlaceIs) {
  const Superseded before = background->add(planned('a'), "acme", 9);
  workers.finish_optimizing(fail(ErrorCode::overloaded, "busy"));
  const Superseded again = background->add(planned('a'), "acme", 9);
  EXPECT_TRUE(*before) << "a hot answer would never ask for it again";
  ASSERT_NE(again, nullptr);
  workers.finish_optimizing(render::RenderedImage{.bytes = std::string("small")});
  EXPECT_TRUE(*again);
}

/// Nobody asks for a render whose answers are all hot.
TEST_F(BackgroundRendersTest, WhatCouldNotBeStartedIsAskedForAgain) {
  blocking.close();
  const Superseded first = background->add(planned('a'), "acme", 9);
  ASSERT_NE(first, nullptr);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (!*first && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  EXPECT_TRUE(*first);
}

}  // namespace
}  // namespace rucola::delivery
