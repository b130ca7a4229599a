// rucola serve: wires the rooms together and runs until a signal says stop. The one place that knows them
// all.
#include <algorithm>
#include <csignal>
#include <iostream>
#include <memory>
#include <thread>

#include <sys/resource.h>
#include <unistd.h>

#include "api/purging.h"
#include "api/routes.h"
#include "base/log.h"
#include "cdn/caches.h"
#include "cdn/outbox_dispatcher.h"
#include "cli/commands.h"
#include "cli/configuration.h"
#include "cli/data.h"
#include "cli/executors.h"
#include "delivery/render_service.h"
#include "http/server.h"
#include "render/workers/pool.h"
#include "storage/cache/disk_cache.h"
#include "storage/cache/memory_cache.h"
#include "storage/cache/tag_table.h"

namespace rucola::cli {
namespace {

struct Options {
  std::string config;
  std::string data;
  std::string listen;
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
  return {};
}

void set_up_log(const LogSettings& settings) {
  const auto level = settings.level == "debug"     ? log::Level::debug
                     : settings.level == "warning" ? log::Level::warning
                     : settings.level == "error"   ? log::Level::error
                                                   : log::Level::info;
  const bool text = settings.format == "text" || (settings.format == "auto" && ::isatty(STDERR_FILENO) != 0);
  log::set_up(level, text ? log::Format::text : log::Format::json);
  log::start_writer(static_cast<std::size_t>(settings.buffer_bytes));
}

/// Signals are taken by wait_for_stop() alone: they are blocked before the first thread starts.
void block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void wait_for_stop() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  int signal = 0;
  sigwait(&signals, &signal);
  // A second signal ends the program the usual way, for whoever can't wait for the drain.
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

/// Ten thousand connections need as many descriptors; the usual soft limit is 1,024.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::size_t cores() {
  return std::max(1U, std::thread::hardware_concurrency());
}

void print_banner(const Configuration& configuration, std::uint16_t port, const std::string& vips_version) {
  const std::string& listen = configuration.server.listen;
  const std::string origin = "http://" + listen.substr(0, listen.rfind(':') + 1) + std::to_string(port);
  std::cout << "rucola " RUCOLA_VERSION " is ready on " << origin << "\n"
            << "  renders   http://{organization}." << configuration.delivery.render_domain << ":" << port
            << "/{stack}/{image}.jpg   or   " << origin << "/render/{organization}/…\n"
            << "  data      " << configuration.storage.data << " (SQLite and files), libvips " << vips_version
            << "\n"
            << "  caches    "
            << (configuration.caches.empty() ? "none in front"
                                             : std::to_string(configuration.caches.size()) + " in front")
            << "\n"
            << "  next      rucola user create --data " << configuration.storage.data
            << " --email you@example.com --organization acme\n"
            << "            README.md has the first five minutes; `rucola config` explains every setting\n"
            << std::flush;
}

api::PurgePolicy purge_policy(const cdn::PurgeSettings& settings,
                              const std::vector<std::unique_ptr<cdn::CacheAdapter>>& adapters) {
  api::PurgePolicy policy{.alias_per_hour = settings.alias_per_hour,
                          .stack_per_hour = settings.stack_per_hour,
                          .image_per_hour = settings.image_per_hour,
                          .repeat_after = settings.repeat_after,
                          .caches = {},
                          .notify = {}};
  for (const auto& adapter : adapters)
    policy.caches.push_back(adapter->id());
  return policy;
}

/// Purges that follow from better renders ask nobody's quota; one that fails is made up for by the answers'
/// short lives.
delivery::ForgetAtEdge forget_at_edge(const api::Services& services) {
  return [&services](const std::string& organization, std::vector<std::string> tags) {
    const auto purged = api::purge_now(services, {.organization = organization,
                                                  .kind = catalog::PurgeKind::organization,
                                                  .name = organization,
                                                  .tags = std::move(tags)});
    if (!purged) log::warning("better_renders_not_purged", {{"detail", purged.error().message.text}});
  };
}

Result<void> serve(const Options& options) {
  Configuration configuration;
  if (auto applied = apply(options, configuration); !applied) return applied;
  set_up_log(configuration.log);
  block_stop_signals();
  raise_descriptor_limit();

  const auto data = open_data(configuration.storage.data);
  if (!data) return std::unexpected(data.error());
  const auto memory = storage::make_memory_cache(configuration.storage.cache_memory_bytes);
  const auto disk = storage::open_disk_cache(std::filesystem::path(configuration.storage.data) / "renders",
                                             configuration.storage.cache_disk_bytes);
  if (!disk) return std::unexpected(disk.error());
  const auto tags =
      storage::open_tag_table(std::filesystem::path(configuration.storage.data) / "render-tags");
  if (!tags) return std::unexpected(tags.error());
  auto fetcher = security::RemoteFetcher::make(configuration.remote_fetch);
  if (!fetcher) return std::unexpected(fetcher.error());
  auto adapters = cdn::make_adapters(configuration.caches);
  if (!adapters) return std::unexpected(adapters.error());

  configuration.delivery.tag_headers = cdn::tag_headers(configuration.delivery.named_tag_headers, *adapters);

  // What can't be kept would be made smaller again and again.
  const bool keeps_renders =
      configuration.storage.cache_memory_bytes > 0 || configuration.storage.cache_disk_bytes > 0;
  configuration.render.optimize = configuration.render.optimize && keeps_renders;

  render::WorkerPool workers(configuration.render, worker_program());
  if (auto started = workers.start(); !started) return started;

  const std::size_t loops =
      configuration.server.loops > 0 ? static_cast<std::size_t>(configuration.server.loops) : cores();
  configuration.server.loops = static_cast<std::int64_t>(loops);
  Executors executors;
  api::Readiness readiness(*data->store);

  catalog::Store& store = *data->store;
  api::Services services{
      store.organizations(),
      store.users(),
      store.images(),
      store.stacks(),
      store.aliases(),
      store.purges(),
      *data->blobs,
      readiness,
      delivery::Ingest({store.images(), *data->blobs, workers, executors.disk, executors.catalog}),
      *fetcher,
      executors.disk,
      executors.remote,
      purge_policy(configuration.purge, *adapters),
      configuration.delivery.render_domain,
      RUCOLA_VERSION,
      workers.vips_version()};
  catalog::ChangeFollower changes(store.change_feed());
  const auto renders = delivery::make_render_service(
      configuration.delivery, configuration.render,
      {store.render_lookup(), changes, store.images(), *data->blobs, *memory, **disk, **tags, workers,
       executors.lookups, executors.disk, executors.catalog, *fetcher, executors.remote,
       forget_at_edge(services)});
  cdn::OutboxDispatcher dispatcher(store.purge_outbox(), std::move(*adapters));
  services.purge.notify = [&dispatcher] { dispatcher.notify(); };

  http::Server server(configuration.server, data->blobs->spool_directory(), api::make_routes(services),
                      api::make_authorize(services), renders,
                      {executors.catalog, executors.disk, executors.health});
  if (auto started = server.start(); !started) return started;
  print_banner(configuration, server.port(), workers.vips_version());

  wait_for_stop();
  log::info("stopping", {{"drain_seconds", configuration.server.drain.count()}});
  server.drain_and_stop();
  executors.shut_down();
  workers.shut_down();
  dispatcher.stop();
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
  command->callback([options, &run] { run = [options] { return serve(*options); }; });
}

}  // namespace rucola::cli
