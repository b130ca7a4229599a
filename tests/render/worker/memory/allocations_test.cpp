#include "render/worker/memory/allocations.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "render/protocol/out_of_memory.h"

namespace rucola::render::worker {
namespace {

/// How a child ends that does that.
template <class Deed>
int end_of(const Deed& deed) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    tell_why_it_ends();
    deed();
    ::_exit(0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

#ifndef RUCOLA_SANITIZED  // their allocator is not ours to wrap

/// The compiler knows that nobody has so much.
std::size_t more_than_there_is() {
  volatile std::size_t bytes = std::size_t{1} << 62;
  return bytes;
}

TEST(Allocations, ThatAreRefusedAreCounted) {
  const std::uint64_t before = refused_allocations();
  std::free(std::malloc(1000));
  std::free(std::calloc(10, 100));
  EXPECT_EQ(refused_allocations(), before);
  void* memory = nullptr;
  EXPECT_EQ(std::malloc(more_than_there_is()), nullptr);
  EXPECT_EQ(std::calloc(2, more_than_there_is()), nullptr);
  EXPECT_EQ(std::realloc(nullptr, more_than_there_is()), nullptr);
  EXPECT_EQ(std::aligned_alloc(64, more_than_there_is()), nullptr);
  EXPECT_EQ(::posix_memalign(&memory, 64, more_than_there_is()), ENOMEM);
  EXPECT_EQ(refused_allocations(), before + 5);
}

TEST(Allocations, AreAlignedAsTheyAreAskedFor) {
  void* memory = nullptr;
  EXPECT_EQ(::posix_memalign(&memory, 3, 100), EINVAL);
  ASSERT_EQ(::posix_memalign(&memory, 4096, 100), 0);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % 4096, 0U);
  std::free(memory);
}

TEST(Allocations, TellWhyAProcessEnds) {
  const auto in_vain = [] {
    void* volatile nothing = std::malloc(more_than_there_is());  // or the compiler leaves it out
    std::free(nothing);
  };
  const int for_memory = end_of([&] {
    in_vain();
    std::abort();
  });
  ASSERT_TRUE(WIFEXITED(for_memory));
  EXPECT_EQ(WEXITSTATUS(for_memory), protocol::out_of_memory_exit);
  const int trapped_for_memory = end_of([&] {
    in_vain();
    ::raise(SIGTRAP);
  });
  ASSERT_TRUE(WIFEXITED(trapped_for_memory));
  EXPECT_EQ(WEXITSTATUS(trapped_for_memory), protocol::out_of_memory_exit);
}

#endif

TEST(Allocations, AnEndForAnotherReasonIsWhatItWas) {
  const auto end_by = [](int signal) {
    return end_of([signal] {
      ::raise(signal);
      ::raise(signal);
    });
  };
  for (const int signal : {SIGABRT, SIGILL}) {
    ASSERT_TRUE(WIFSIGNALED(end_by(signal)));
    EXPECT_EQ(WTERMSIG(end_by(signal)), signal);
  }
  EXPECT_TRUE(WIFEXITED(end_by(SIGTRAP)));
  EXPECT_NE(WEXITSTATUS(end_by(SIGTRAP)), protocol::out_of_memory_exit);
}

}  // namespace
}  // namespace rucola::render::worker
