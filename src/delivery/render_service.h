// Answers render requests. The steps, each of which says in its own header what it needs and gives:
//
//   hot answer? ──yes─────────────────────────────────────────────────────────────────────▶ sent
//     │ no
//   read the URL (asked.h)
//     │
//   ┌▶look up (look_up.h) ─▶ plan (plan_answer.h)       both in one snapshot of the catalog
//   │   │ a remote image       │ a measurement        │ a render      │ the original, a document
//   │ fetch (remote_images.h) measure (render_maker.h) make, unless    │
//   └───┴──────────────────────┘                      │ the client has it
//                                                   deliver (render_answer.h) ─────────────▶ sent
//   Any of them may refuse instead.
//
// Threads: as message::RenderHandler. Each step waits on the executor for what it waits for; a render runs in
// the renderer; the event loops only hand over.
// Ownership: everything passed in outlives the service. stop answering (drain the server) before destroying.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "base/executor.h"
#include "catalog/blob_store.h"
#include "catalog/change_follower.h"
#include "catalog/images.h"
#include "catalog/render_lookup.h"
#include "delivery/account/traffic_book.h"
#include "delivery/cache/render_cache.h"
#include "delivery/cache/render_tags.h"
#include "delivery/make/background_renders.h"
#include "delivery/settings/live_settings.h"
#include "message/route.h"
#include "render/renderer.h"
#include "render/settings.h"
#include "security/remote_fetch.h"

namespace rucola::delivery {

/// What paths of renders begin with whatever stacks there are; the first on any host, the others on render
/// hosts.
inline constexpr std::array<std::string_view, 3> render_roots{"render", "dynamic", "_iiif"};

struct RenderServiceParts {
  catalog::RenderLookup& lookup;
  catalog::ChangeFollower& changes;
  catalog::Images& images;  ///< where remote images are remembered
  catalog::BlobStore& blobs;
  const Spool& spool;
  RenderCache& memory;
  RenderCache& disk_cache;
  RenderTags& tags;
  BaseFiles& bases;
  render::Renderer& renderer;
  BlockingExecutor& lookups;  ///< what renders ask of the catalog, and their planning
  BlockingExecutor& disk;
  BlockingExecutor& originals;  ///< those that are far away
  BlockingExecutor& catalog;
  const security::RemoteFetcher& fetcher;
  BlockingExecutor& remote;  ///< servers that images are fetched from
  ForgetAtEdge forget_at_edge;
  TrafficBook& traffic;
};

/// `settings` outlives it; of what is read of them once, render_domain, no later change counts.
std::shared_ptr<message::RenderHandler> make_render_service(const LiveSettings& settings,
                                                            const render::Settings& render_settings,
                                                            const RenderServiceParts& parts);

}  // namespace rucola::delivery
