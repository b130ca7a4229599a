#include "delivery/ingest/remote_images.h"

#include <utility>

#include "delivery/url/remote_reference.h"

namespace rucola::delivery {
namespace {

/// With the hosts: over redirects to others the answer may be another one, and is not told.
std::string key_of(const std::string& organization, const std::string& name,
                   const std::vector<std::string>& hosts) {
  std::string key = organization + ' ' + name;
  for (const std::string& host : hosts)
    key += '\n' + host;
  return key;
}

}  // namespace

void RemoteImages::fetch(const std::string& organization, const RemoteAddress& address,
                         const std::vector<std::string>& hosts, const Done& done) {
  if (address.time) {
    const auto possible = videos_.check(key_of(organization, address.url, hosts), *address.time);
    if (!possible) return done(std::unexpected(possible.error()));
  }
  std::string key = key_of(organization, address.name(), hosts);
  if (!under_way_.join(key, done)) return;
  const auto wanted = std::make_shared<const Wanted>(Wanted{std::move(key), organization, address, hosts});
  parts_.remote.submit(
      {.run = [self = shared_from_this(), wanted] { self->fetch_blocking(wanted); },
       .refuse = [self = shared_from_this(), wanted](const Error& error) { self->fail_with(wanted, error); },
       .owner = organization});
}

void RemoteImages::fetch_blocking(const Step& wanted) {
  const auto is_allowed = [&](std::string_view host) {
    return wanted->hosts.empty() || is_on_list(host, wanted->hosts);
  };
  const RemoteAddress& address = wanted->address;
  auto fetched = parts_.fetcher.fetch(address.url, parts_.ingest.spool, is_allowed);
  if (!fetched) return fail_with(wanted, about_time_too(std::move(fetched.error()), address.time));
  inspect(wanted, std::move(*fetched));
}

void RemoteImages::inspect(const Step& wanted, security::FetchedFile fetched) {
  const auto remember = [self = shared_from_this(), wanted](const render::Inspection& video) {
    self->videos_.note(key_of(wanted->organization, wanted->address.url, wanted->hosts), film_facts(video));
  };
  ingest_.inspect({.file = std::move(fetched.file),
                   .filename = std::move(fetched.filename),
                   .still_at = wanted->address.time,
                   .video_seen = remember},
                  wanted->organization, [self = shared_from_this(), wanted](Result<Inspected> inspected) {
                    if (!inspected) return self->fail_with(wanted, inspected.error());
                    self->store(wanted, std::move(*inspected));
                  });
}

void RemoteImages::store(const Step& wanted, Inspected inspected) {
  ingest_.store_fetched(std::move(inspected), wanted->organization, wanted->address,
                        [self = shared_from_this(), wanted](const Result<std::string>& hash) {
                          if (!hash) return self->fail_with(wanted, hash.error());
                          self->under_way_.finish(wanted->key, *hash);
                        });
}

void RemoteImages::fail_with(const Step& wanted, const Error& error) {
  under_way_.finish(wanted->key, std::unexpected(error));
}

}  // namespace rucola::delivery
