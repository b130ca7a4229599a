// Who makes the changes that a thread works at, and by which way: what the history keeps of it.
//
// It follows the work from thread to thread as the request's id does (base/request_id.h), so that no port
// takes it along: an AuthorScope says for whom its thread works, and for_this_request() keeps it with a call.
//
// Threads: current_author() is the calling thread's; an Author does not change any more once it is shared.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rucola {

/// The way by which a change came.
enum class Via {
  api,
  cli,
  server,          ///< the server's own doing, such as an image that a render fetched
  sql,             ///< past the program: the database took note of it by itself
  before_history,  ///< what there was when the history began
};

std::string_view name_of(Via via);
std::optional<Via> parse_via(std::string_view name);

struct Author {
  std::string user_id;  ///< empty: nobody of the users
  std::string email;    ///< as it was then; or what acted where no user did, such as "system"
  std::string key_id;   ///< tells the user's keys apart; empty: without one
  Via via = Via::api;
  std::string address{};  ///< the client's
};

/// Whoever may run the program on the data itself.
Author system_author();

/// Null where the thread works for nobody.
const std::shared_ptr<const Author>& current_author();

/// Until it ends, its thread works for that author, or for nobody. A coroutine must not wait meanwhile.
class AuthorScope {
 public:
  explicit AuthorScope(std::shared_ptr<const Author> author);
  explicit AuthorScope(Author author);
  AuthorScope(const AuthorScope&) = delete;
  AuthorScope& operator=(const AuthorScope&) = delete;
  ~AuthorScope();

 private:
  std::shared_ptr<const Author> outer_;
};

}  // namespace rucola
