#include "delivery/url/asked.h"

#include <algorithm>
#include <utility>

#include "render/planning/film_renditions.h"

namespace rucola::delivery {
namespace {

Result<AskedUrl> read_iiif_url(std::string_view path) {
  auto iiif = parse_iiif_path(path);
  if (!iiif) return std::unexpected(std::move(iiif).error());
  AskedUrl asked;
  asked.url.stack = "dynamic";  // what protects it protects these URLs as well
  asked.url.image = iiif->reference;
  asked.url.format = iiif->picture.format;
  asked.iiif = *std::move(iiif);
  return asked;
}

/// A list has the hash of what was uploaded in all its URLs.
Result<void> check_can_be_streamed(const RenderUrl& url) {
  if (url.image.kind != ImageReference::Kind::remote || !render::is_film_ending(url.format)) return {};
  return fail(ErrorCode::unsupported_media_type,
              "Lists (.m3u, .m3u8) and parts (.ts) are of videos that were uploaded, not of those that a URL "
              "names by another URL or path.");
}

Result<AskedUrl> read_path(std::string_view path) {
  if (is_iiif_path(path)) return read_iiif_url(path);
  auto url = parse_render_path(path);
  if (!url) return std::unexpected(std::move(url).error());
  if (auto possible = check_can_be_streamed(*url); !possible)
    return std::unexpected(std::move(possible).error());
  return AskedUrl{.url = *std::move(url)};
}

/// ?v=123, ?v=1.2.3-rc1: no variables, but what makes caches forget an older file.
bool is_cache_buster(std::string_view value) {
  return !value.empty() && std::ranges::all_of(value, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_';
  });
}

}  // namespace

ClientHints ClientHints::of(const message::Request& request) {
  return {render::classify_accept(request.headers.joined("Accept")),
          message::equal_ignoring_case(request.headers.joined("Save-Data"), "on")};
}

std::string hot_key_of(const message::Request& request, ClientHints hints) {
  std::string key;
  key.reserve(request.host.size() + request.path_prefix.size() + request.target.size() + 5);
  key += static_cast<char>('0' + static_cast<int>(hints.accept));
  key += hints.save_data ? '1' : '0';
  key.append(request.host).append("\n").append(request.path_prefix).append("\n");
  key.append(request.path).append("?").append(request.query);
  return key;
}

Asked::Asked(message::Request asked, std::string_view render_domain)
    : request(std::move(asked)),
      target(find_render_target(request.host, request.path, render_domain).value()),
      hints(ClientHints::of(request)),
      hot_key(hot_key_of(request, hints)) {}

Result<AskedUrl> read_url(const Asked& asked) {
  auto read = read_path(asked.target.path);
  if (!read) return read;
  if (const auto variables = asked.request.query_value("v"); variables && !is_cache_buster(*variables)) {
    if (auto added = render::add_variables_json(*variables, read->url.overrides); !added)
      return std::unexpected(std::move(added).error());
  }
  return read;
}

}  // namespace rucola::delivery
