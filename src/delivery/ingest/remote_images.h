// Fetches images of other servers, once each: what has been fetched is a source image like any other, and
// what had been deleted stays so. Of a video that was fetched for a picture of it, it is remembered for some
// minutes at which times there is none.
//
// Threads: fetch() from any thread; it returns at once. `done` is called exactly once, on a thread of the
// last step, and must be quick. Ownership: what is passed in outlives the object, which is shared by what it
// has under way. Errors: those of security::RemoteFetcher and of ingesting; those of the executors, where too
// much waits.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/coalescer.h"
#include "base/error.h"
#include "base/executor.h"
#include "delivery/ingest/ingest.h"
#include "delivery/ingest/known_videos.h"
#include "delivery/url/remote_address.h"
#include "security/remote_fetch.h"

namespace rucola::delivery {

struct RemoteImagesParts {
  IngestParts ingest;
  const security::RemoteFetcher& fetcher;
  BlockingExecutor& remote;  ///< servers that we fetch from
};

class RemoteImages : public std::enable_shared_from_this<RemoteImages> {
 public:
  using Done = std::function<void(const Result<std::string>& hash)>;

  explicit RemoteImages(const RemoteImagesParts& parts) : parts_(parts), ingest_(parts.ingest) {}

  /// After it, the catalog knows the address by its name: RenderSnapshot::remote_image(). Or by its URL
  /// alone, where that is a video's that was deleted. `hosts`: as RemotePolicy::hosts, which redirects have
  /// to keep to.
  void fetch(const std::string& organization, const RemoteAddress& address,
             const std::vector<std::string>& hosts, const Done& done);

 private:
  /// One that is being fetched, for all who want it.
  struct Wanted {
    std::string key;
    std::string organization;
    RemoteAddress address;
    std::vector<std::string> hosts;
  };
  using Step = std::shared_ptr<const Wanted>;

  void fetch_blocking(const Step& wanted);
  void inspect(const Step& wanted, security::FetchedFile fetched);
  void store(const Step& wanted, Inspected inspected);
  void fail_with(const Step& wanted, const Error& error);

  const RemoteImagesParts parts_;
  const Ingest ingest_;
  Coalescer<std::string> under_way_;
  KnownVideos videos_;
};

}  // namespace rucola::delivery
