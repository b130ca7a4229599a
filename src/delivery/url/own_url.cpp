#include "delivery/url/own_url.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "base/percent_encoding.h"
#include "delivery/url/iiif_url.h"
#include "delivery/url/remote_reference.h"

namespace rucola::delivery {
namespace {

/// Everything up to `mark`, which is taken off with it; all of it where there is none.
std::string_view take_until(std::string_view& text, char mark) {
  const std::size_t end = std::min(text.find(mark), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

/// Lower case, without the port; nothing where two readers of the URL could take it for different hosts.
std::optional<std::string> host_of(std::string_view authority) {
  if (authority.find_first_of("@\\%") != std::string_view::npos) return std::nullopt;
  return lower(authority.substr(0, authority.find(':')));
}

bool is_this_server(std::string_view host, const ServerPlace& place) {
  if (place.render_domain.empty() || host.empty()) return false;
  const bool below = host.size() > place.render_domain.size() && host.ends_with(place.render_domain) &&
                     host[host.size() - place.render_domain.size() - 1] == '.';
  return below || host == place.render_domain || host == place.host;
}

Result<void> add_variables(std::string_view query, render::Overrides& overrides) {
  while (!query.empty()) {
    std::string_view value = take_until(query, '&');
    const std::string_view name = take_until(value, '=');
    if (name != "v") continue;
    const auto decoded = form_decode(value);
    if (!decoded || !decoded->starts_with('{')) return {};  // one that only makes caches forget
    return render::add_variables_json(*decoded, overrides);
  }
  return {};
}

}  // namespace

Result<std::optional<RenderUrl>> own_render_url(std::string_view url, std::string_view organization,
                                                const ServerPlace& place) {
  if (!is_full_url(url)) return std::nullopt;
  std::string_view rest = url.substr(url.find(':') + 1);
  rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
  rest = rest.substr(0, rest.find('#'));
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const auto host = host_of(rest.substr(0, slash));
  if (!host || !is_this_server(*host, place)) return std::nullopt;
  std::string_view query = rest.substr(slash);
  std::string_view path = take_until(query, '?');
  const std::string_view prefix = place.path_prefix;
  if (!prefix.empty() && path.starts_with(prefix) && path.substr(prefix.size()).starts_with('/'))
    path.remove_prefix(prefix.size());
  const auto target = find_render_target(*host, path, place.render_domain);
  if (!target || target->organization != organization) return std::nullopt;
  if (is_iiif_path(target->path)) {
    return fail(ErrorCode::bad_request,
                "A URL of this server's IIIF API can't be the image of a render; its hash or alias can.");
  }
  auto own = parse_render_path(target->path);
  if (!own) return std::unexpected(std::move(own).error());
  if (auto added = add_variables(query, own->overrides); !added) return std::unexpected(added.error());
  return std::optional(*std::move(own));
}

}  // namespace rucola::delivery
