#include "delivery/ingest/opened_file.h"

#include <utility>

#include <fcntl.h>

namespace rucola::delivery {

Result<render::Source> open_to_render(const Incoming& incoming) {
  UniqueFd fd(::open(incoming.file.path().c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail(ErrorCode::internal, "The uploaded file could not be read.", "open the spooled file");
  return render::Source{std::move(fd), incoming.file.bytes()};
}

std::unexpected<Error> naming_the_file(Error error, const Incoming& incoming) {
  if (!incoming.filename.empty()) error.message.text = incoming.filename + ": " + error.message.text;
  return std::unexpected(std::move(error));
}

}  // namespace rucola::delivery
