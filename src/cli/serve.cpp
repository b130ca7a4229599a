// rucola serve: reads the options, puts the server together (assembly.h), and runs until a signal says stop.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <sys/prctl.h>
#include <unistd.h>

#include "base/author.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/text.h"
#include "cli/assembly.h"
#include "cli/commands.h"
#include "cli/configuration.h"
#include "cli/shell_word.h"

namespace rucola::cli {
namespace {

struct Options {
  std::string config;
  std::string data;
  std::string listen;
  std::string program;  ///< as it was called, and can be called again
};

Result<void> apply(const Options& options, Configuration& configuration) {
  const auto file = options.config.empty() ? std::nullopt : std::optional(options.config);
  if (auto loaded = configuration.load(file); !loaded) return loaded;
  if (!options.data.empty()) {
    if (auto set = configuration.set("storage.data", options.data, "--data"); !set) return set;
  }
  if (!options.listen.empty()) {
    if (auto set = configuration.set("server.listen", options.listen, "--listen"); !set) return set;
  }
  return configuration.check();
}

void set_up_log(const LogSettings& settings) {
  const auto level = settings.level == "debug"     ? log::Level::debug
                     : settings.level == "warning" ? log::Level::warning
                     : settings.level == "error"   ? log::Level::error
                                                   : log::Level::info;
  const bool text = settings.format == "text" || (settings.format == "auto" && ::isatty(STDERR_FILENO) != 0);
  log::set_up(level, text ? log::Format::text : log::Format::json);
}

/// Its memory holds signing keys and everybody's images: no core dump of it is written, and nobody of the
/// same user looks into it.
void keep_memory_to_itself() {
#ifndef RUCOLA_SANITIZED  // AddressSanitizer looks for leaks from another process
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) log::warning("server_is_dumpable");
#endif
}

sigset_t our_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2})
    sigaddset(&signals, signal);
  return signals;
}

/// Signals are taken by the main thread alone, and wait for it: they are blocked before any other starts, and
/// before anything takes its time, or one that comes early would end the process.
void block_signals() {
  const sigset_t signals = our_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

std::string origin_of(const std::string& listen, std::uint16_t port) {
  return "http://" + listen.substr(0, listen.rfind(':') + 1) + std::to_string(port);
}

std::string operators_line(const Configuration& configuration, const Assembly& assembly) {
  if (assembly.admin_port() == 0) return {};
  return "  operators " + origin_of(configuration.server.admin_listen, assembly.admin_port()) +
         "/metrics, /healthz, /readyz\n";
}

/// Its commands can be typed as they stand, in the folder that this was started in.
void print_banner(const std::string& program, const Configuration& configuration, const Assembly& assembly) {
  const std::string port = std::to_string(assembly.port());
  const std::string origin = origin_of(configuration.server.listen, assembly.port());
  std::cout << "rucola " RUCOLA_VERSION " is ready on " << origin << "\n"
            << "  renders   http://{organization}." << configuration.delivery.render_domain << ":" << port
            << "/{stack}/{image}.jpg   or   " << origin << "/render/{organization}/…\n"
            << operators_line(configuration, assembly) << "  data      " << configuration.storage.data
            << (assembly.blobs_at().empty() ? " (SQLite and files), libvips "
                                            : " (SQLite; originals in " + assembly.blobs_at() + "), libvips ")
            << assembly.vips_version() << "\n"
            << "  caches    "
            << (configuration.caches.empty() ? "none in front"
                                             : std::to_string(configuration.caches.size()) + " in front")
            << "\n"
            << "  next      " << program << " user create --data " << shell_word(configuration.storage.data)
            << " --email you@example.com --organization acme\n"
            << "            README.md has the first five minutes; `" << program
            << " config` explains every setting\n"
            << std::flush;
}

/// What would stop a start changes nothing.
void reload(const Options& options, Configuration& running, Assembly& assembly) {
  Configuration fresh;
  if (auto applied = apply(options, fresh); !applied) {
    log::error("reload_refused", {{"why", applied.error().message.text}});
    return;
  }
  const Reloaded reloaded = running.reload(fresh);
  set_up_log(running.log);
  assembly.settings_changed(running);
  log::info("reloaded", {{"changed", joined(reloaded.taken_over)}});
  if (!reloaded.need_restart.empty())
    log::warning("restart_needed", {{"for", joined(reloaded.need_restart)}});
}

/// Returns when it is time to end. A second signal then ends the program the usual way, for whoever can't
/// wait for the drain.
void serve_until_stopped(const Options& options, Configuration& running, Assembly& assembly) {
  const sigset_t signals = our_signals();
  for (;;) {
    int signal = 0;
    sigwait(&signals, &signal);
    if (signal == SIGHUP) {
      reload(options, running, assembly);
    } else if (signal == SIGTERM || signal == SIGINT) {
      break;
    } else {
      log::warning("signal_ignored", {{"signal", signal}, {"advice", "SIGHUP reloads, SIGTERM ends"}});
    }
  }
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
}

/// Ends the process where the shutdown hangs in something that can't be broken off, such as a disk that does
/// not answer. Nothing is lost by it that a power cut would not lose.
class LastResort {
 public:
  explicit LastResort(std::chrono::seconds patience) : thread_([this, patience] { wait(patience); }) {}
  LastResort(const LastResort&) = delete;
  LastResort& operator=(const LastResort&) = delete;
  ~LastResort() {
    {
      const Lock lock(mutex_);
      done_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

 private:
  void wait(std::chrono::seconds patience) {
    Lock lock(mutex_);
    if (changed_.wait_for(lock, patience, [this]() REQUIRES(mutex_) { return done_; })) return;
    log::error("stop_forced", {{"seconds", patience.count()}});
    static_cast<void>(log::flush(std::chrono::seconds{1}));
    std::_Exit(EXIT_FAILURE);
  }

  Mutex mutex_;
  Condition changed_;  // waits for: done_
  bool done_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

/// What is left to do once every client is answered, or has been given up.
constexpr std::chrono::seconds to_clean_up{5};

Result<void> serve(const Options& options) {
  const AuthorScope nobody(std::shared_ptr<const Author>{});  // what it does by itself is the server's doing
  block_signals();
  Configuration configuration;
  if (auto applied = apply(options, configuration); !applied) return applied;
  set_up_log(configuration.log);
  keep_memory_to_itself();
  log::start_writer(static_cast<std::size_t>(configuration.log.buffer_bytes));

  auto assembly = Assembly::make(configuration);
  if (!assembly) return std::unexpected(assembly.error());
  print_banner(shell_word(options.program), configuration, **assembly);

  serve_until_stopped(options, configuration, **assembly);
  const std::chrono::seconds drain = configuration.server.drain;
  log::info("stopping", {{"drain_seconds", drain.count()}});
  const LastResort last_resort(drain + to_clean_up);
  (*assembly)->drain();
  assembly->reset();
  log::info("stopped");
  return {};
}

}  // namespace

void add_serve(CLI::App& app, Chosen& run) {
  auto* command = app.add_subcommand("serve", "Run the server");
  auto options = std::make_shared<Options>();
  command->add_option("--config", options->config, "A configuration file (TOML)");
  command->add_option("--data", options->data, "The data directory (./data)");
  command->add_option("--listen", options->listen, "HOST:PORT to listen on (127.0.0.1:8080)");
  command->callback([options, &app, &run] {
    options->program = app.get_name().empty() ? "rucola" : app.get_name();
    run = [options] { return serve(*options); };
  });
}

}  // namespace rucola::cli
