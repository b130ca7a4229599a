#include "storage/s3/client.h"

#include <charconv>
#include <random>
#include <string_view>
#include <utility>

#include "base/base64.h"
#include "base/hex.h"
#include "base/metrics.h"
#include "base/percent_encoding.h"
#include "storage/s3/credentials.h"

namespace rucola::storage {
namespace {

using std::chrono::milliseconds;

constexpr int most_tries = 4;
constexpr milliseconds first_pause{200};
constexpr std::size_t longest_told = 200;
constexpr const char* checksum_header = "x-amz-checksum-sha256";

std::string base64_of_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(hex_value(hex[i]) * 16 + hex_value(hex[i + 1]));
  return base64(bytes);
}

std::int64_t bytes_in(const S3Answer& answer) {
  const std::string_view text = answer.header("content-length");
  std::int64_t bytes = 0;
  std::from_chars(text.data(), text.data() + text.size(), bytes);
  return bytes;
}

bool is_full(long status, std::string_view code) {
  return status == 507 || code == "QuotaExceeded" || code == "XMinioStorageFull";
}

/// Would the same request be answered otherwise a moment later?
bool passes(long status, std::string_view code) {
  return status == 429 || (status >= 500 && status != 501) || code == "RequestTimeout" || code == "SlowDown";
}

/// What the server said, for the log; the key of an object is no secret.
std::string told(const S3Request& request, const S3Answer& answer, const S3Refusal& refusal) {
  std::string text = request.method + ' ' + request.url + ": " + std::to_string(answer.status);
  for (const std::string& part : {refusal.code, refusal.message})
    if (!part.empty()) text += ' ' + part.substr(0, longest_told);
  return text;
}

std::unexpected<Error> refused(const S3Request& request, const S3Answer& answer) {
  const S3Refusal refusal = read_refusal(answer.text);
  std::string detail = told(request, answer, refusal);
  // A HEAD has no body that says what is missing; a bucket that is not there is no missing original.
  if (answer.status == 404 && refusal.code != "NoSuchBucket")
    return fail(ErrorCode::not_found, "The store of originals has no such object.", std::move(detail));
  if (is_full(answer.status, refusal.code))
    return fail(ErrorCode::storage_full, "The store of originals is full.", std::move(detail));
  if (passes(answer.status, refusal.code)) return s3_silence(std::move(detail));
  return fail(ErrorCode::internal, "The store of originals refused a request; the server's log says why.",
              std::move(detail));
}

void count(const S3Request& request, const Result<S3Answer>& answer) {
  const char* outcome = !answer ? "none" : answer->is_good() ? "good" : "refused";
  metrics::counter("rucola_s3_requests_total",
                   "Requests to the S3 server by what came of them, tries again included",
                   {{"method", request.method}, {"answer", outcome}})
      .Increment();
}

}  // namespace

/// A connection that is given back however its use ends; none once the client was let go.
class S3Client::Borrowed {
 public:
  explicit Borrowed(S3Client& client) : client_(client), connection_(client.take_connection()) {}
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  ~Borrowed() {
    if (connection_) client_.give_back(std::move(connection_));
  }
  [[nodiscard]] S3Connection* get() const { return connection_.get(); }

 private:
  S3Client& client_;
  std::unique_ptr<S3Connection> connection_;
};

Result<std::unique_ptr<S3Client>> S3Client::make(const S3Settings& settings) {
  auto location = s3_location(settings);
  if (!location) return std::unexpected(std::move(location.error()));
  if (curl_ready() != CURLE_OK) return fail(ErrorCode::internal, "libcurl can't be used.");
  return std::unique_ptr<S3Client>(new S3Client(settings, *std::move(location)));
}

std::unique_ptr<S3Connection> S3Client::take_connection() {
  const Lock lock(mutex_);
  if (has_ended_) return nullptr;
  std::unique_ptr<S3Connection> connection;
  if (idle_.empty()) {
    connection = std::make_unique<S3Connection>();
  } else {
    connection = std::move(idle_.back());
    idle_.pop_back();
  }
  busy_.insert(connection.get());
  return connection;
}

void S3Client::give_back(std::unique_ptr<S3Connection> connection) {
  const Lock lock(mutex_);
  busy_.erase(connection.get());
  idle_.push_back(std::move(connection));
}

void S3Client::let_go() {
  {
    const Lock lock(mutex_);
    has_ended_ = true;
    for (S3Connection* connection : busy_)
      connection->cancel();
  }
  ended_.notify_all();
}

/// False: it was let go meanwhile. Not all who were refused come back at the same time.
bool S3Client::rest(milliseconds pause) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const milliseconds some{std::uniform_int_distribution(pause.count() / 2, pause.count())(random)};
  Lock lock(mutex_);
  return !ended_.wait_for(lock, some, [this]() REQUIRES(mutex_) { return has_ended_; });
}

Result<S3Answer> S3Client::ask(const S3Request& request) {
  milliseconds pause = first_pause;
  for (int tries = 1;; ++tries) {
    auto answer = ask_once(request);
    if (answer || answer.error().code != ErrorCode::overloaded || tries == most_tries) return answer;
    if (!rest(pause)) return answer;
    pause *= 2;
  }
}

Result<S3Answer> S3Client::ask_once(const S3Request& request) {
  const auto credentials = find_credentials(settings_);
  if (!credentials) return std::unexpected(credentials.error());
  const Borrowed connection(*this);
  if (connection.get() == nullptr) return s3_silence("it was let go");
  auto answer = connection.get()->send(request, *credentials, settings_);
  count(request, answer);
  if (!answer || answer->is_good()) return answer;
  return refused(request, *answer);
}

std::string S3Client::url_of(const std::string& key) const {
  return location_.base + '/' + location_.prefix + key;
}

std::vector<std::string> S3Client::encryption() const {
  if (settings_.encryption == "none") return {};
  std::vector<std::string> headers{"x-amz-server-side-encryption: " + settings_.encryption};
  if (!settings_.encryption_key.empty())
    headers.push_back("x-amz-server-side-encryption-aws-kms-key-id: " + settings_.encryption_key);
  return headers;
}

Result<void> S3Client::put(const std::string& key, const SpooledFile& file) {
  S3Request request{.method = "PUT", .url = url_of(key), .headers = encryption(), .body = &file};
  const std::string checksum = base64_of_hex(file.sha256());
  request.headers.push_back(std::string(checksum_header) + ": " + checksum);
  const auto answer = ask(request);
  // An address that is not there has lost nothing.
  if (!answer && answer.error().code == ErrorCode::not_found)
    return fail(ErrorCode::internal, answer.error().message.text, answer.error().detail.text);
  if (!answer) return std::unexpected(answer.error());
  const std::string_view stored = answer->header(checksum_header);
  const S3Refusal refusal = read_refusal(answer->text);
  if (answer->status == 200 && refusal.code.empty() && (stored.empty() || stored == checksum)) return {};
  return fail(ErrorCode::internal, "The store of originals did not store a file.",
              told(request, *answer, refusal));
}

Result<SpooledFile> S3Client::get(const std::string& key, const Spool& spool) {
  auto answer = ask({.url = url_of(key), .keeps = &spool});
  if (!answer) return std::unexpected(std::move(answer.error()));
  return *std::move(answer->file);
}

Result<S3Answer> S3Client::look_at(const std::string& key) {
  return ask({.method = "HEAD", .url = url_of(key), .headers = {"x-amz-checksum-mode: ENABLED"}});
}

Result<std::int64_t> S3Client::bytes_of(const std::string& key) {
  const auto answer = look_at(key);
  if (!answer) return std::unexpected(answer.error());
  return bytes_in(*answer);
}

Result<bool> S3Client::has(const std::string& key, const SpooledFile& file) {
  const auto answer = look_at(key);
  if (!answer && answer.error().code == ErrorCode::not_found) return false;
  if (!answer) return std::unexpected(answer.error());
  return bytes_in(*answer) == file.bytes() && answer->header(checksum_header) == base64_of_hex(file.sha256());
}

Result<void> S3Client::remove(const std::string& key) {
  const auto answer = ask({.method = "DELETE", .url = url_of(key)});
  if (!answer && answer.error().code != ErrorCode::not_found) return std::unexpected(answer.error());
  return {};
}

Result<void> S3Client::copy(const std::string& from, const std::string& to) {
  S3Request request{.method = "PUT", .url = url_of(to), .headers = encryption()};
  request.headers.push_back("x-amz-copy-source: /" + location_.bucket + '/' + location_.prefix + from);
  const auto answer = ask(request);
  if (!answer) return std::unexpected(answer.error());
  // A copy that takes long is answered 200 before it is made, and may fail then.
  if (const S3Refusal refusal = read_refusal(answer->text); !refusal.code.empty())
    return fail(ErrorCode::internal, "The store of originals could not copy an object.",
                told(request, *answer, refusal));
  return {};
}

Result<void> S3Client::each(const std::string& beginning, const std::function<void(const S3Object&)>& visit) {
  const std::string rest = "list-type=2&prefix=" + percent_encode(location_.prefix + beginning);
  for (std::string next;;) {
    const std::string query = next.empty() ? rest : "continuation-token=" + percent_encode(next) + '&' + rest;
    const auto answer = ask({.url = location_.base + "/?" + query});
    if (!answer) return std::unexpected(answer.error());
    auto page = read_list_page(answer->text);
    if (!page) return std::unexpected(std::move(page.error()));
    for (S3Object& object : page->objects) {
      if (!object.key.starts_with(location_.prefix)) continue;
      object.key.erase(0, location_.prefix.size());
      visit(object);
    }
    if (page->next.empty()) return {};
    if (page->next == next) {
      return fail(ErrorCode::internal, "The store of originals could not be listed.",
                  "the S3 server's list goes on where it was before");
    }
    next = std::move(page->next);
  }
}

}  // namespace rucola::storage
