#include "render/workers/thread_share.h"

#include <gtest/gtest.h>

namespace rucola::render {
namespace {

TEST(ThreadShare, OfAJobThatIsAloneIsThatOfTheIdleWorkersToo) {
  EXPECT_EQ(threads_of_next(0, 0), 1) << "a single worker, or all others busy";
  EXPECT_EQ(threads_of_next(1, 0), 2);
  EXPECT_EQ(threads_of_next(63, 0), protocol::threads_limit);
}

TEST(ThreadShare, OfAJobBehindWhichOthersWaitIsItsOwn) {
  EXPECT_EQ(threads_of_next(1, 1), 1);
}

TEST(ThreadShare, IsNeverNothing) {
  EXPECT_EQ(threads_of_next(-1, 0), 1) << "the counts are not taken at the same moment";
}

}  // namespace
}  // namespace rucola::render
