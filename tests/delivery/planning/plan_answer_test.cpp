// What a request comes to, once its URL has been looked up.
#include "delivery/planning/plan_answer.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "delivery/look_up/fake_lookup.h"
#include "render/source/placeholder.h"
#include "result_matchers.h"

namespace rucola::delivery {
namespace {

using test::FailsWith;

const std::string hash(40, 'a');

class PlanAnswerTest : public testing::Test {
 protected:
  PlanAnswerTest() {
    lookup.add_organization("acme");
    lookup.add_image("acme", hash);
  }

  Result<PlannedAnswer> planned(const std::string& path, message::Headers headers = {}) {
    return planned_at(path, {}, std::move(headers));
  }

  Result<PlannedAnswer> planned_at(const std::string& path, const ServerPlace& place,
                                   message::Headers headers = {}) {
    message::Request request;
    request.host = "acme.localhost";
    request.target = request.path = path;
    request.headers = std::move(headers);
    const Asked asked(std::move(request), "localhost");
    const auto url = read_url(asked);
    if (!url) return std::unexpected(url.error());
    Result<PlannedAnswer> answer = fail(ErrorCode::internal, "nobody planned");
    EXPECT_THAT(lookup.read([&](catalog::RenderSnapshot& snapshot) {
      CatalogView view(snapshot);
      auto found = look_up(view, "acme", url->url,
                           {.path = path, .render_path = path, .query = "", .has_slug = false}, place);
      if (!found) {
        answer = std::unexpected(found.error());
        return;
      }
      auto& resolved = std::get<Resolved>(*found);
      answer = plan_answer(
          asked, *url, resolved, view,
          [this](std::string_view key) {
            const auto known = measured.find(key);
            return known == measured.end() ? std::nullopt : std::optional(known->second);
          },
          planner);
    }),
                test::Succeeds());
    return answer;
  }

  FakeLookup lookup;
  render::Planner planner{{}, "8.14.1"};
  std::map<std::string, render::Measured, std::less<>> measured;
};

TEST_F(PlanAnswerTest, AUrlBecomesARender) {
  const auto answer = planned("/dynamic/resize-width-100/" + hash + ".webp");
  ASSERT_TRUE(answer);
  const auto& render = std::get<render::PlannedRender>(*answer);
  EXPECT_EQ(render.plan.encoding.format, render::Format::webp);
  ASSERT_EQ(render.files.size(), 1U);
  EXPECT_EQ(render.files.front().sha256, lookup.images[FakeLookup::Name("acme", hash)].blob);
}

TEST_F(PlanAnswerTest, WhatTheClientAcceptsCountsWhereTheStackAsksForIt) {
  lookup.add_stack("acme", "thumb", R"({"operations":[],"options":{"autoformat":true}})");
  const std::string path = "/thumb/" + hash + ".jpg";
  const auto format = [&](const char* accept) {
    const auto answer = planned(path, {{"Accept", accept}});
    return std::get<render::PlannedRender>(answer.value()).plan.encoding.format;
  };
  EXPECT_EQ(format("image/webp,*/*"), render::Format::webp);
  EXPECT_EQ(format("image/png"), render::Format::jpg);
}

TEST_F(PlanAnswerTest, AVariableOfTheUrlCountsInTheStackThatItNames) {
  lookup.add_stack(
      "acme", "sized",
      R"({"operations":[{"name":"resize","options":{"mode":"absolute","height":50},"expressions":{"width":"$w"}}],)"
      R"("variables":{"w":100},"options":{}})");
  const auto width = [&](const std::string& path) {
    const auto answer = planned(path);
    const auto& steps = std::get<render::PlannedRender>(answer.value()).plan.steps;
    return std::get<render::ResizeStep>(steps.front()).to.width;
  };
  EXPECT_EQ(width("/sized/" + hash + ".jpg"), 100);
  EXPECT_EQ(width("/sized/v-w-70/" + hash + ".jpg"), 70);
}

TEST_F(PlanAnswerTest, WhatHasToBeMeasuredIsAskedForUntilItIsKnown) {
  const std::string path = "/dynamic/trim/" + hash + ".jpg";
  const auto first = planned(path);
  ASSERT_TRUE(first);
  const auto& needed = std::get<render::NeededMeasurement>(*first);
  measured[needed.key] = render::Measured{10, 20, 300, 200};
  const auto second = planned(path);
  ASSERT_TRUE(second);
  EXPECT_TRUE(std::holds_alternative<render::PlannedRender>(*second));
}

TEST_F(PlanAnswerTest, AStackMayWantTheSourceAsItIs) {
  lookup.add_stack("acme", "original", R"({"operations":[],"options":{"source_file":true}})");
  const auto answer = planned("/original/" + hash + ".jpg");
  ASSERT_TRUE(answer);
  EXPECT_TRUE(std::holds_alternative<render::OriginalWanted>(*answer));
}

TEST_F(PlanAnswerTest, IiifAsksForAPictureOrForADocumentAboutIt) {
  const auto picture = planned("/_iiif/" + hash + "/full/100,/0/default.jpg");
  ASSERT_TRUE(picture);
  EXPECT_TRUE(std::holds_alternative<render::PlannedRender>(*picture));
  const auto document = planned("/_iiif/" + hash + "/info.json");
  ASSERT_TRUE(document);
  EXPECT_EQ(std::get<Document>(*document).response.status, 200);
  EXPECT_THAT(planned("/_iiif/" + hash + "/700,500,10,10/max/0/default.jpg"),
              FailsWith(ErrorCode::bad_request))
      << "it lies outside";
}

TEST_F(PlanAnswerTest, WhatIsNoPictureIsDrawnAsASheet) {
  for (const char* format : {"ttf", "docx"}) {
    catalog::SourceImage& file = lookup.images[FakeLookup::Name("acme", hash)];
    file.format = format;
    file.width = file.height = 0;
    EXPECT_THAT(planned("/_iiif/" + hash + "/info.json"), FailsWith(ErrorCode::unsupported_media_type));
    const auto answer = planned("/dynamic/resize-width-30/" + hash + ".jpg");
    ASSERT_TRUE(answer) << format;
    const auto& render = std::get<render::PlannedRender>(*answer);
    EXPECT_NE(render::find_placeholder(render.files.front().sha256), nullptr);
    EXPECT_TRUE(render.files.front().is_drawing);
  }
}

TEST_F(PlanAnswerTest, AListOfAVideoIsADocument) {
  catalog::SourceImage& video = lookup.images[FakeLookup::Name("acme", hash)];
  video.format = "mp4";
  lookup.add_alias("acme", "trailer", hash);
  const std::string path = "/dynamic/-_trailer_-.m3u8";
  const auto first = planned(path);
  ASSERT_TRUE(first);
  measured[std::get<render::NeededMeasurement>(*first).key] =
      render::Measured{1, 1'000'000, 46'080'000, 6, 2.5};
  const auto second = planned(path);
  ASSERT_TRUE(second);
  EXPECT_EQ(std::get<Document>(*second).digest.size(), 64U);
  const message::Response& list = std::get<Document>(*second).response;
  EXPECT_EQ(list.headers.joined("Content-Type"), "application/vnd.apple.mpegurl");
  EXPECT_THAT(std::get<std::string>(list.body),
              testing::HasSubstr("\n/dynamic/" + hash + "/977-640x480_1.ts\n"));
  const auto part = planned("/dynamic/" + hash + "/977-640x480_1.ts");
  ASSERT_TRUE(part);
  EXPECT_EQ(std::get<render::PlannedRender>(*part).plan.film_part, 1);
}

TEST_F(PlanAnswerTest, OnlyWhatWasUploadedIsStreamed) {
  for (const char* ending : {"m3u", "m3u8", "ts"}) {
    for (const char* path : {"/dynamic/-https://example.org/film.mp4-.", "/dynamic/-films/film.mp4-."}) {
      EXPECT_THAT(planned(std::string(path) + ending), FailsWith(ErrorCode::unsupported_media_type))
          << path << ending;
    }
    EXPECT_THAT(planned("/_iiif/" + hash + "/full/max/0/default." + ending),
                FailsWith(ErrorCode::unsupported_media_type));
  }
}

TEST_F(PlanAnswerTest, APictureOfAVideoOfOursIsMadeOfTheUpload) {
  catalog::SourceImage& video = lookup.images[FakeLookup::Name("acme", hash)];
  video.format = "mp4";
  const std::string own = "/dynamic/resize-width-30/-https://acme.localhost/dynamic/";
  const auto planned_still = [&](const std::string& inner) {
    return planned_at(own + inner + "-.jpg", {.host = "acme.localhost", .render_domain = "localhost"});
  };
  const auto answer = planned_still(hash + ".mp4@00:00:22");
  ASSERT_TRUE(answer) << answer.error().message.text;
  const auto& render = std::get<render::PlannedRender>(*answer);
  ASSERT_TRUE(render.files.front().render);
  EXPECT_EQ(render.files.front().render->plan.timestamp, 22'000);
  EXPECT_EQ(render.files.front().render->files.front().sha256, video.blob);
  EXPECT_THAT(planned_still("resize-width-9/" + hash + ".mp4@22"), FailsWith(ErrorCode::unprocessable));
  EXPECT_TRUE(planned_still("noop/" + hash + ".mp4@22"));
  EXPECT_THAT(planned_still(hash + ".jpg@22"), FailsWith(ErrorCode::unprocessable));
  EXPECT_THAT(planned_still(hash + ".mp4"), FailsWith(ErrorCode::bad_request)) << "it is no picture";
}

TEST_F(PlanAnswerTest, AnImageOfAFormatThatNobodyKnowsIsOurFault) {
  lookup.images[FakeLookup::Name("acme", hash)].format = "";
  for (const std::string& path : {"/_iiif/" + hash + "/info.json", "/dynamic/noop/" + hash + ".jpg"})
    EXPECT_THAT(planned(path), FailsWith(ErrorCode::internal)) << path;
}

}  // namespace
}  // namespace rucola::delivery
