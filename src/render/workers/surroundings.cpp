#include "render/workers/surroundings.h"

#include <cerrno>
#include <string>
#include <utility>

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

namespace rucola::render {
namespace {

/// libvips 8.14's vector code is written at run time, into memory that is executed then.
bool may_execute_what_it_wrote() {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* const memory =
      ::mmap(nullptr, page, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return errno != EPERM && errno != EACCES;
  ::munmap(memory, page);
  return true;
}

}  // namespace

Result<void> check_address_space(std::int64_t bytes) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_max == RLIM_INFINITY ||
      std::cmp_greater_equal(limit.rlim_max, bytes)) {
    return {};
  }
  return fail(ErrorCode::bad_request,
              "The address space of this process is limited to " + std::to_string(limit.rlim_max) +
                  " bytes (ulimit -v, or systemd's LimitAS=), and render.worker_memory is " +
                  std::to_string(bytes) + ": lift the limit, or lower the setting.");
}

Error explained(Error error) {
  if (error.code == ErrorCode::bad_request) return error;
  error.message.text = "The render workers can't be started.";
  if (!may_execute_what_it_wrote()) {
    error.message.text +=
        " This process may not execute memory that it wrote (MemoryDenyWriteExecute= of systemd, or "
        "SELinux), "
        "which the vector code of libvips does: allow it.";
  }
  return error;
}

}  // namespace rucola::render
