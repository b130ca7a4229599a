// The seeds from which the fuzz target worker_protocol searches: one that misses a member of today's messages
// ends at it, and what stands behind is never read.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/protocol/messages.h"

namespace rucola::render::protocol {
namespace {

/// All, by name.
std::map<std::string, std::string> seeds() {
  std::map<std::string, std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(RUCOLA_FUZZ_CORPUS "/worker_protocol")) {
    std::ifstream file(entry.path(), std::ios::binary);
    found.emplace(entry.path().filename().string(), std::string(std::istreambuf_iterator<char>(file), {}));
  }
  return found;
}

TEST(WorkerProtocolSeeds, JobsAreRead) {
  const auto all = seeds();
  for (const char* name :
       {"find_faces", "inspect_unless_heavy", "job", "measure", "measure_film", "repack"}) {
    ASSERT_TRUE(all.contains(name)) << name;
    const auto read = read_job(all.at(name));
    EXPECT_TRUE(read) << name << ": " << read.error().detail.text;
  }
}

TEST(WorkerProtocolSeeds, RepliesAreRead) {
  const auto all = seeds();
  for (const char* name : {"error", "inspect", "is_heavy", "measured", "render"}) {
    ASSERT_TRUE(all.contains(name)) << name;
    const auto read = read_reply(all.at(name));
    EXPECT_TRUE(read) << name << ": " << read.error().detail.text;
  }
}

TEST(WorkerProtocolSeeds, TheGreetingIsRead) {
  EXPECT_TRUE(read_greeting(seeds().at("greeting")));
}

}  // namespace
}  // namespace rucola::render::protocol
