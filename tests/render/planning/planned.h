// What the tests of the planner share: sources, and the plan of a URL.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/planning/planner.h"
#include "render/stack/overrides.h"

namespace rucola::render {

inline const SourceFacts photo{
    .sha256 = std::string(64, 'a'), .format = Format::jpg, .size = {4000, 3000}, .frames = 1, .opaque = true};

inline SourceFacts with(SourceFacts facts, auto change) {
  change(facts);
  return facts;
}

inline const SourceFacts logo = with(photo, [](SourceFacts& facts) {
  facts.format = Format::png;
  facts.opaque = false;
});
inline const SourceFacts animation = with(photo, [](SourceFacts& facts) {
  facts.format = Format::gif;
  facts.size = {320, 200};
  facts.frames = 40;
});
inline const SourceFacts drawing = with(photo, [](SourceFacts& facts) {
  facts.format = Format::svg;
  facts.size = {100, 50};
  facts.opaque = false;
});

/// An organization without other images and stacks.
class EmptyLibrary : public Library {
 public:
  Result<SourceFacts> image(std::string_view reference) override {
    return fail(ErrorCode::not_found, "no image " + std::string(reference));
  }
  Result<SourceFacts> linked_video(std::string_view hash) override {
    return fail(ErrorCode::not_found, "no video " + std::string(hash));
  }
  Result<StackDefinition> stack(std::string_view name) override {
    return fail(ErrorCode::not_found, "no stack " + std::string(name));
  }
  std::optional<Measured> measured(std::string_view /*key*/) override { return std::nullopt; }
};

/// What is to be rendered; an error of the test's own where that is something else.
inline Result<PlannedRender> render_of(Result<Planned> planned) {
  if (!planned) return std::unexpected(planned.error());
  if (auto* render = std::get_if<PlannedRender>(&*planned)) return std::move(*render);
  return fail(ErrorCode::internal, "no render was planned");
}

inline Result<PlannedRender> plan_render(const RenderRequest& request, Library& library,
                                         const Settings& settings) {
  return render_of(Planner(settings, "8.14.1").plan(request, library));
}

inline Result<PlannedRender> planned_of(const StackDefinition& stack, const SourceFacts& source,
                                        std::string_view format, AcceptClass accept,
                                        const Settings& settings) {
  EmptyLibrary library;
  return plan_render({.stack = stack, .source = source, .format = format, .accept = accept}, library,
                     settings);
}

/// Of the dynamic stack, as a URL says it.
inline Result<PlannedRender> planned_url(std::string_view text, const SourceFacts& source = photo,
                                         std::string_view format = "jpg",
                                         AcceptClass accept = AcceptClass::neither,
                                         const Settings& settings = {}) {
  Overrides overrides;
  if (const auto added = add_overrides(text, overrides); !added) return std::unexpected(added.error());
  return planned_of(dynamic_stack(overrides), source, format, accept, settings);
}

inline std::string key(const Result<PlannedRender>& render) {
  return render ? render->key : render.error().message.text;
}

inline void expect_error(const Result<PlannedRender>& render, ErrorCode code, std::string_view text) {
  ASSERT_FALSE(render) << text;
  EXPECT_EQ(render.error().code, code) << text;
  EXPECT_THAT(render.error().message.text, testing::HasSubstr(std::string(text)));
}

inline Settings limited(auto change) {
  Settings settings;
  change(settings);
  return settings;
}

}  // namespace rucola::render
