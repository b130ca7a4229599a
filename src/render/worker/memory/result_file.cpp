#include "render/worker/memory/result_file.h"

#include <cerrno>
#include <cstring>
#include <string>

#include <unistd.h>

#include "render/protocol/messages.h"

namespace rucola::render::worker {
namespace {

std::unexpected<Error> failed(const char* what) {
  return fail(ErrorCode::internal, "The image could not be processed.",
              std::string(what) + " for the result: " + std::strerror(errno));
}

}  // namespace

Result<void> write_result(const UniqueFd& file, std::string_view bytes) {
  if (bytes.size() > static_cast<std::size_t>(protocol::result_limit_bytes)) {
    return fail(ErrorCode::payload_too_large,
                "The rendered image would have " + std::to_string(bytes.size()) + " bytes; at most " +
                    std::to_string(protocol::result_limit_bytes) + " are allowed.");
  }
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace rucola::render::worker
