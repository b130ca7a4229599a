#include "http/settings_check.h"

#include <cerrno>
#include <utility>

#include "base/http_token.h"
#include "http/path_prefix.h"

namespace rucola::http {
namespace {

Result<void> check_header_name(std::string_view setting, std::string_view name) {
  if (name.empty() || is_http_token(name)) return {};
  return fail(ErrorCode::bad_request,
              "server." + std::string(setting) + " can't be \"" + std::string(name) +
                  "\": it is the name of one header, such as X-Forwarded-Host, without a colon.");
}

Result<std::string> path_prefix_of(const Settings& settings) {
  if (settings.path_prefix.empty()) return std::string();
  if (auto prefix = parse_path_prefix(settings.path_prefix)) return *std::move(prefix);
  return fail(ErrorCode::bad_request,
              "server.path_prefix can't be \"" + settings.path_prefix +
                  "\": write it as /img or /media/img, from the root, of letters, digits and \"-._~\".");
}

}  // namespace

Result<UnderstoodSettings> understand(const Settings& settings, std::string_view listen_name) {
  auto listen = parse_listen_address(listen_name, settings.listen);
  if (!listen) return std::unexpected(std::move(listen.error()));
  auto trusted = IpNetworks::parse(settings.trusted_proxies);
  if (!trusted)
    return fail(ErrorCode::bad_request, "server.trusted_proxies: " + trusted.error().message.text);
  for (const auto& [name, value] : {std::pair{"forwarded_host_header", &settings.forwarded_host_header},
                                    {"forwarded_prefix_header", &settings.forwarded_prefix_header}}) {
    if (auto good = check_header_name(name, *value); !good) return std::unexpected(std::move(good.error()));
  }
  auto path_prefix = path_prefix_of(settings);
  if (!path_prefix) return std::unexpected(std::move(path_prefix.error()));
  return UnderstoodSettings{
      .listen = *listen, .trusted_proxies = *std::move(trusted), .path_prefix = *std::move(path_prefix)};
}

Result<void> check(const Settings& settings) {
  const auto clients = understand(settings, "server.listen");
  if (!clients) return std::unexpected(clients.error());
  if (settings.admin_listen.empty()) return {};
  const auto admin = understand(admin_settings(settings), "server.admin_listen");
  if (!admin) return std::unexpected(admin.error());
  if (!overlap(clients->listen, admin->listen)) return {};
  return std::unexpected(can_not_listen(settings.admin_listen, EADDRINUSE));
}

}  // namespace rucola::http
