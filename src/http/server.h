// The HTTP/1.1 server: listeners, event loops and their threads.
//
// Threads: start() and drain_and_stop() are called by one thread, not by a handler; the answers are made on
// the loops and on the executors. Ownership: shares the render handler; copies the routes; borrows the
// executors, which must outlive the Server. What a route or an answer that is still under way refers to must
// live until they were shut down. Errors: start() says why it can't listen; nothing is left running then.
// The process ignores SIGPIPE: sendfile() can't be told not to raise it where a client has left.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/executors.h"
#include "http/settings.h"
#include "message/route.h"

namespace rucola::http {

class Server {
 public:
  /// Uploads go to `spool`. Without a `renderer` there are routes alone.
  Server(Settings settings, Spool spool, std::vector<message::Route> routes, message::Authorize authorize,
         std::shared_ptr<message::RenderHandler> renderer, const Executors& executors);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  /// Drains, where drain_and_stop() was not called.
  ~Server();

  /// Listens on every loop; answers are given as soon as it returns. Raises the process' limit of open files
  /// as far as it may. `setting`: the name of settings.listen, for messages.
  /// Errors: bad_request for an address or setting that can't be used.
  Result<void> start(std::string_view setting = "server.listen");

  /// As the setting has it; from now on. To be called by whoever called start().
  void set_access_log(const std::string& setting);

  /// The port listened on, also where the settings said 0.
  [[nodiscard]] std::uint16_t port() const;

  /// Takes no more connections, closes idle ones, lets what is in flight finish (its answers say
  /// `Connection: close`), and returns when all is done, or after the settings' `drain`. Where a quarter of
  /// that time is left, `let_go` is called once: whatever keeps answers waiting has to give them up, so that
  /// the clients can still be told. May be called twice.
  void drain_and_stop(const std::function<void()>& let_go = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rucola::http
