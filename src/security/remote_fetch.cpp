#include "security/remote_fetch.h"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <curl/curl.h>
#include <sys/socket.h>

#include "base/c_handle.h"
#include "base/curl_transfer.h"
#include "base/mutex.h"
#include "security/remote_url.h"

namespace rucola::security {
namespace {

constexpr long ok_status = 200;

/// A name of our own network is refused within a millisecond, one that nobody has costs a walk through DNS.
/// Both are told after this time, unless the walk took longer.
constexpr std::chrono::milliseconds unreachable_after{250};

using CurlEasy = CHandle<CURL, curl_easy_cleanup>;

/// One fetch, as curl's callbacks see it. They run inside CurlTransfer::perform(), on the caller's thread.
struct Transfer {
  const AddressGuard& guard;
  SpoolWriter writer;
  CURL* handle;
  const AllowsHost& allows_host;
  std::string refused_address{};  ///< and what it is, for the log; empty where none was refused
  bool host_refused = false;
  long requests = 0;  ///< that found a server to be sent to
  std::optional<Error> write_error{};
  std::array<char, CURL_ERROR_SIZE> reason{};
};

/// What is asked next, after a redirect another URL than at first.
std::string current_host(CURL* handle) {
  const char* url = nullptr;
  curl_easy_getinfo(handle, CURLINFO_EFFECTIVE_URL, &url);
  const auto parsed = parse_remote_url(url == nullptr ? "" : url);
  return parsed ? host_of(*parsed) : std::string();
}

bool may_ask_host(const Transfer& transfer) {
  return !transfer.allows_host || transfer.allows_host(current_host(transfer.handle));
}

/// What is wrong with an address; nothing where it may be connected to.
std::optional<std::string> refusal_of(const Transfer& transfer, const std::optional<IpAddress>& address) {
  if (!address) return "no address of the internet";
  const auto why = transfer.guard.refusal(*address);
  if (!why) return std::nullopt;
  return address->text() + " is " + std::string(*why);
}

curl_socket_t open_checked_socket(void* user, curlsocktype purpose, curl_sockaddr* target) {
  auto& transfer = *static_cast<Transfer*>(user);
  // Before the address is looked at, so that what is off the list tells nothing of what is there.
  transfer.host_refused = transfer.host_refused || !may_ask_host(transfer);
  if (purpose != CURLSOCKTYPE_IPCXN || transfer.host_refused) return CURL_SOCKET_BAD;
  if (auto refusal = refusal_of(transfer, IpAddress::from_socket_address(target->addr))) {
    transfer.refused_address = *std::move(refusal);
    return CURL_SOCKET_BAD;
  }
  return ::socket(target->family, target->socktype | SOCK_CLOEXEC, target->protocol);
}

/// A connection that is kept from one redirect to the next opens no socket.
int check_host(void* user, char* /*their address*/, char* /*ours*/, int /*port*/, int /*port*/) {
  auto& transfer = *static_cast<Transfer*>(user);
  ++transfer.requests;
  if (may_ask_host(transfer)) return CURL_PREREQFUNC_OK;
  transfer.host_refused = true;
  return CURL_PREREQFUNC_ABORT;
}

/// Was there a server to send the latest request to?
bool found_a_server(const Transfer& transfer) {
  long redirects = 0;
  curl_easy_getinfo(transfer.handle, CURLINFO_REDIRECT_COUNT, &redirects);
  return transfer.requests > redirects;
}

long status_of(CURL* handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

std::size_t take_body(char* data, std::size_t /*always 1*/, std::size_t bytes, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (status_of(transfer.handle) != ok_status) return CURL_WRITEFUNC_ERROR;
  if (auto written = transfer.writer.write({data, bytes}); !written) {
    transfer.write_error = std::move(written.error());
    return CURL_WRITEFUNC_ERROR;
  }
  return bytes;
}

void forbid_everything_but_http(CURL* handle) {
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // the empty text switches off http_proxy and its kin as well
  curl_easy_setopt(handle, CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
  curl_easy_setopt(handle, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
}

void set_limits(CURL* handle, const RemoteFetchSettings& settings) {
  const std::chrono::milliseconds timeout = settings.timeout;
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);  // signals and threads don't mix
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, static_cast<long>(settings.max_redirects));
  curl_easy_setopt(handle, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(settings.max_bytes));
}

void set_callbacks(CURL* handle, Transfer& transfer) {
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_checked_socket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, check_host);
  curl_easy_setopt(handle, CURLOPT_PREREQDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer.reason.data());
}

Error error_of(ErrorCode code, std::string message, std::string detail = {}) {
  return {code, PublicMessage{std::move(message)}, PrivateDetail{std::move(detail)}};
}

/// One answer for a name that nobody has, one that leads to an address we don't fetch from, and a port where
/// nobody listens: by the difference the caller could list the names of our network. Only the log has it.
Error unreachable(std::string detail) {
  return error_of(
      ErrorCode::unprocessable,
      "The URL could not be fetched: its server, or one that it redirects to, is not known by that name, "
      "can't be reached, breaks off, or has an address that this server does not fetch from. Only the public "
      "internet is fetched from, and the networks of remote_fetch.allow_networks. The log says which it was.",
      std::move(detail));
}

Error refused_host() {
  return error_of(ErrorCode::bad_request,
                  "The URL redirects to a server that images may not be fetched from here.");
}

Error too_large(const RemoteFetchSettings& settings) {
  return error_of(ErrorCode::payload_too_large, "The file at that URL is too large; at most " +
                                                    std::to_string(settings.max_bytes) + " bytes are taken.");
}

/// What went wrong, in the words of the caller. Only called for a transfer that failed.
Error explain(CURLcode code, Transfer& transfer, const RemoteFetchSettings& settings) {
  if (transfer.write_error) {
    return transfer.write_error->code == ErrorCode::payload_too_large ? too_large(settings)
                                                                      : std::move(*transfer.write_error);
  }
  std::string detail = transfer.reason[0] != '\0' ? transfer.reason.data() : curl_easy_strerror(code);
  const long status = status_of(transfer.handle);
  switch (code) {
    case CURLE_FILESIZE_EXCEEDED:
      return too_large(settings);
    case CURLE_TOO_MANY_REDIRECTS:
      return error_of(ErrorCode::unprocessable,
                      "The URL redirects more than " + std::to_string(settings.max_redirects) + " times.");
    case CURLE_UNSUPPORTED_PROTOCOL:
      if (status == 0) break;  // no redirect: the answer itself was not HTTP
      return error_of(ErrorCode::bad_request, "The URL redirects to something other than http or https.");
    case CURLE_OPERATION_TIMEDOUT:
      if (!found_a_server(transfer)) break;
      return error_of(ErrorCode::unprocessable,
                      "The server at that URL was too slow; a file must arrive within " +
                          std::to_string(settings.timeout.count()) + " seconds.",
                      std::move(detail));
    case CURLE_ABORTED_BY_CALLBACK:
      if (transfer.host_refused) break;
      return {.code = ErrorCode::overloaded,
              .message = {"The server is shutting down. Try again in a moment."},
              .retry_after = std::chrono::seconds{1}};
    default:
      break;
  }
  // One that is off the list is refused whether or not its name is known.
  if (transfer.host_refused || (!found_a_server(transfer) && !may_ask_host(transfer))) return refused_host();
  if (!transfer.refused_address.empty()) detail = "refused: " + transfer.refused_address;
  const bool answered = code == CURLE_OK || code == CURLE_WRITE_ERROR;  // otherwise it is a redirect's status
  if (answered && status != ok_status) {
    return error_of(ErrorCode::unprocessable, "The server at that URL answered with status " +
                                                  std::to_string(status) + " instead of 200.");
  }
  return unreachable(std::move(detail));
}

std::string effective_filename(CURL* handle) {
  const char* url = nullptr;
  curl_easy_getinfo(handle, CURLINFO_EFFECTIVE_URL, &url);
  const auto parsed = parse_remote_url(url == nullptr ? "" : url);
  return parsed ? filename_of(*parsed) : std::string();
}

}  // namespace

void describe(config::Table& table, RemoteFetchSettings& settings) {
  auto section = table.section("remote_fetch");
  section.bytes("max_bytes", settings.max_bytes, {1, std::int64_t{1} << 40},
                "The largest file that is fetched from a URL.");
  section.seconds("timeout_seconds", settings.timeout, {1, 3600},
                  "How long a fetch may take in all: names, redirects and the body.");
  section.integer("max_redirects", settings.max_redirects, {0, 20}, "redirects",
                  "How many redirects are followed; each is checked like the URL itself.");
  section.list("allow_networks", settings.allow_networks,
               "Networks in CIDR notation that may be fetched from although they are not public, such as "
               "10.20.0.0/16. Whoever may upload can then read what answers there over HTTP.");
}

Result<RemoteFetcher> RemoteFetcher::make(const RemoteFetchSettings& settings) {
  auto guard = AddressGuard::make(settings.allow_networks);
  if (!guard) {
    Error error = std::move(guard.error());
    error.message.text = "remote_fetch.allow_networks: " + error.message.text;
    return std::unexpected(std::move(error));
  }
  if (const CURLcode ready = curl_ready(); ready != CURLE_OK) {
    return fail(ErrorCode::internal, "libcurl can't be used.", curl_easy_strerror(ready));
  }
  return RemoteFetcher(settings, *std::move(guard));
}

/// The transfers of all threads.
class RemoteFetcher::UnderWay {
 public:
  CURLcode perform(CURL* handle) {
    CurlTransfer transfer;
    {
      const Lock lock(mutex_);
      if (cancelled_) return CURLE_ABORTED_BY_CALLBACK;
      transfers_.insert(&transfer);
    }
    const CURLcode code = transfer.perform(handle);
    const Lock lock(mutex_);
    transfers_.erase(&transfer);
    return code;
  }

  void cancel() {
    {
      const Lock lock(mutex_);
      cancelled_ = true;
      for (CurlTransfer* transfer : transfers_)
        transfer->cancel();
    }
    changed_.notify_all();
  }

  /// Not past a cancel().
  void wait_until(std::chrono::steady_clock::time_point end) {
    Lock lock(mutex_);
    changed_.wait_until(lock, end, [this]() REQUIRES(mutex_) { return cancelled_; });
  }

 private:
  Mutex mutex_;
  Condition changed_;
  std::set<CurlTransfer*> transfers_ GUARDED_BY(mutex_);
  bool cancelled_ GUARDED_BY(mutex_) = false;
};

RemoteFetcher::RemoteFetcher(RemoteFetchSettings settings, AddressGuard guard)
    : settings_(std::move(settings)), guard_(std::move(guard)), under_way_(std::make_shared<UnderWay>()) {}

void RemoteFetcher::cancel() const {
  under_way_->cancel();
}

Result<FetchedFile> RemoteFetcher::fetch(const std::string& url, const Spool& spool,
                                         const AllowsHost& allows_host) const {
  const auto parsed = parse_remote_url(url);
  if (!parsed) return std::unexpected(parsed.error());
  auto writer = spool.new_file(settings_.max_bytes);
  if (!writer) return std::unexpected(std::move(writer.error()));

  const CurlEasy handle(curl_easy_init());
  Transfer transfer{
      .guard = guard_, .writer = *std::move(writer), .handle = handle.get(), .allows_host = allows_host};
  curl_easy_setopt(handle.get(), CURLOPT_CURLU, parsed->get());
  curl_easy_setopt(handle.get(), CURLOPT_USERAGENT, "rucola");
  forbid_everything_but_http(handle.get());
  set_limits(handle.get(), settings_);
  set_callbacks(handle.get(), transfer);

  const auto began = std::chrono::steady_clock::now();
  const CURLcode code = under_way_->perform(handle.get());
  if (code != CURLE_OK || status_of(handle.get()) != ok_status) {
    if (!found_a_server(transfer)) under_way_->wait_until(began + unreachable_after);
    return std::unexpected(explain(code, transfer, settings_));
  }
  auto file = transfer.writer.finish();
  if (!file) return std::unexpected(std::move(file.error()));
  std::string filename = filename_of(*parsed);
  if (filename.empty()) filename = effective_filename(handle.get());
  return FetchedFile{*std::move(file), std::move(filename)};
}

}  // namespace rucola::security
