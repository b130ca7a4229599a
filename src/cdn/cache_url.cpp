#include "cdn/cache_url.h"

#include <curl/curl.h>

#include "base/c_handle.h"

namespace rucola::cdn {
namespace {

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  const CHandle<char, curl_free> owned(text);
  return text;
}

}  // namespace

Result<CacheUrl> parse_cache_url(const std::string& url) {
  const CHandle<CURLU, curl_url_cleanup> parsed(curl_url());
  const CURLUcode code = curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME);
  const std::string scheme = part_of(parsed.get(), CURLUPART_SCHEME);
  if (code != CURLUE_OK || (scheme != "http" && scheme != "https")) {
    return fail(ErrorCode::bad_request,
                "url \"" + url + "\" is not an http or https URL, such as http://127.0.0.1:6081.");
  }
  if (!part_of(parsed.get(), CURLUPART_USER).empty() || !part_of(parsed.get(), CURLUPART_PASSWORD).empty() ||
      !part_of(parsed.get(), CURLUPART_FRAGMENT).empty()) {
    return fail(ErrorCode::bad_request, "url must carry no user name, password or fragment.");
  }
  return CacheUrl{.normalized = part_of(parsed.get(), CURLUPART_URL),
                  .host_and_port = part_of(parsed.get(), CURLUPART_HOST) + ":" +
                                   part_of(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT)};
}

}  // namespace rucola::cdn
