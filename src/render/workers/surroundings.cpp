#include "render/workers/surroundings.h"

#include <string>
#include <utility>

#include <sys/resource.h>

namespace rucola::render {

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

}  // namespace rucola::render
