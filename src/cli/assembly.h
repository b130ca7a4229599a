// What a running server consists of, and how it comes to be and ends. The one place that knows all rooms.
//
// The members stand in the order in which they need each other, so that their destruction, the other way
// round, is the order of shutdown: nothing new is taken, what is under way is answered, what runs on
// executors ends, then the workers, and last what all of them use.
//
// Threads: make(), drain(), reload() and the destructor belong to the main thread.
// Cancellation: drain() takes `server.drain` at most. Three quarters of it are for what is under way to
// finish; then everything that keeps clients waiting lets go of them (fetches are broken off, workers killed,
// what is queued is refused, nobody waits for a locked catalog), and the rest is for telling them so. What is
// made in the background ends at once.
// Errors: of make(), in the words of whoever wrote the configuration or may mend the data folder.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "api/readiness.h"
#include "api/services.h"
#include "api/throttle.h"
#include "base/error.h"
#include "catalog/change_follower.h"
#include "cdn/caches.h"
#include "cdn/outbox_dispatcher.h"
#include "cli/audit_keeper.h"
#include "cli/configuration.h"
#include "cli/data.h"
#include "cli/executors.h"
#include "cli/expiry_keeper.h"
#include "cli/spool_keeper.h"
#include "delivery/account/traffic_book.h"
#include "delivery/cache/render_tags.h"
#include "delivery/describe/wish_keeper.h"
#include "delivery/make/base_files.h"
#include "delivery/settings/live_settings.h"
#include "http/server.h"
#include "message/route.h"
#include "render/workers/pool.h"
#include "security/remote_fetch.h"
#include "storage/cache/disk_cache.h"
#include "storage/cache/sized_cache.h"
#include "vision/provider.h"

namespace rucola::cli {

class Assembly {
 public:
  /// Opens the data folder, starts the workers, listens.
  static Result<std::unique_ptr<Assembly>> make(const Configuration& configuration);
  Assembly(const Assembly&) = delete;
  Assembly& operator=(const Assembly&) = delete;
  ~Assembly();

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  /// 0 where the operator's routes have no listener of their own.
  [[nodiscard]] std::uint16_t admin_port() const { return admin_ ? admin_->port() : std::uint16_t{0}; }
  [[nodiscard]] std::string vips_version() const { return workers_->vips_version(); }

  /// s3://… where originals are not in the data folder.
  [[nodiscard]] const std::string& blobs_at() const { return data_.blobs_at; }

  /// What was reloaded counts from now on.
  void settings_changed(const Configuration& configuration);
  /// Takes no more requests, and returns when those under way are answered.
  void drain();

 private:
  /// What can fail is made first.
  struct Parts {
    Data data;
    std::unique_ptr<storage::SizedCache> memory;
    std::unique_ptr<storage::DiskCache> disk;
    std::unique_ptr<delivery::RenderTags> tags;
    security::RemoteFetcher fetcher;
    std::vector<std::unique_ptr<cdn::CacheAdapter>> adapters;
    std::unique_ptr<render::WorkerPool> workers;
  };

  /// From its destruction on, nothing runs on the executors and the workers any more; what is handed to them
  /// is refused.
  struct AtWork {
    Executors& executors;
    render::WorkerPool& workers;
    AtWork(Executors& the_executors, render::WorkerPool& the_workers)
        : executors(the_executors), workers(the_workers) {}
    AtWork(const AtWork&) = delete;
    AtWork& operator=(const AtWork&) = delete;
    ~AtWork() {
      executors.shut_down();
      workers.shut_down();
    }
  };

  Assembly(const Configuration& configuration, Parts parts);
  void let_go();
  void look_for_originals() const;

  Data data_;
  delivery::TrafficBook traffic_;
  SpoolKeeper spool_keeper_;
  ExpiryKeeper expiry_keeper_;
  AuditKeeper audit_keeper_;
  std::unique_ptr<storage::SizedCache> memory_;
  std::unique_ptr<storage::DiskCache> disk_;
  std::unique_ptr<delivery::RenderTags> tags_;
  delivery::BaseFiles bases_;
  security::RemoteFetcher fetcher_;
  vision::Provider vision_;
  Executors executors_;
  std::unique_ptr<render::WorkerPool> workers_;
  delivery::Describer describer_;
  delivery::WishKeeper description_wishes_;
  api::Readiness readiness_;
  api::Throttle throttle_;
  api::Services services_;
  delivery::LiveSettings delivery_settings_;
  catalog::ChangeFollower changes_;
  std::shared_ptr<message::RenderHandler> renders_;
  cdn::OutboxDispatcher dispatcher_;
  AtWork at_work_;
  http::Server server_;
  std::unique_ptr<http::Server> admin_;  // null where the operator's routes are where the others are
};

}  // namespace rucola::cli
