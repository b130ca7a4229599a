#include "render/plan/render_keys.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rucola::render {
namespace {

std::vector<PlannedFile> uploads(const std::string& letters) {
  std::vector<PlannedFile> files;
  for (const char letter : letters)
    files.push_back({.sha256 = std::string(64, letter)});
  return files;
}

TEST(RenderKeys, DependOnFilesAndTheirOrderAndWhatIsDone) {
  const RenderKeys keys("8.14.1");
  const std::string key = keys.key_of(uploads("ab"), "plan");
  EXPECT_EQ(key, keys.key_of(uploads("ab"), "plan"));
  EXPECT_NE(key, keys.key_of(uploads("ba"), "plan"));
  EXPECT_NE(key, keys.key_of(uploads("a"), "plan"));
  EXPECT_NE(key, keys.key_of(uploads("ab"), "plan2"));
}

TEST(RenderKeys, AnotherMinorVersionOfLibvipsGivesOthersAPatchLevelDoesNot) {
  const auto key_with = [](std::string_view version) {
    return RenderKeys(version).key_of(uploads("a"), "plan");
  };
  EXPECT_EQ(key_with("8.14.1"), key_with("8.14.5"));
  EXPECT_EQ(key_with("8.14.1"), key_with("8.14"));
  EXPECT_NE(key_with("8.14.1"), key_with("8.16.1"));
  EXPECT_NE(key_with("8.1"), key_with("8.14"));
  EXPECT_NE(key_with("8.14.1"), key_with("9.14.1"));
}

TEST(RenderKeys, ARenderThatIsRenderedFromIsNoUpload) {
  const RenderKeys keys("8.14.1");
  const auto base = std::make_shared<PlannedRender>();
  base->key = std::string(64, 'a');
  EXPECT_NE(keys.key_of({{.sha256 = {}, .render = base}}, "plan"), keys.key_of(uploads("a"), "plan"));
}

}  // namespace
}  // namespace rucola::render
