#include "delivery/make/render_maker.h"

#include <future>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/metrics.h"
#include "delivery/make/render_fakes.h"
#include "render/plan/no_file_fits.h"

namespace rucola::delivery {
namespace {

class RenderMakerTest : public WithRenderMaker {
 protected:
  ~RenderMakerTest() override { blocking.shut_down(); }

  /// The picture, or the error.
  std::string made(const render::PlannedRender& planned) {
    const auto answer = std::make_shared<std::promise<std::string>>();
    maker->make(planned, {.organization = "acme"}, [answer](const Result<MadeRender>& render) {
      answer->set_value(render ? std::string(render->render->bytes.view()) : render.error().message.text);
    });
    return answer->get_future().get();
  }

  static render::PlannedRender tile(std::int32_t left) {
    const render::SourceFacts large{.sha256 = std::string(64, 'a'), .size = {4000, 3000}};
    const render::CropStep part{.left = left, .top = 0, .size = {512, 512}};
    return render::Planner({}, "8.14").plan_steps(large, {part}, "jpg").value();
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

TEST_F(RenderMakerTest, WhateverKeepsAPyramidFromBeingMadeIsFoundOutOnce) {
  workers.pyramid_fails = ErrorCode::payload_too_large;
  for (const std::int32_t left : {0, 512, 1024})
    EXPECT_EQ(made(tile(left)), "from page 0");
  EXPECT_EQ(workers.pyramids, 1);
}

/// Each of the two took as long as a job may.
TEST_F(RenderMakerTest, WhatIsTooSlowForAnOverviewIsTooSlowForThePicture) {
  workers.pyramid_fails = ErrorCode::timed_out;
  const render::SourceFacts large{.sha256 = std::string(64, 'a'), .size = {4000, 3000}};
  const auto small =
      render::Planner({}, "8.14").plan_steps(large, {render::ResizeStep{{400, 300}}}, "jpg").value();
  EXPECT_EQ(made(small), "no pyramid");
  EXPECT_EQ(workers.pictures, 0);
  workers.pyramid_fails = ErrorCode::payload_too_large;
  const auto other =
      render::Planner({}, "8.14")
          .plan_steps(render::SourceFacts{.sha256 = std::string(64, 'b'), .size = {4000, 3000}},
                      {render::ResizeStep{{400, 300}}}, "jpg")
          .value();
  EXPECT_EQ(made(other), "from page 0");
}

TEST_F(RenderMakerTest, WithoutAnOverviewASmallPictureIsNotMadeSmallerYet) {
  workers.pyramid_fails = ErrorCode::timed_out;
  render::PlannedRender planned = tile(0);
  planned.smaller = render::SmallerRender{planned.plan, "smaller"};
  std::promise<std::string> answer;
  maker->make_smaller(planned, "acme", [&](const Result<MadeRender>& made) {
    answer.set_value(made ? "made" : made.error().message.text);
  });
  EXPECT_EQ(answer.get_future().get(), "no pyramid");
  EXPECT_EQ(made(planned), "from page 0");
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
    const auto answer = std::make_shared<std::promise<std::string>>();
    maker->measure(needed, {}, [answer](const Result<render::Measured>& outcome) {
      answer->set_value(outcome ? "measured" : outcome.error().message.text);
    });
    EXPECT_EQ(answer->get_future().get(), failed);
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

/// A URL that timed out cost its 20 seconds again each time.
TEST_F(RenderMakerTest, WhatTimedOutIsNotTriedAgainForAWhile) {
  workers.fails = Error{ErrorCode::timed_out, {"too slow"}};
  EXPECT_EQ(made(plain("slow")), "too slow");
  EXPECT_THAT(made(plain("slow")), testing::StartsWith("too slow This is remembered"));
  EXPECT_EQ(workers.pictures, 1);
  workers.fails.reset();
  EXPECT_EQ(made(plain("other")), "from page 0");
}

TEST_F(RenderMakerTest, NorIsWhatFitsIntoNoFile) {
  workers.fails = Error{ErrorCode::unprocessable, {"too large"}, {std::string(render::no_file_fits)}};
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(made(plain("large")), "too large");
  EXPECT_EQ(workers.pictures, 1);
}

TEST_F(RenderMakerTest, NorIsASourceThatKilledWorkersForTwoPlans) {
  workers.fails = Error{ErrorCode::unprocessable, {"lost"}, {std::string(render::died_twice)}};
  for (const char* key : {"one", "two"})
    EXPECT_EQ(made(plain(key)), "lost");
  EXPECT_THAT(made(plain("three")), testing::HasSubstr("This is remembered"));
  EXPECT_EQ(workers.pictures, 2);
}

TEST_F(RenderMakerTest, NorInTheBackground) {
  render::PlannedRender planned = plain("usual");
  planned.smaller = render::SmallerRender{.plan = {}, .key = "smaller"};
  const auto smaller = [&] {
    const auto answer = std::make_shared<std::promise<std::string>>();
    maker->make_smaller(planned, "acme", [answer](const Result<MadeRender>& render) {
      answer->set_value(render ? "made" : render.error().message.text);
    });
    return answer->get_future();
  };
  auto first = smaller();
  workers.finish_optimizing(fail(ErrorCode::timed_out, "too slow"));
  EXPECT_EQ(first.get(), "too slow");
  EXPECT_THAT(smaller().get(), testing::HasSubstr("This is remembered"));
}

TEST_F(RenderMakerTest, NorADrawingAtOtherSizesThatTookTooLongForTwo) {
  const auto drawn_at = [](std::int32_t side) {
    render::PlannedRender render = plain(std::to_string(side));
    render.files.front().is_drawing = true;
    render.plan.source = {side, side};
    return render;
  };
  workers.fails = Error{ErrorCode::timed_out, {"too slow"}};
  for (const std::int32_t side : {1000, 999})
    EXPECT_EQ(made(drawn_at(side)), "too slow");
  for (std::int32_t side = 998; side > 900; --side)
    EXPECT_THAT(made(drawn_at(side)), testing::HasSubstr("This is remembered"));
  EXPECT_EQ(workers.pictures, 2);
  workers.fails.reset();
  EXPECT_EQ(made(drawn_at(100)), "from page 0");
}

/// Answers to those who waited for a render said another date than those that came later.
TEST_F(RenderMakerTest, ARenderIsDatedBeforeWhoWaitsForItLookedThingsUp) {
  const auto date_of = [](const auto& begin) {
    const auto answer = std::make_shared<std::promise<Time>>();
    begin([answer](const Result<MadeRender>& render) { answer->set_value(render->render->rendered); });
    return answer->get_future();
  };
  render::PlannedRender planned = plain("usual");
  planned.smaller = render::SmallerRender{.plan = {}, .key = "smaller"};
  const Time before = now();
  const Time usual = date_of([&](const auto& done) { maker->make(planned, {}, done); }).get();
  EXPECT_LT(usual, before);
  auto smaller = date_of([&](const auto& done) { maker->make_smaller(planned, "acme", done); });
  workers.finish_optimizing(render::RenderedImage{.bytes = std::string("less")});
  EXPECT_GE(smaller.get(), usual + std::chrono::seconds(1)) << "which takes its place, in whole seconds too";
}

/// Each client that was slow to take it had its own copy.
TEST_F(RenderMakerTest, WhatNoCacheMayHaveIsInMemoryOnceHoweverManyMakeIt) {
  workers.picture_bytes = std::size_t{1} << 20;
  const auto made_unkept = [this] {
    const auto answer = std::make_shared<std::promise<std::shared_ptr<const StoredRender>>>();
    maker->make_unkept(plain("preview"), {.organization = "acme"}, [answer](const Result<MadeRender>& made) {
      answer->set_value(made ? made->render : nullptr);
    });
    return answer->get_future().get();
  };
  const auto first = made_unkept();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(made_unkept(), first);
  EXPECT_EQ(workers.pictures, 2) << "it is made each time all the same";
}

class RenderMakerWithClients : public RenderMakerTest {
 protected:
  struct Client {
    std::shared_ptr<Departure> departure = std::make_shared<Departure>();
    std::shared_ptr<std::promise<std::string>> answer = std::make_shared<std::promise<std::string>>();
    std::string answered() { return answer->get_future().get(); }
  };

  Client ask(const render::PlannedRender& planned, const std::string& address = "192.0.2.1") {
    const Client client;
    maker->make(
        planned, {.organization = "acme", .client = address, .departure = client.departure},
        [answer = client.answer](const Result<MadeRender>& render) {
          answer->set_value(render ? std::string(render->render->bytes.view()) : render.error().message.text);
        });
    return client;
  }
  /// Until what was asked for so far waits for a worker, or for who does. A step may have put another behind
  /// this one.
  void settle() {
    for (bool more = true; more;) {
      std::promise<bool> waiting;
      blocking.submit({.run = [&] { waiting.set_value(blocking.waiting() > 0); }});
      more = waiting.get_future().get();
    }
  }
};

TEST_F(RenderMakerWithClients, AJobIsDoneForTheFirstWhoAsks) {
  workers.busy = true;
  Client client = ask(plain("key"));
  settle();
  const auto whom = workers.whom();
  ASSERT_EQ(whom.size(), 1U);
  EXPECT_EQ(whom.front().organization, "acme");
  EXPECT_EQ(whom.front().client, "192.0.2.1");
  workers.begin_waiting(1);
  EXPECT_EQ(client.answered(), "from page 0");
}

/// 120 clients that asked and left filled the queue for ten seconds.
TEST_F(RenderMakerWithClients, WhatNobodyWaitsForIsNotBegun) {
  workers.busy = true;
  Client first = ask(plain("key"));
  Client second = ask(plain("key"));
  settle();
  first.departure->happen();
  EXPECT_FALSE(has_left(workers.whom().front().departure)) << "the second still waits";
  second.departure->happen();
  EXPECT_TRUE(has_left(workers.whom().front().departure));
  workers.begin_waiting(1);
  EXPECT_EQ(second.answered(), "left");
  EXPECT_EQ(workers.pictures, 0);
}

TEST_F(RenderMakerWithClients, WhoComesAfterTheLastHasLeftIsAnswered) {
  workers.busy = true;
  Client first = ask(plain("key"));
  settle();
  first.departure->happen();
  Client second = ask(plain("key"));
  settle();
  workers.begin_waiting(1);  // gives the first one's up
  workers.begin_waiting(1);
  EXPECT_EQ(second.answered(), "from page 0");
}

TEST_F(RenderMakerWithClients, ABaseThatNobodyWaitsForIsNotBegun) {
  workers.busy = true;
  Client first = ask(tile(0));
  settle();
  first.departure->happen();
  EXPECT_TRUE(has_left(workers.whom().front().departure));
  Client second = ask(tile(0));
  settle();
  workers.busy = false;
  workers.begin_waiting(1);
  EXPECT_EQ(second.answered(), "from page 1");
  EXPECT_EQ(workers.pyramids, 1);
}

/// Each that waited had a copy of its own where the pyramid had no place, or had lost it.
TEST_F(RenderMakerWithClients, JobsThatWaitShareOnePyramidWhetherItHasAPlaceOrNot) {
  bases.resize(0);
  workers.busy = true;
  Client first = ask(tile(0));
  settle();
  workers.begin_waiting(1);  // the pyramid
  settle();
  Client second = ask(tile(512));
  settle();
  workers.begin_waiting(2);
  EXPECT_EQ(first.answered(), "from page 1");
  EXPECT_EQ(second.answered(), "from page 1");
  const auto files = workers.first_files();
  ASSERT_EQ(files.size(), 3U);
  EXPECT_NE(files[0], files[1]) << "that of the image itself";
  EXPECT_EQ(files[1], files[2]);
  EXPECT_EQ(workers.pyramids, 1);
}

/// What an uploaded drawing of filters takes was known to nobody, and so it had all workers.
TEST_F(RenderMakerWithClients, ADrawingIsHeavyUntilItWasQuick) {
  const auto drawing = [](const std::string& key) {
    render::PlannedRender render = plain(key);
    render.files.front().is_drawing = true;
    render.plan.source = {100, 100};
    return render;
  };
  const auto is_heavy = [this](const render::PlannedRender& planned) {
    workers.busy = true;
    Client client = ask(planned);
    settle();
    const bool heavy = workers.whom().front().heavy;
    workers.begin_waiting(1);
    EXPECT_EQ(client.answered(), "from page 0");
    return heavy;
  };
  EXPECT_FALSE(is_heavy(plain("photo")));
  workers.took = KnownDrawings::quick;
  EXPECT_TRUE(is_heavy(drawing("first")));
  workers.took = std::chrono::milliseconds(10);
  EXPECT_TRUE(is_heavy(drawing("was slow")));
  EXPECT_FALSE(is_heavy(drawing("was quick")));
  render::PlannedRender larger = drawing("larger");
  larger.plan.source = {1000, 1000};
  EXPECT_TRUE(is_heavy(larger));
}

/// They were given the 429 of whoever had come first.
TEST_F(RenderMakerWithClients, WhoJoinedIsNotRefusedForTheFirstOnesShare) {
  for (const auto& planned : {plain("key"), tile(0)}) {
    workers.busy = true;
    workers.share_used_up_of = "192.0.2.1";
    Client first = ask(planned);
    Client same = ask(planned);
    Client other = ask(planned, "192.0.2.2");
    settle();
    workers.begin_waiting(1);
    EXPECT_EQ(first.answered(), "share used up");
    EXPECT_EQ(same.answered(), "share used up");
    settle();
    workers.busy = false;
    workers.begin_waiting(1);
    EXPECT_THAT(other.answered(), testing::StartsWith("from page"));
  }
}

TEST_F(RenderMakerWithClients, TheNextInLineHasItsOwnShareUsedUpToo) {
  workers.busy = true;
  workers.share_used_up_of = "192.0.2.1";
  Client first = ask(plain("key"));
  Client second = ask(plain("key"), "192.0.2.2");
  Client third = ask(plain("key"), "192.0.2.3");
  settle();
  workers.begin_waiting(1);
  EXPECT_EQ(first.answered(), "share used up");
  settle();
  workers.share_used_up_of = "192.0.2.2";
  EXPECT_EQ(workers.whom().front().client, "192.0.2.2");
  workers.begin_waiting(1);
  EXPECT_EQ(second.answered(), "share used up");
  workers.begin_waiting(1);
  EXPECT_EQ(third.answered(), "from page 0");
}

/// Of a picture with a base, both were counted.
/// Of two hundred clients one had looked before the first one's render was there, and asked after it.
TEST_F(RenderMakerTest, WhatIsFinishedWhileSomebodyLooksIsNotMadeAgain) {
  const render::PlannedRender planned = tile(0);
  disk.after_miss = [&] {
    memory.keep(planned.key, stored_render(std::string("somebody else's"), "image/jpeg", now()));
  };
  EXPECT_EQ(made(planned), "somebody else's");
  EXPECT_EQ(workers.pyramids + workers.pictures, 0);
}

TEST_F(RenderMakerTest, AnAnswerIsCountedOnce) {
  const auto counted = [] {
    double sum = 0;
    for (const char* layer : {"memory", "disk", "rendered", "joined"}) {
      sum += metrics::counter("rucola_render_answers_total", "Render answers by the layer that had the bytes",
                              {{"layer", layer}})
                 .Value();
    }
    return sum;
  };
  const double before = counted();
  EXPECT_EQ(made(tile(0)), "from page 1");
  EXPECT_EQ(workers.pyramids, 1);
  EXPECT_EQ(counted(), before + 1);
  EXPECT_EQ(made(tile(512)), "from page 1");
  EXPECT_EQ(made(tile(512)), "from page 1");
  EXPECT_EQ(counted(), before + 3);
}

TEST_F(RenderMakerTest, SaysWhetherAnyCacheHasRoomForIt) {
  const auto is_kept = [this](const std::string& key) {
    std::promise<bool> answer;
    maker->make(plain(key), {}, [&](const Result<MadeRender>& render) { answer.set_value(render->kept); });
    return answer.get_future().get();
  };
  EXPECT_TRUE(is_kept("both"));
  memory.has_room = false;
  EXPECT_TRUE(is_kept("disk"));
  disk.has_room = false;
  EXPECT_FALSE(is_kept("neither"));
  memory.has_room = true;
  EXPECT_TRUE(is_kept("memory"));
}

}  // namespace
}  // namespace rucola::delivery
