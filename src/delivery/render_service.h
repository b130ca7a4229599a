// Answers render requests: URL → catalog → plan → caches → worker → answer. The steps stand in this order in
// render_service.cpp.
//
// Threads: as message::RenderHandler. Look-ups that block run on an executor of its own; a render runs in
// the renderer; the event loops only hand over.
// Ownership: everything passed in outlives the service. stop answering (drain the server) before destroying.
#pragma once

#include <memory>

#include "base/executor.h"
#include "catalog/blob_store.h"
#include "catalog/store.h"
#include "delivery/background_renders.h"
#include "delivery/render_cache.h"
#include "delivery/settings.h"
#include "message/route.h"
#include "render/renderer.h"
#include "render/settings.h"
#include "security/remote_fetch.h"

namespace rucola::delivery {

struct RenderServiceParts {
  catalog::Store& store;
  catalog::BlobStore& blobs;
  RenderCache& memory;
  RenderCache& disk;
  render::Renderer& renderer;
  BlockingExecutor& blocking;
  const security::RemoteFetcher& fetcher;
  BlockingExecutor& fetches;  ///< of remote images
  ForgetAtEdge forget_at_edge;
};

std::shared_ptr<message::RenderHandler> make_render_service(const Settings& settings,
                                                            const render::Settings& render_settings,
                                                            std::size_t loops,
                                                            const RenderServiceParts& parts);

}  // namespace rucola::delivery
