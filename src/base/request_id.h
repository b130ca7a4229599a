// The id of a request: in X-Request-Id, in the access log, and in every line that the request causes.
//
// It follows the work from thread to thread without being passed along: a RequestScope says for which request
// its thread works, and whoever keeps a call for another thread (an executor, the workers' queue, a
// coalescer) keeps the id with it: for_this_request(). That keeps the author, too (base/author.h).
//
// Threads: current_request() is the calling thread's; a RequestIds belongs to one thread; the rest is pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/author.h"

namespace rucola {

inline constexpr std::size_t longest_request_id = 128;

/// 1 to 128 of [A-Za-z0-9._-]: what may be taken over from a client, and stand in a header and a log
/// unquoted.
bool is_request_id(std::string_view text);

/// Makes ids of 13 characters, which a std::string holds without an allocation. No two of one RequestIds are
/// alike; those of different ones differ by chance.
class RequestIds {
 public:
  RequestIds();
  std::string next();

 private:
  std::uint64_t counter_ = 0;
};

/// Empty where the thread works for no request.
std::string_view current_request();

/// Until it ends, its thread works for that request. The text must stay where it is; a coroutine must not
/// wait meanwhile.
class RequestScope {
 public:
  explicit RequestScope(std::string_view id);
  RequestScope(const RequestScope&) = delete;
  RequestScope& operator=(const RequestScope&) = delete;
  ~RequestScope();

 private:
  std::string_view outer_;
};

/// `call`, to be made later or elsewhere, for the request and the author that this thread works for now.
template <class Call>
auto for_this_request(Call call) {
  return [id = std::string(current_request()), author = current_author(),
          call = std::move(call)](auto&&... arguments) mutable {
    const RequestScope scope(id);
    const AuthorScope by(author);
    return call(std::forward<decltype(arguments)>(arguments)...);
  };
}

}  // namespace rucola
