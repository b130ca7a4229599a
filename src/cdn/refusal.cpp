#include "cdn/refusal.h"

#include "base/logged_text.h"

namespace rucola::cdn {

Error refusal_of(const std::string& cache, const HttpAnswer& answer) {
  static constexpr std::size_t excerpt = 200;
  const bool busy = answer.status == 429 || answer.status == 503;
  return {.code = busy ? ErrorCode::overloaded : ErrorCode::unprocessable,
          .message = {cache + " answered the purge with status " + std::to_string(answer.status) + "."},
          .detail = {logged_text(answer.body.substr(0, excerpt))},
          .retry_after = answer.retry_after()};
}

}  // namespace rucola::cdn
