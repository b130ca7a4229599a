#include "render/worker/memory/free_memory.h"

#include <array>
#include <cstdlib>

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

namespace rucola::render::worker {
namespace {

std::int64_t kept_pages() {
  constexpr std::int64_t bytes = std::int64_t{64} << 20;
  return bytes / ::sysconf(_SC_PAGESIZE);
}

}  // namespace

FreeMemory::FreeMemory() : statm_(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC)) {}

/// Those that belong to no file.
std::int64_t FreeMemory::held_pages() const {
  std::array<char, 128> text{};
  if (!statm_ || ::pread(statm_.get(), text.data(), text.size() - 1, 0) <= 0) return 0;
  char* rest = nullptr;
  std::strtoll(text.data(), &rest, 10);  // all that is mapped
  const std::int64_t resident = std::strtoll(rest, &rest, 10);
  return resident - std::strtoll(rest, nullptr, 10);
}

void FreeMemory::return_if_much() {
  const std::int64_t held = held_pages();
  if (most_pages_ == 0) most_pages_ = held + kept_pages();
  if (held > most_pages_) return_all();
}

/// What can't be returned is in use, or lies between what is: to try again after each job would only cost.
void FreeMemory::return_all() {
  ::malloc_trim(0);
  most_pages_ = held_pages() + kept_pages();
}

}  // namespace rucola::render::worker
