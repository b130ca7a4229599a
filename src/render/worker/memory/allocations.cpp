#include "render/worker/memory/allocations.h"

#include <atomic>
#include <cerrno>
#include <cstddef>

#include <signal.h>
#include <unistd.h>

#include "render/protocol/out_of_memory.h"

namespace rucola::render::worker {
namespace {

constinit std::atomic<std::uint64_t> refused{0};
constinit std::atomic<std::uint64_t> refused_before{0};

/// GLib ends a program by a trap, or what is no instruction, Rust and C++ by abort(). All but the trap come
/// again when this returns, and then it is as if nobody had listened.
void end_for(int signal) {
  constexpr int as_shells_say_it = 128;
  if (refused != refused_before) ::_exit(protocol::out_of_memory_exit);
  if (signal == SIGTRAP) ::_exit(as_shells_say_it + SIGTRAP);
  ::signal(signal, SIG_DFL);
}

}  // namespace

std::uint64_t refused_allocations() noexcept {
  return refused;
}

void tell_why_it_ends() noexcept {
  refused_before = refused.load();
  for (const int number : {SIGABRT, SIGILL, SIGTRAP})
    ::signal(number, end_for);
}

#ifndef RUCOLA_SANITIZED

namespace {

void* counted(void* memory, std::size_t bytes) noexcept {
  if (memory == nullptr && bytes > 0) ++refused;
  return memory;
}

}  // namespace

// glibc's own names of what is wrapped, and its names of what they take.
extern "C" {

void* __libc_malloc(std::size_t bytes) noexcept;
void* __libc_calloc(std::size_t count, std::size_t bytes) noexcept;
void* __libc_realloc(void* memory, std::size_t bytes) noexcept;
void* __libc_memalign(std::size_t alignment, std::size_t bytes) noexcept;

void* malloc(std::size_t size) noexcept {
  return counted(__libc_malloc(size), size);
}
void* calloc(std::size_t nmemb, std::size_t size) noexcept {
  return counted(__libc_calloc(nmemb, size), size);
}
void* realloc(void* ptr, std::size_t size) noexcept {
  return counted(__libc_realloc(ptr, size), size);
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
  return counted(__libc_memalign(alignment, size), size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return memalign(alignment, size);
}
int posix_memalign(void** memptr, std::size_t alignment, std::size_t size) noexcept {
  if (alignment % sizeof(void*) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) return EINVAL;
  void* const found = memalign(alignment, size);
  if (found == nullptr) return ENOMEM;
  *memptr = found;
  return 0;
}

}  // extern "C"

#endif

}  // namespace rucola::render::worker
