#include "delivery/look_up/protection.h"

#include <span>
#include <utility>
#include <vector>

#include "security/url_signature.h"

namespace rucola::delivery {
namespace {

/// The reference's example for the shell writes two slashes behind the host, and signs one.
std::string_view with_one_slash(std::string_view path) {
  while (path.starts_with("//"))
    path.remove_prefix(1);
  return path;
}

/// Nothing where the format's point is written as %2E: no client signs such a path without its slug.
std::optional<std::string> without_slug(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t point = path.rfind('.');
  if (slash == std::string_view::npos || point == std::string_view::npos || point < slash)
    return std::nullopt;
  return std::string(path.substr(0, slash)).append(path.substr(point));
}

/// The paths that a signature may be over: they all name the same render.
std::vector<std::string> paths_of(const SentUrl& url) {
  std::vector<std::string> paths;
  const auto add = [&](std::string_view path) {
    paths.emplace_back(path);
    auto shorter = url.has_slug ? without_slug(path) : std::nullopt;
    if (shorter) paths.push_back(*std::move(shorter));
  };
  const std::string_view path = with_one_slash(url.path);
  add(path);
  if (url.path != url.render_path) add(with_one_slash(url.render_path));
  if (!url.path_prefix.empty()) add(std::string(url.path_prefix).append(path));
  return paths;
}

std::vector<std::string> texts_of(const std::vector<catalog::SigningKey>& keys) {
  std::vector<std::string> texts;
  texts.reserve(keys.size());
  for (const catalog::SigningKey& key : keys)
    texts.push_back(key.key);
  return texts;
}

Result<std::optional<Time>> verified_by(std::span<const std::string> keys, const SentUrl& url) {
  const std::vector<std::string> paths = paths_of(url);
  return security::verify_url(std::vector<std::string_view>(paths.begin(), paths.end()), url.query, keys,
                              now());
}

}  // namespace

Result<std::optional<Time>> require_signature(CatalogView& catalog, std::string_view organization,
                                              const SentUrl& url, std::string_view what) {
  const auto keys = catalog.signing_keys(organization);
  if (!keys) return std::unexpected(keys.error());
  auto verified = verified_by(texts_of(*keys), url);
  if (verified) return verified;
  Error error = std::move(verified.error());
  error.message.text = std::string(what) + " is protected. " + error.message.text;
  return std::unexpected(std::move(error));
}

Result<SignUrl> signer_for(CatalogView& catalog, std::string_view organization, const SentUrl& url) {
  const auto keys = catalog.signing_keys(organization);
  if (!keys) return std::unexpected(keys.error());
  for (const catalog::SigningKey& key : *keys) {
    const auto until = verified_by({&key.key, 1}, url);
    if (!until) continue;
    return [key = key.key, until = *until](std::string_view path, std::string_view query) {
      return security::sign_url(path, query, until, key);
    };
  }
  return fail(ErrorCode::forbidden, "The URL's signature is not good any more.");
}

}  // namespace rucola::delivery
