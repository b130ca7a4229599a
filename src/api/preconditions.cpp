#include "api/preconditions.h"

#include <string>
#include <string_view>

namespace rucola::api {
namespace {

std::unexpected<Error> refused(std::string_view header, std::string_view advice) {
  return fail(
      ErrorCode::precondition_failed,
      std::string(header) + " can't be honoured here, so nothing was changed. " + std::string(advice));
}

}  // namespace

Result<void> refuse_other_preconditions(Preconditions honoured, const message::Request& request) {
  if (request.method == message::Method::get || request.method == message::Method::head) return {};
  const bool tags = honoured == Preconditions::entity_tags;
  if (!tags) {
    for (const std::string_view header : {"If-Match", "If-None-Match"}) {
      if (request.headers.has(header))
        return refused(header, "Aliases have an ETag, and take it: docs/aliases.md.");
    }
  }
  const std::string_view date = "If-Unmodified-Since";
  if (!request.headers.has(date) || (tags && request.headers.has("If-Match"))) return {};
  return refused(date, tags ? "A date has whole seconds, in which an alias can move twice; send its ETag in "
                              "If-Match."
                            : "Aliases have an ETag, and take it in If-Match: docs/aliases.md.");
}

}  // namespace rucola::api
