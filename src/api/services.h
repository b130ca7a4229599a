// What the management API works with. cli/serve fills it in; everything outlives the routes.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "api/readiness.h"
#include "base/executor.h"
#include "base/live.h"
#include "catalog/aliases.h"
#include "catalog/audit.h"
#include "catalog/blob_store.h"
#include "catalog/description_wishes.h"
#include "catalog/images.h"
#include "catalog/members.h"
#include "catalog/organizations.h"
#include "catalog/purges.h"
#include "catalog/stacks.h"
#include "catalog/usage.h"
#include "catalog/users.h"
#include "delivery/account/traffic_book.h"
#include "delivery/describe/describer.h"
#include "delivery/ingest/ingest.h"
#include "security/remote_fetch.h"

namespace rucola::api {

class Throttle;

/// May change while the server runs.
struct PurgeLimits {
  std::int64_t alias_per_hour = 10;  ///< 0 = unlimited
  std::int64_t stack_per_hour = 5;
  std::int64_t image_per_hour = 5;
  std::chrono::seconds repeat_after{45};
};

struct PurgeTargets {
  std::vector<std::string> caches;  ///< ids of the configured caches
  std::function<void()> notify;     ///< wakes the dispatcher
};

struct Services {
  catalog::Organizations& organizations;
  catalog::Users& users;
  catalog::Members& members;
  catalog::Images& images;
  catalog::Stacks& stacks;
  catalog::Aliases& aliases;
  catalog::Purges& purges;
  catalog::Audit& audit;
  catalog::Usage& usage;
  catalog::BlobStore& blobs;
  const Spool& spool;
  Readiness& readiness;
  Throttle& throttle;
  delivery::Ingest ingest;
  delivery::TrafficBook& traffic;
  const delivery::Describer& describer;
  catalog::DescriptionWishes& description_wishes;
  std::function<void()> description_wished;  ///< wakes who has them made
  security::RemoteFetcher& fetcher;
  BlockingExecutor& sql;     ///< the catalog, for what nobody waits for
  BlockingExecutor& search;  ///< the catalog, where it may take seconds
  BlockingExecutor& disk;
  BlockingExecutor& originals;  ///< those that are far away
  BlockingExecutor& remote;     ///< servers that we fetch from
  Live<PurgeLimits> purge_limits;
  PurgeTargets purge;
  std::string render_domain;
  std::string version;                                 ///< rucola's
  std::string vips_version;                            ///< as the render workers report it
  std::vector<std::string> sandbox_missing;            ///< the same
  std::vector<std::string> lost_changes;               ///< of the catalog: catalog/store.h
  std::function<std::vector<std::string>()> unmarked;  ///< the same
  bool operators_apart = false;                        ///< the operator's routes have a listener of their own
  bool sign_up = false;                                ///< api/settings.h
  bool face_detection = true;                          ///< render/settings.h
};

}  // namespace rucola::api
