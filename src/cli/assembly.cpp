#include "cli/assembly.h"

#include <filesystem>
#include <utility>

#include "api/purging.h"
#include "api/routes.h"
#include "base/log.h"
#include "delivery/render_service.h"
#include "storage/cache/memory_cache.h"
#include "storage/cache/tag_table.h"

namespace rucola::cli {
namespace {

/// A usual catalog is looked at to its last page before anybody is told that the server is ready; the start
/// waits no longer for a very large one.
constexpr std::chrono::seconds patience_for_the_catalog{1};

api::PurgeLimits purge_limits(const cdn::PurgeSettings& settings) {
  return {.alias_per_hour = settings.alias_per_hour,
          .stack_per_hour = settings.stack_per_hour,
          .image_per_hour = settings.image_per_hour,
          .repeat_after = settings.repeat_after};
}

api::PurgeTargets purge_targets(const std::vector<std::unique_ptr<cdn::CacheAdapter>>& adapters) {
  api::PurgeTargets targets;
  for (const auto& adapter : adapters)
    targets.caches.push_back(adapter->id());
  return targets;
}

delivery::Settings delivery_settings(const Configuration& configuration,
                                     std::vector<catalog::TagHeader> tag_headers) {
  delivery::Settings settings = configuration.delivery;
  settings.tag_headers = std::move(tag_headers);
  settings.keeps_renders =
      configuration.storage.cache_memory_bytes > 0 || configuration.storage.cache_disk_bytes > 0;
  return settings;
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

Result<std::unique_ptr<storage::DiskCache>> open_renders(const storage::Settings& settings) {
  return storage::open_disk_cache(std::filesystem::path(settings.data) / "renders", settings.cache_disk_bytes,
                                  settings.cache_disk_reserve_bytes);
}

/// Where the disk is so full that the catalog can't even be opened, renders give way already.
Result<Data> open_data_even_on_a_full_disk(const storage::Settings& settings,
                                           const storage::S3Settings& blobs) {
  auto data = open_data_to_serve(settings.data, blobs);
  if (data || data.error().code != ErrorCode::storage_full) return data;
  const auto renders = open_renders(settings);
  if (!renders || !(*renders)->give_way()) return data;
  return open_data_to_serve(settings.data, blobs);
}

}  // namespace

Result<std::unique_ptr<Assembly>> Assembly::make(const Configuration& configuration) {
  auto data = open_data_even_on_a_full_disk(configuration.storage, configuration.blobs);
  if (!data) return std::unexpected(data.error());
  data->store->inspect(patience_for_the_catalog);
  auto disk = open_renders(configuration.storage);
  if (!disk) return std::unexpected(disk.error());
  auto tags = storage::open_tag_table(std::filesystem::path(configuration.storage.data) / "render-tags");
  if (!tags) return std::unexpected(tags.error());
  auto fetcher = security::RemoteFetcher::make(configuration.remote_fetch);
  if (!fetcher) return std::unexpected(fetcher.error());
  auto adapters = cdn::make_adapters(configuration.caches);
  if (!adapters) return std::unexpected(adapters.error());
  auto workers = std::make_unique<render::WorkerPool>(configuration.render, worker_program());
  if (auto started = workers->start(); !started) return std::unexpected(started.error());

  std::unique_ptr<Assembly> assembly(new Assembly(
      configuration, {.data = std::move(*data),
                      .memory = storage::make_memory_cache(configuration.storage.cache_memory_bytes),
                      .disk = std::move(*disk),
                      .tags = std::move(*tags),
                      .fetcher = std::move(*fetcher),
                      .adapters = std::move(*adapters),
                      .workers = std::move(workers)}));
  if (auto started = assembly->server_.start(); !started) return std::unexpected(started.error());
  if (assembly->admin_) {
    if (auto started = assembly->admin_->start("server.admin_listen"); !started)
      return std::unexpected(started.error());
  }
  return assembly;
}

Assembly::Assembly(const Configuration& configuration, Parts parts)
    : data_(std::move(parts.data)),
      traffic_(data_.store->usage()),
      spool_keeper_(*data_.spool),
      expiry_keeper_(*data_.store, *data_.blobs, configuration.expiry),
      audit_keeper_(data_.store->audit(), configuration.audit),
      memory_(std::move(parts.memory)),
      disk_(std::move(parts.disk)),
      tags_(std::move(parts.tags)),
      bases_(configuration.delivery.base_bytes),
      fetcher_(std::move(parts.fetcher)),
      vision_(configuration.vision),
      executors_(!data_.blobs_at.empty()),
      workers_(std::move(parts.workers)),
      describer_({data_.store->images(), vision_,
                  std::make_shared<delivery::RenderMaker>(
                      delivery::RenderMakerParts{*data_.blobs, *data_.spool, *memory_, *disk_, *workers_,
                                                 executors_.disk, executors_.originals(), bases_}),
                  render::Planner(configuration.render, workers_->vips_version()), executors_.catalog,
                  executors_.vision}),
      description_wishes_(data_.store->description_wishes(), describer_),
      readiness_([&store = *data_.store] { return store.check(); }),
      throttle_(configuration.api.throttle),
      services_{data_.store->organizations(),
                data_.store->users(),
                data_.store->members(),
                data_.store->images(),
                data_.store->stacks(),
                data_.store->aliases(),
                data_.store->purges(),
                data_.store->audit(),
                data_.store->usage(),
                *data_.blobs,
                *data_.spool,
                readiness_,
                throttle_,
                delivery::Ingest({data_.store->images(), *data_.blobs, *data_.spool, *workers_,
                                  executors_.disk, executors_.originals(), executors_.catalog,
                                  render::mere_files_of(configuration.render).value()}),
                traffic_,
                describer_,
                data_.store->description_wishes(),
                [this] { description_wishes_.notify(); },
                fetcher_,
                executors_.catalog,
                executors_.search,
                executors_.disk,
                executors_.originals(),
                executors_.remote,
                Live(purge_limits(configuration.purge)),
                purge_targets(parts.adapters),
                configuration.delivery.render_domain,
                RUCOLA_VERSION,
                workers_->vips_version(),
                workers_->sandbox_missing(),
                data_.store->lost_changes(),
                [&store = *data_.store] { return store.unmarked(); },
                !configuration.server.admin_listen.empty(),
                configuration.api.sign_up,
                configuration.render.face_detection},
      // The headers that the configured caches look for are sent whatever delivery.tag_headers says.
      delivery_settings_(delivery_settings(
          configuration, cdn::tag_headers(configuration.delivery.named_tag_headers, parts.adapters))),
      changes_(data_.store->change_feed()),
      renders_(delivery::make_render_service(
          delivery_settings_, configuration.render,
          {data_.store->render_lookup(), changes_, data_.store->images(), *data_.blobs, *data_.spool,
           *memory_, *disk_, *tags_, bases_, *workers_, executors_.lookups, executors_.disk,
           executors_.originals(), executors_.catalog, fetcher_, executors_.remote, forget_at_edge(services_),
           traffic_})),
      dispatcher_(data_.store->purge_outbox(), std::move(parts.adapters)),
      at_work_(executors_, *workers_),
      server_(configuration.server, *data_.spool, api::make_routes(services_), api::make_authorize(services_),
              renders_,
              {executors_.catalog, executors_.search, executors_.disk, executors_.originals(),
               executors_.health}) {
  services_.purge.notify = [this] { dispatcher_.notify(); };
  for (const std::string& loss : services_.lost_changes)
    log::error("catalog_has_lost_changes", {{"what", loss}});
  for (const std::string& why : services_.unmarked())
    log::warning("catalog_not_marked", {{"what", why}});
  if (!data_.blobs_at.empty()) executors_.originals().submit({.run = [this] { look_for_originals(); }});
  data_.room->offer([this] { return disk_->give_way() || data_.blobs->give_way(); });
  if (!services_.operators_apart) return;
  admin_ = std::make_unique<http::Server>(
      http::admin_settings(configuration.server), *data_.spool, api::make_operator_routes(services_),
      api::make_authorize(services_), nullptr,
      http::Executors{executors_.catalog, executors_.search, executors_.disk, executors_.originals(),
                      executors_.health});
}

Assembly::~Assembly() {
  data_.room->withdraw();
  let_go();
}

/// Who can't be reached now may be soon: what lies here is served meanwhile.
void Assembly::look_for_originals() const {
  const auto reached = data_.blobs->reach();
  if (reached) return log::info("originals_reached", {{"where", data_.blobs_at}});
  log::error("originals_not_reached", {{"where", data_.blobs_at},
                                       {"message", reached.error().message.text},
                                       {"detail", reached.error().detail.text}});
}

void Assembly::settings_changed(const Configuration& configuration) {
  server_.set_access_log(configuration.server.access_log);
  if (admin_) admin_->set_access_log(configuration.server.access_log);
  throttle_.replace(configuration.api.throttle);
  expiry_keeper_.settings_changed(configuration.expiry);
  audit_keeper_.settings_changed(configuration.audit);
  services_.purge_limits.replace(purge_limits(configuration.purge));
  memory_->resize(configuration.storage.cache_memory_bytes);
  disk_->resize(configuration.storage.cache_disk_bytes);
  bases_.resize(configuration.delivery.base_bytes);
  disk_->reserve(configuration.storage.cache_disk_reserve_bytes);
  delivery_settings_.replace(delivery_settings(configuration, delivery_settings_.get()->tag_headers));
  changes_.forget_all();
}

void Assembly::drain() {
  workers_->end_background();
  if (admin_) admin_->drain_and_stop();  // nobody is told any more that this server is ready
  server_.drain_and_stop([this] { let_go(); });
}

void Assembly::let_go() {
  executors_.close();
  fetcher_.cancel();
  description_wishes_.stop();
  vision_.cancel();
  workers_->cancel();
  data_.blobs->let_go();
  data_.store->stop_waiting();
}

}  // namespace rucola::cli
