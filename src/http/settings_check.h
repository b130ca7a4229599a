// What the texts of the settings mean, and whether they mean anything: what no parameter's type can check.
// Whoever starts a server, and whoever takes over new settings while one runs, asks the same.
//
// Threads: any; blocks on the resolver where an address to listen on is a name. Errors: bad_request, with the
// parameter and what is allowed.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/ip_network.h"
#include "http/listen_address.h"
#include "http/settings.h"

namespace rucola::http {

struct UnderstoodSettings {
  ListenAddress listen;
  IpNetworks trusted_proxies;
  std::string path_prefix;  ///< as parse_path_prefix() gives it
};

/// `listen_name`: the name of settings.listen, for messages.
Result<UnderstoodSettings> understand(const Settings& settings, std::string_view listen_name);

/// Of both listeners. That nobody else listens there is only found out at the start.
Result<void> check(const Settings& settings);

}  // namespace rucola::http
