// Fetches a file that a caller named by its URL, without letting the caller reach what only we can reach.
//
// The address guard looks at every address in the moment before its socket is opened: a DNS name that changes
// its mind between check and use, or a redirect, changes nothing. Only http and https; proxies, .netrc,
// cookies and user names in URLs are never used; size, total time and redirects are bounded; the body streams
// to disk.
//
// Threads: fetch() blocks for up to `timeout`; call it on a blocking executor, from any thread.
// Cancellation: cancel(), from any thread, breaks off what is under way and refuses what comes later:
// overloaded. Ownership: the SpooledFile removes itself unless it is taken.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "base/error.h"
#include "base/spool.h"
#include "security/address_guard.h"

namespace rucola::security {

struct RemoteFetchSettings {
  std::int64_t max_bytes = std::int64_t{1180} << 20;
  std::chrono::seconds timeout{30};
  std::int64_t max_redirects = 5;
  std::vector<std::string> allow_networks;
};

/// Section "remote_fetch".
void describe(config::Table& table, RemoteFetchSettings& settings);

struct FetchedFile {
  SpooledFile file;
  std::string
      filename;  ///< the URL's last path segment, decoded; for people, never a path. UTF-8, may be empty
};

/// May a host, in lower case, be asked? An IPv6 address comes in brackets.
using AllowsHost = std::function<bool(std::string_view host)>;

class RemoteFetcher {
 public:
  /// Errors: bad_request where allow_networks holds something else than networks.
  static Result<RemoteFetcher> make(const RemoteFetchSettings& settings);

  /// `allows_host`, where it is given, is asked before every request, those after redirects included.
  /// Errors: bad_request (no http or https URL, a user name in it, a host that is not allowed), unprocessable
  /// (the other side answers anything but 200, is too slow, can't be reached, or has an address that is not
  /// allowed: the latter two are one and the same to the caller), payload_too_large, storage_full, internal.
  [[nodiscard]] Result<FetchedFile> fetch(const std::string& url, const Spool& spool,
                                          const AllowsHost& allows_host = {}) const;

  /// The server is about to end.
  void cancel() const;

 private:
  class UnderWay;

  RemoteFetcher(RemoteFetchSettings settings, AddressGuard guard);

  RemoteFetchSettings settings_;
  AddressGuard guard_;
  std::shared_ptr<UnderWay> under_way_;
};

}  // namespace rucola::security
