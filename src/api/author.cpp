#include "api/author.h"

#include <utility>
#include <variant>

namespace rucola::api {

Author author_of(const message::Request& request) {
  return {.user_id = request.caller.user_id,
          .email = request.caller.email,
          .key_id = request.caller.key_id,
          .via = Via::api,
          .address = request.client};
}

message::Route for_its_caller(message::Route route) {
  if (route.method == message::Method::get) return route;
  if (auto* handle = std::get_if<message::Handle>(&route.handler)) {
    route.handler = [handle = std::move(*handle)](message::Request& request) {
      const AuthorScope scope(author_of(request));
      return handle(request);
    };
  } else {
    route.handler = [begin = std::move(std::get<message::Begin>(route.handler))](message::Request request,
                                                                                 const message::Done& done) {
      const AuthorScope scope(author_of(request));
      begin(std::move(request), done);
    };
  }
  return route;
}

}  // namespace rucola::api
