#include "render/workers/refusals.h"

namespace rucola::render {
namespace {

constexpr const char* ends = "The server is shutting down. Try again in a moment.";

}  // namespace

Error error_of(Refusal why, std::chrono::seconds come_again) {
  Error error{.code = ErrorCode::overloaded, .message = {}, .retry_after = come_again};
  switch (why) {
    case Refusal::full:
      error.message.text = "The server is busy: too many images wait to be processed. Try again later.";
      break;
    case Refusal::share_full:
      error.code = ErrorCode::too_many_requests;
      error.message.text =
          "So many images that you asked for wait to be processed that there is no place for more. Try again "
          "later.";
      break;
    case Refusal::waited_too_long:
      error.message.text = "The server is busy: the image waited too long to be processed. Try again later.";
      break;
    case Refusal::closed:
    case Refusal::withdrawn:
      error.message.text = ends;
      break;
  }
  return error;
}

std::unexpected<Error> shutting_down() {
  return fail(ErrorCode::overloaded, ends);
}

std::unexpected<Error> not_wanted_any_more() {
  return fail(ErrorCode::overloaded, "Everybody who waited for the image has left.");
}

}  // namespace rucola::render
