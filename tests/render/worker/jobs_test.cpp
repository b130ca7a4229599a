#include "render/worker/jobs.h"

#include <gtest/gtest.h>
#include <vips/vips8>

namespace rucola::render::worker {
namespace {

TEST(Jobs, AreDoneInAsManyThreadsAsTheyAreGiven) {
  for (const int threads : {2, 1}) {
    protocol::Job job;
    job.threads = threads;
    EXPECT_TRUE(carry_out(job, {}).error) << "it has no files";
    EXPECT_EQ(vips_concurrency_get(), threads);
  }
}

}  // namespace
}  // namespace rucola::render::worker
