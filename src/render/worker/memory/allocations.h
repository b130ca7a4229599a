// Whether memory ran out. Those who ask for it in vain tell it in their own ways: that the file is damaged,
// that something failed, or by ending the process. So the allocator's functions are wrapped, for all
// libraries of the program, and count what they refuse.
//
// Threads: any.
#pragma once

#include <cstdint>

namespace rucola::render::worker {

/// Since the program began. Under a sanitizer, whose own allocator is not wrapped: none.
std::uint64_t refused_allocations() noexcept;

/// From now on, who ends the process for want of memory ends it with protocol::out_of_memory_exit.
void tell_why_it_ends() noexcept;

}  // namespace rucola::render::worker
