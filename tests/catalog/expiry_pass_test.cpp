#include "catalog/expiry_pass.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::catalog {
namespace {

using std::chrono::days;
using std::chrono::hours;
using test::FailsWith;
using test::Succeeds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// Deleted images, each of a file of its own, by when they were deleted.
class Memory final : public Expiry {
 public:
  SeenTime seen{};
  std::multimap<SeenTime, std::string> deleted{};
  std::multiset<SeenTime> previews{};  ///< by when they were put
  std::map<std::string, SeenTime> waiting{};
  std::set<std::string> wanted{};
  std::vector<std::int64_t> steps{};  ///< how many images each removed
  bool cannot_remove_images = false;

  Result<SeenTime> look_at_clock(Time /*now*/) override { return seen; }
  Result<Removed> remove_images(SeenTime deleted_before, std::int64_t most) override {
    if (cannot_remove_images) return fail(ErrorCode::internal, "damaged");
    Removed removed;
    while (!deleted.empty() && deleted.begin()->first < deleted_before && removed.things < most) {
      waiting[deleted.begin()->second] = seen;
      deleted.erase(deleted.begin());
      ++removed.things;
    }
    removed.more = removed.things == most;
    steps.push_back(removed.things);
    return removed;
  }
  Result<Removed> remove_previews(SeenTime put_before, std::int64_t most) override {
    Removed removed;
    while (!previews.empty() && *previews.begin() < put_before && removed.things < most) {
      previews.erase(previews.begin());
      ++removed.things;
    }
    removed.more = removed.things == most;
    return removed;
  }
  Result<std::vector<std::string>> waiting_files(SeenTime since_before, std::string_view after,
                                                 std::int64_t most) override {
    std::vector<std::string> found;
    for (const auto& [file, since] : waiting) {
      if (since < since_before && file > after && std::cmp_less(found.size(), most)) found.push_back(file);
    }
    return found;
  }
  Result<bool> is_wanted(std::string_view sha256) override { return wanted.contains(std::string(sha256)); }
  Result<void> wait_no_more(const std::vector<std::string>& files, SeenTime since_before) override {
    for (const std::string& file : files) {
      if (waiting.at(file) < since_before) waiting.erase(file);
    }
    return {};
  }
  Result<void> each_waiting(const std::function<void(std::string_view)>& /*visit*/) override { return {}; }
};

class Files final : public BlobStore {
 public:
  std::set<std::string> there{};
  std::set<std::string> held{};
  std::set<std::string> stuck{};  ///< can't be removed
  std::optional<Error> fails{};

  Result<HeldBlob> store(SpooledFile /*file*/) override { return nullptr; }
  Result<OpenBlob> open(std::string_view /*sha256*/) override { return fail(ErrorCode::not_found, ""); }
  Result<BlobRemoval> set_aside(std::string_view /*sha256*/,
                                const std::function<Result<bool>()>& /*is_wanted*/) override {
    return fail(ErrorCode::not_found, "");
  }
  Result<BlobRemoval> remove(std::string_view sha256,
                             const std::function<Result<bool>()>& is_wanted) override {
    if (fails) return std::unexpected(*fails);
    const std::string file(sha256);
    if (held.contains(file)) return BlobRemoval{.outcome = BlobRemoval::Outcome::held};
    if (stuck.contains(file)) return fail(ErrorCode::internal, "is stuck");
    if (is_wanted().value()) return BlobRemoval{.outcome = BlobRemoval::Outcome::wanted};
    return BlobRemoval{.bytes = there.erase(file) == 1 ? 100 : 0};
  }
  Result<void> each(const std::function<void(std::string_view, Time)>& /*visit*/) override { return {}; }
};

class ExpiryPassTest : public testing::Test {
 protected:
  Expired pass(const ExpirySettings& settings = {}) {
    ExpiryPass pass(memory, files, settings, [this](auto) { return --rests >= 0; });
    result = pass.run({});
    return pass.expired();
  }
  void delete_images(int count, SeenTime when) {
    for (int i = 0; i < count; ++i) {
      const std::string file = std::to_string(files.there.size() + 1000);
      memory.deleted.emplace(when, file);
      files.there.insert(file);
    }
  }

  Memory memory;
  Files files;
  Result<void> result;
  int rests = 1000;
};

TEST_F(ExpiryPassTest, AnImageCanBeRestoredForAllOfItsDays) {
  delete_images(1, days{5});
  memory.seen = days{5} + days{30};
  EXPECT_EQ(pass().images, 0);
  memory.seen += longest_step;
  EXPECT_EQ(pass().images, 0) << "not before the last moment is over";
  memory.seen += std::chrono::milliseconds{1};
  EXPECT_EQ(pass().images, 1);
  EXPECT_THAT(result, Succeeds());
}

TEST_F(ExpiryPassTest, TheOperatorSaysForHowLong) {
  delete_images(1, days{0});
  memory.seen = days{3};
  EXPECT_EQ(pass({.deleted_images_days = 3}).images, 0);
  EXPECT_EQ(pass({.deleted_images_days = 2}).images, 1);
}

TEST_F(ExpiryPassTest, ZeroDaysAreForEver) {
  delete_images(1, days{0});
  memory.seen = days{10'000};
  EXPECT_EQ(pass({.deleted_images_days = 0}).images, 0);
  EXPECT_THAT(memory.steps, IsEmpty());
}

TEST_F(ExpiryPassTest, AFileStaysForADayMore) {
  delete_images(1, days{0});
  memory.seen = days{31};
  EXPECT_EQ(pass().files, 0);
  EXPECT_EQ(files.there.size(), 1U);
  memory.seen += files_wait;
  EXPECT_EQ(pass().files, 0);
  memory.seen += longest_step + std::chrono::milliseconds{1};
  const Expired expired = pass();
  EXPECT_EQ(expired.files, 1);
  EXPECT_EQ(expired.bytes, 100);
  EXPECT_THAT(files.there, IsEmpty());
  EXPECT_THAT(memory.waiting, IsEmpty());
}

TEST_F(ExpiryPassTest, PreviewsGoAfterTheirOwnDays) {
  for (int i = 0; i < 45; ++i)
    memory.previews.insert(days{0});
  memory.previews.insert(days{1});
  memory.seen = days{7} + longest_step;
  EXPECT_EQ(pass().previews, 0);
  memory.seen += std::chrono::milliseconds{1};
  EXPECT_EQ(pass({.previews_days = 0}).previews, 0);
  EXPECT_EQ(pass().previews, 45);
  EXPECT_EQ(memory.previews.size(), 1U);
}

TEST_F(ExpiryPassTest, GoesInSmallStepsAndRestsBetweenThem) {
  delete_images(45, days{0});
  memory.seen = days{32};
  EXPECT_EQ(pass().images, 45);
  EXPECT_THAT(memory.steps, ElementsAre(20, 20, 5));
  memory.seen += days{2};
  EXPECT_EQ(pass().files, 45);
}

TEST_F(ExpiryPassTest, EndsBetweenTwoStepsWhenItIsTold) {
  delete_images(45, days{0});
  memory.seen = days{32};
  rests = 0;
  EXPECT_EQ(pass().images, 20);
  EXPECT_THAT(result, Succeeds());
  rests = 1000;
  EXPECT_EQ(pass().images, 25) << "the next one goes on";
}

TEST_F(ExpiryPassTest, WhatIsBeingStoredStaysAndIsLookedAtAgain) {
  memory.waiting = {{"a", days{0}}, {"b", days{0}}};
  memory.seen = days{2};
  files.there = {"a", "b"};
  files.held = {"a"};
  EXPECT_EQ(pass().files, 1);
  EXPECT_THAT(files.there, ElementsAre("a"));
  EXPECT_TRUE(memory.waiting.contains("a"));
  files.held.clear();
  EXPECT_EQ(pass().files, 1);
  EXPECT_THAT(memory.waiting, IsEmpty());
}

TEST_F(ExpiryPassTest, WhatIsWantedAgainStaysAndWaitsNoMore) {
  memory.waiting = {{"a", days{0}}};
  memory.seen = days{2};
  memory.wanted = files.there = {"a"};
  const Expired expired = pass();
  EXPECT_EQ(expired.files, 0);
  EXPECT_THAT(files.there, ElementsAre("a"));
  EXPECT_THAT(memory.waiting, IsEmpty());
}

TEST_F(ExpiryPassTest, WhatWasRemovedBeforeAKillIsRemovedOnceMore) {
  memory.waiting = {{"a", days{0}}};
  memory.seen = days{2};
  const Expired expired = pass();
  EXPECT_EQ(expired.bytes, 0);
  EXPECT_THAT(memory.waiting, IsEmpty());
}

TEST_F(ExpiryPassTest, AFailureIsToldAndWhatWasDoneStaysDone) {
  delete_images(1, days{0});
  memory.seen = days{32};
  memory.waiting = {{"a", days{0}}};
  files.fails = Error{ErrorCode::internal, {"no disk"}};
  EXPECT_EQ(pass().images, 1);
  EXPECT_THAT(result, FailsWith(ErrorCode::internal));
  EXPECT_TRUE(memory.waiting.contains("a"));
}

TEST_F(ExpiryPassTest, AFileThatCantBeRemovedKeepsNoOther) {
  delete_images(50, days{0});
  const std::string first = *files.there.begin();
  files.stuck = {first};
  memory.seen = days{31};
  pass();
  memory.seen += days{2};
  EXPECT_EQ(pass().files, 49);
  EXPECT_THAT(result, FailsWith(ErrorCode::internal));
  EXPECT_THAT(files.there, ElementsAre(first));
  EXPECT_EQ(memory.waiting.size(), 1U);
  files.stuck.clear();
  EXPECT_EQ(pass().files, 1) << "it is tried again";
  EXPECT_THAT(result, Succeeds());
}

TEST_F(ExpiryPassTest, ImagesThatCantBeRemovedKeepNoPreviewsAndFiles) {
  memory.cannot_remove_images = true;
  memory.previews = {days{0}};
  memory.waiting = {{"a", days{0}}};
  files.there = {"a"};
  memory.seen = days{32};
  const Expired expired = pass();
  EXPECT_EQ(expired.previews, 1);
  EXPECT_EQ(expired.files, 1);
  EXPECT_THAT(result, FailsWith(ErrorCode::internal));
}

}  // namespace
}  // namespace rucola::catalog
