// Fetches images of other servers, once each: what has been fetched is a source image like any other.
//
// Threads: fetch() from any thread; it returns at once. `done` is called exactly once, on a thread of the
// executor for fetches, and must be quick.
// Ownership: what is passed in outlives the object, which is shared by what it has under way.
// Errors: those of security::RemoteFetcher and of ingesting; overloaded where too many fetches wait.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "catalog/blob_store.h"
#include "catalog/images.h"
#include "delivery/coalescer.h"
#include "render/renderer.h"
#include "security/remote_fetch.h"

namespace rucola::delivery {

struct RemoteImagesParts {
  catalog::Images& images;
  catalog::BlobStore& blobs;
  render::Renderer& renderer;
  const security::RemoteFetcher& fetcher;
  BlockingExecutor& fetches;  ///< of its own: other servers may be slow
};

class RemoteImages : public std::enable_shared_from_this<RemoteImages> {
 public:
  using Done = std::function<void(const Result<std::string>& hash)>;

  explicit RemoteImages(RemoteImagesParts parts) : parts_(parts) {}

  /// After it, the catalog knows the URL: Images::fetched_from().
  /// `hosts`: as RemotePolicy::hosts, which redirects have to keep to.
  void fetch(const std::string& organization, const std::string& url, const std::vector<std::string>& hosts,
             const Done& done);

 private:
  Result<std::string> fetch_blocking(const std::string& organization, const std::string& url,
                                     const std::vector<std::string>& hosts);

  RemoteImagesParts parts_;
  Coalescer<std::string> under_way_;
};

}  // namespace rucola::delivery
