#include "render/worker/result_file.h"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "render/protocol/messages.h"

namespace rucola::render::worker {
namespace {

std::unexpected<Error> failed(const char* what) {
  return fail(ErrorCode::internal, "The image could not be processed.",
              std::string(what) + " for the result: " + std::strerror(errno));
}

}  // namespace

Result<UniqueFd> sealed_file(std::string_view bytes) {
  if (bytes.size() > static_cast<std::size_t>(protocol::result_limit_bytes)) {
    return fail(ErrorCode::payload_too_large,
                "The rendered image would have " + std::to_string(bytes.size()) + " bytes; at most " +
                    std::to_string(protocol::result_limit_bytes) + " are allowed.");
  }
  UniqueFd fd(::memfd_create("render", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) return failed("memfd_create");
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0) {
    return failed("F_ADD_SEALS");
  }
  return fd;
}

}  // namespace rucola::render::worker
