#include "delivery/planning/film_urls.h"

#include <algorithm>
#include <cstddef>

#include "base/percent_encoding.h"

namespace rucola::delivery {
namespace {

/// Variables, which the stack's options may follow from, or what makes caches forget; nothing else in a query
/// means anything to a render, and a list's signature is not that of what is inside.
std::string kept_of(std::string_view query) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    if (form_decode(pair.substr(0, pair.find('='))) == "v") return std::string(pair);
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
  }
  return {};
}

/// With two slashes at its beginning a path would be a host.
std::string_view with_one_slash(std::string_view path) {
  while (path.starts_with("//"))
    path.remove_prefix(1);
  return path;
}

std::string_view take_last_segment(std::string_view& path) {
  const std::size_t slash = std::min(path.rfind('/'), path.size());
  const std::string_view segment = path.substr(std::min(slash + 1, path.size()));
  path = path.substr(0, slash);
  return segment;
}

std::string written(const ImageReference& image) {
  return image.kind == ImageReference::Kind::alias ? "-_" + image.value + "_-" : image.value;
}

}  // namespace

Result<FilmUrls> FilmUrls::of(const message::Request& request, const RenderUrl& url, std::string_view hash) {
  const std::string path = request.client_path();
  std::string_view base = with_one_slash(path);
  take_last_segment(base);
  // In square brackets a slash separates nothing.
  if (url.has_slug && percent_decode(take_last_segment(base)) != written(url.image))
    return fail(ErrorCode::bad_request, "The slug of a list (.m3u, .m3u8) has no slashes.");
  return FilmUrls(std::string(base) + '/', hash, kept_of(request.query));
}

std::string FilmUrls::operator()(std::string_view name, std::string_view linked) const {
  const std::string path =
      base_ + std::string(linked.empty() ? std::string_view(hash_) : linked) + '/' + std::string(name);
  if (sign_) return sign_(path, query_);
  return query_.empty() ? path : path + '?' + query_;
}

}  // namespace rucola::delivery
