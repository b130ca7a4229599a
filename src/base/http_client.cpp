#include "base/http_client.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string_view>

#include <curl/curl.h>

#include "base/ascii.h"
#include "base/c_handle.h"
#include "base/curl_transfer.h"
#include "base/text.h"
#include "base/time.h"

namespace rucola {
namespace {

constexpr std::size_t body_limit = 64 << 10;
constexpr std::size_t headers_limit = 100;

using HeaderList = CHandle<curl_slist, curl_slist_free_all>;

/// Ends the transfer where there is more than is kept.
std::size_t take_body(char* data, std::size_t /*always 1*/, std::size_t bytes, void* user) {
  std::string& body = static_cast<HttpAnswer*>(user)->body;
  const std::size_t kept = std::min(bytes, body_limit - body.size());
  body.append(data, kept);
  return kept;
}

std::size_t take_header(char* data, std::size_t /*always 1*/, std::size_t bytes, void* user) {
  auto& headers = static_cast<HttpAnswer*>(user)->headers;
  const std::string_view line(data, bytes);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || headers.size() == headers_limit) return bytes;
  headers.emplace_back(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1), " \t\r\n"));
  return bytes;
}

HeaderList header_list(const HttpRequest& request) {
  HeaderList list;
  const auto append = [&list](const std::string& line) {
    list.reset(curl_slist_append(list.release(), line.c_str()));
  };
  for (const auto& [name, value] : request.headers)
    append(std::string(name).append(": ").append(value));
  append("Expect:");  // nothing is so large that it should be asked for first
  return list;
}

}  // namespace

struct HttpClient::Handle {
  CurlTransfer transfer;  ///< keeps the connection
  CURL* curl = curl_easy_init();
  std::array<char, CURL_ERROR_SIZE> reason{};

  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { curl_easy_cleanup(curl); }
};

std::string HttpAnswer::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, [](const auto& field) { return field.first; });
  return found == headers.end() ? std::string() : found->second;
}

std::optional<std::chrono::seconds> HttpAnswer::retry_after() const {
  const std::string text = header("retry-after");
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (!text.empty() && error == std::errc{} && end == text.data() + text.size()) {
    return std::chrono::seconds{std::max<std::int64_t>(seconds, 0)};
  }
  if (const auto date = parse_http_date(text)) {
    return std::max(std::chrono::ceil<std::chrono::seconds>(*date - now()), std::chrono::seconds{0});
  }
  return std::nullopt;
}

HttpClient::HttpClient(std::chrono::seconds timeout) : timeout_(timeout) {
  static_cast<void>(curl_ready());  // where it is not, there is no handle, and send() says so
  handle_ = std::make_unique<Handle>();
}

HttpClient::~HttpClient() = default;

void HttpClient::cancel() {
  handle_->transfer.cancel();
}

Result<HttpAnswer> HttpClient::send(const HttpRequest& request) {
  CURL* curl = handle_->curl;
  if (curl == nullptr) return fail(ErrorCode::internal, "libcurl can't be used.");
  curl_easy_reset(curl);
  handle_->reason.fill('\0');
  HttpAnswer answer;
  const HeaderList headers = header_list(request);

  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(std::chrono::milliseconds(timeout_).count()));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "rucola");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, handle_->reason.data());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
  if (!request.body.empty()) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());

  const CURLcode code = handle_->transfer.perform(curl);
  const bool is_cut_short = code == CURLE_WRITE_ERROR && answer.body.size() == body_limit;
  if (code != CURLE_OK && !is_cut_short) {
    const char* reason = handle_->reason[0] != '\0' ? handle_->reason.data() : curl_easy_strerror(code);
    return fail(code == CURLE_OPERATION_TIMEDOUT ? ErrorCode::timed_out : ErrorCode::internal, reason);
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

}  // namespace rucola
