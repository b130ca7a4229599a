#include "http/server.h"

#include <algorithm>
#include <thread>
#include <utility>

#include <sys/resource.h>

#include "base/log.h"
#include "base/mutex.h"
#include "http/listen_address.h"
#include "http/loop.h"
#include "http/settings_check.h"
#include "http/shared_state.h"

namespace rucola::http {
namespace {

/// Counts the loops that have gone quiet. Held by every loop: one may go quiet when the Server is gone.
class Quiet {
 public:
  void announce() {
    {
      const Lock lock(mutex_);
      ++loops_;
    }
    changed_.notify_all();
  }

  bool wait_until(Clock::time_point end, std::size_t loops) {
    Lock lock(mutex_);
    return changed_.wait_until(lock, end, [&]() REQUIRES(mutex_) { return loops_ >= loops; });
  }

 private:
  Mutex mutex_;
  Condition changed_;  // waits for: loops_ to grow
  std::size_t loops_ GUARDED_BY(mutex_) = 0;
};

/// A connection is a descriptor; the usual limit of 1,024 is far below what we take.
void raise_file_limit(std::int64_t connections) {
  constexpr rlim_t for_everything_else = 1024;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = static_cast<rlim_t>(connections) + for_everything_else;
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
  if (limit.rlim_cur < wanted) {
    log::warning("few_open_files", {{"limit", static_cast<std::int64_t>(limit.rlim_cur)},
                                    {"wanted", static_cast<std::int64_t>(wanted)},
                                    {"advice", "raise LimitNOFILE, or lower server.connections"}});
  }
}

std::size_t loops_of(const Settings& settings) {
  if (settings.loops > 0) return static_cast<std::size_t>(settings.loops);
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

struct Server::State {
  Settings settings;
  Spool spool;
  std::vector<message::Route> routes;
  message::Authorize authorize;
  std::shared_ptr<message::RenderHandler> renderer;
  Executors executors;

  std::shared_ptr<Quiet> quiet = std::make_shared<Quiet>();
  std::shared_ptr<SharedState> shared{};
  std::vector<std::shared_ptr<Loop>> loops{};
  std::vector<std::thread> threads{};
  std::uint16_t port = 0;
};

Server::Server(Settings settings, Spool spool, std::vector<message::Route> routes,
               message::Authorize authorize, std::shared_ptr<message::RenderHandler> renderer,
               const Executors& executors)
    : state_(new State{.settings = std::move(settings),
                       .spool = std::move(spool),
                       .routes = std::move(routes),
                       .authorize = std::move(authorize),
                       .renderer = std::move(renderer),
                       .executors = executors}) {}

Server::~Server() {
  drain_and_stop();
}

void Server::set_access_log(const std::string& setting) {
  state_->shared->access_log = access_log_of(setting);
}

std::uint16_t Server::port() const {
  return state_->port;
}

Result<void> Server::start(std::string_view setting) {
  State& state = *state_;
  auto understood = understand(state.settings, setting);
  if (!understood) return std::unexpected(std::move(understood.error()));
  ListenAddress& address = understood->listen;
  if (auto unused = check_unused(address, state.settings.listen); !unused) return unused;
  raise_file_limit(state.settings.connections);
  state.shared = std::make_shared<SharedState>(state.settings, std::move(understood->trusted_proxies),
                                               std::move(understood->path_prefix), state.spool, state.routes,
                                               state.authorize, state.renderer, state.executors);
  std::vector<std::shared_ptr<Loop>> loops;
  for (std::size_t i = 0; i < loops_of(state.settings); ++i) {
    loops.push_back(std::make_shared<Loop>(state.shared, i, [quiet = state.quiet] { quiet->announce(); }));
    const auto port = loops.back()->open(address.get(), address.length);
    if (!port) return std::unexpected(port.error());
    state.port = *port;
    address.set_port(*port);
  }
  state.loops = std::move(loops);
  for (const auto& loop : state.loops)
    state.threads.emplace_back([loop] { loop->run(); });
  return {};
}

void Server::drain_and_stop(const std::function<void()>& let_go) {
  State& state = *state_;
  if (state.threads.empty()) return;
  for (const auto& loop : state.loops)
    loop->drain();
  const Clock::duration patience = state.settings.drain;
  const auto end = Clock::now() + patience;
  bool all = state.quiet->wait_until(let_go ? end - patience / 4 : end, state.loops.size());
  if (!all && let_go) {
    let_go();
    all = state.quiet->wait_until(end, state.loops.size());
  }
  if (!all) log::warning("drain_incomplete", {{"seconds", state.settings.drain.count()}});
  for (const auto& loop : state.loops)
    loop->stop();
  for (std::thread& thread : state.threads)
    thread.join();
  state.threads.clear();
  state.loops.clear();
}

}  // namespace rucola::http
