#include "security/remote_url.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/c_handle.h"
#include "base/controls.h"
#include "base/file_name.h"
#include "base/utf8.h"

namespace rucola::security {
namespace {

/// Empty where the URL has no such part.
std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  const CHandle<char, curl_free> owned(text);
  return text;
}

bool is_readable(std::string_view text) {
  return is_utf8(text) && !has_controls(text);
}

std::string percent_decoded(const std::string& text) {
  int length = 0;
  const CHandle<char, curl_free> decoded(
      curl_easy_unescape(nullptr, text.data(), static_cast<int>(text.size()), &length));
  return decoded ? std::string(decoded.get(), static_cast<std::size_t>(length)) : std::string();
}

}  // namespace

Result<CurlUrl> parse_remote_url(const std::string& url) {
  CurlUrl parsed(curl_url());
  // Spaces and bytes beyond ASCII are what people paste from a browser; curl encodes them.
  constexpr unsigned int how = CURLU_URLENCODE | CURLU_ALLOW_SPACE | CURLU_NON_SUPPORT_SCHEME;
  const CURLUcode code = !url.contains('\0') ? curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), how)
                                             : CURLUE_MALFORMED_INPUT;
  if (code != CURLUE_OK) {
    return fail(ErrorCode::bad_request,
                "That is not an absolute URL; write it as https://example.com/picture.jpg.",
                curl_url_strerror(code));
  }
  const std::string scheme = part_of(parsed.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return fail(ErrorCode::bad_request, "Only http and https URLs are fetched, not " + scheme + ".");
  }
  if (!part_of(parsed.get(), CURLUPART_USER).empty() || !part_of(parsed.get(), CURLUPART_PASSWORD).empty()) {
    return fail(ErrorCode::bad_request, "A URL to fetch must not carry a user name or password.");
  }
  return parsed;
}

std::string host_of(const CurlUrl& url) {
  std::string host = part_of(url.get(), CURLUPART_HOST);
  std::ranges::transform(host, host.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return host;
}

std::string filename_of(const CurlUrl& url) {
  const std::string path = part_of(url.get(), CURLUPART_PATH);
  const std::string segment = path.substr(path.rfind('/') + 1);  // npos + 1 is 0: the whole
  const std::string decoded = percent_decoded(segment);
  return plain_file_name(is_readable(decoded) ? decoded : segment);
}

}  // namespace rucola::security
