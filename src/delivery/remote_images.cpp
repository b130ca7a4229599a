#include "delivery/remote_images.h"

#include <exception>
#include <utility>

#include "delivery/ingest.h"
#include "delivery/remote_reference.h"

namespace rucola::delivery {

void RemoteImages::fetch(const std::string& organization, const std::string& url,
                         const std::vector<std::string>& hosts, const Done& done) {
  std::string key = organization + ' ' + url;
  for (const std::string& host : hosts)
    key += '\n' + host;
  if (!under_way_.join(key, done)) return;
  const bool queued = parts_.fetches.try_submit([self = shared_from_this(), key, organization, url, hosts] {
    try {
      self->under_way_.finish(key, self->fetch_blocking(organization, url, hosts));
    } catch (const std::exception& error) {
      self->under_way_.finish(
          key, fail(ErrorCode::internal, "The remote image could not be fetched.", error.what()));
    }
  });
  if (queued) return;
  under_way_.finish(
      key, std::unexpected(
               Error{.code = ErrorCode::overloaded,
                     .message = {"Too many remote images are being fetched at the moment. Try again later."},
                     .retry_after = std::chrono::seconds{5}}));
}

Result<std::string> RemoteImages::fetch_blocking(const std::string& organization, const std::string& url,
                                                 const std::vector<std::string>& hosts) {
  const auto is_allowed = [&](std::string_view host) { return hosts.empty() || is_on_list(host, hosts); };
  auto fetched = parts_.fetcher.fetch(url, parts_.blobs.spool_directory(), is_allowed);
  if (!fetched) return std::unexpected(std::move(fetched).error());
  auto inspected = inspect_blocking(
      parts_.renderer, {.file = std::move(fetched->file), .filename = std::move(fetched->filename)});
  if (!inspected) return std::unexpected(std::move(inspected).error());
  const auto added = store_blocking(parts_.images, parts_.blobs, *std::move(inspected), organization);
  if (!added) return std::unexpected(added.error());
  if (auto kept = parts_.images.remember_fetched(organization, url, added->image.hash); !kept)
    return std::unexpected(kept.error());
  return added->image.hash;
}

}  // namespace rucola::delivery
