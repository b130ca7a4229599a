#include "storage/s3/connection.h"

#include <cerrno>
#include <cstdio>
#include <limits>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace rucola::storage {
namespace {

constexpr long connect_seconds = 5;
constexpr long slowest_bytes_a_second = 1024;
/// A page of a list has a thousand keys.
constexpr std::size_t text_limit = std::size_t{4} << 20;
constexpr std::string_view sha256_of_nothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

using HeaderList = CHandle<curl_slist, curl_slist_free_all>;

/// What is sent, a file or nothing; from its beginning again where a connection turns out to be dead.
struct Reading {
  UniqueFd fd{};
  std::int64_t at = 0;
};

std::size_t read_on(char* into, std::size_t /*always 1*/, std::size_t bytes, void* user) {
  auto& reading = *static_cast<Reading*>(user);
  if (!reading.fd) return 0;
  for (;;) {
    const ssize_t got = ::pread(reading.fd.get(), into, bytes, reading.at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return CURL_READFUNC_ABORT;
    reading.at += got;
    return static_cast<std::size_t>(got);
  }
}

int read_from(void* user, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<Reading*>(user)->at = offset;
  return CURL_SEEKFUNC_OK;
}

/// An answer on its way in.
struct Taking {
  CURL* curl = nullptr;
  S3Answer answer{};
  std::optional<SpoolWriter> writer{};
  std::optional<Error> not_written{};

  [[nodiscard]] bool is_good() const {
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return S3Answer{.status = status}.is_good();
  }
};

std::size_t take_header(char* data, std::size_t /*always 1*/, std::size_t bytes, void* user) {
  const std::string_view line(data, bytes);
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    static_cast<Taking*>(user)->answer.headers.insert_or_assign(
        lower(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1), " \t\r\n")));
  }
  return bytes;
}

std::size_t take_body(char* data, std::size_t /*always 1*/, std::size_t bytes, void* user) {
  auto& taking = *static_cast<Taking*>(user);
  if (taking.writer && taking.is_good() && !taking.answer.headers.contains("content-length")) {
    taking.not_written =
        Error{.code = ErrorCode::internal,
              .message = {"The store of originals sent a file without saying how long it is."}};
    return 0;
  }
  if (!taking.writer || !taking.is_good()) {
    if (taking.answer.text.size() + bytes > text_limit) return 0;
    taking.answer.text.append(data, bytes);
    return bytes;
  }
  auto written = taking.writer->write({data, bytes});
  if (written) return bytes;
  taking.not_written = std::move(written.error());
  return 0;
}

HeaderList headers_of(const S3Request& request, const S3Credentials& credentials) {
  HeaderList list;
  const auto append = [&list](const std::string& line) {
    list.reset(curl_slist_append(list.release(), line.c_str()));
  };
  for (const std::string& line : request.headers)
    append(line);
  append("x-amz-content-sha256: " +
         (request.body != nullptr ? request.body->sha256() : std::string(sha256_of_nothing)));
  if (!credentials.session_token.empty()) append("x-amz-security-token: " + credentials.session_token);
  // None is taken away here, such as "Expect:": libcurl would say that it is signed, and MinIO refuses what
  // is signed and not there (https://github.com/curl/curl/issues/11664).
  return list;
}

void set_body(CURL* curl, const S3Request& request, Reading& reading) {
  if (request.method == "PUT") {
    const std::int64_t bytes = request.body != nullptr ? request.body->bytes() : 0;
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(bytes));
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_on);
    curl_easy_setopt(curl, CURLOPT_READDATA, &reading);
    curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, read_from);
    curl_easy_setopt(curl, CURLOPT_SEEKDATA, &reading);
  }
  if (request.method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

}  // namespace

std::unexpected<Error> s3_silence(std::string detail) {
  Error error{.code = ErrorCode::overloaded,
              .message = {"The store of originals does not answer. Try again in a moment."},
              .detail = {std::move(detail)}};
  error.retry_after = std::chrono::seconds{2};
  return std::unexpected(std::move(error));
}

Result<S3Answer> S3Connection::send(const S3Request& request, const S3Credentials& credentials,
                                    const S3Settings& settings) {
  CURL* curl = curl_.get();
  if (curl == nullptr) return fail(ErrorCode::internal, "libcurl can't be used.");
  curl_easy_reset(curl);
  reason_.fill('\0');
  Taking taking{.curl = curl};
  if (request.keeps != nullptr) {
    auto writer = request.keeps->new_file(std::numeric_limits<std::int64_t>::max());
    if (!writer) return std::unexpected(std::move(writer.error()));
    taking.writer = *std::move(writer);
  }
  Reading reading;
  if (request.body != nullptr) {
    reading.fd = UniqueFd(::open(request.body->path().c_str(), O_RDONLY | O_CLOEXEC));
    if (!reading.fd) {
      return fail(ErrorCode::internal, "The file could not be stored.",
                  "open a spooled file: " + std::generic_category().message(errno));
    }
  }
  const HeaderList headers = headers_of(request, credentials);

  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_seconds);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, slowest_bytes_a_second);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(settings.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "rucola");
  curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, ("aws:amz:" + settings.region + ":s3").c_str());
  curl_easy_setopt(curl, CURLOPT_USERNAME, credentials.access_key.c_str());
  curl_easy_setopt(curl, CURLOPT_PASSWORD, credentials.secret_key.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason_.data());
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &taking);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &taking);
  set_body(curl, request, reading);

  const CURLcode code = transfer_.perform(curl);
  if (taking.not_written) return std::unexpected(*std::move(taking.not_written));
  if (code != CURLE_OK) return s3_silence(reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(code));
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &taking.answer.status);
  if (taking.writer && taking.answer.is_good()) {
    auto file = taking.writer->finish();
    if (!file) return std::unexpected(std::move(file.error()));
    taking.answer.file = *std::move(file);
  }
  return std::move(taking.answer);
}

}  // namespace rucola::storage
