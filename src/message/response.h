// An answer as handlers make it. http/ adds what is the same for every answer (Date, Server, nosniff, CORS,
// Content-Length), evaluates Range and If-None-Match/If-Modified-Since against the validators below, and
// drops the body for HEAD.
//
// Threads: a value; the shared body is immutable. Ownership: a FileBody owns its descriptor.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include <boost/json/fwd.hpp>

#include "base/bytes.h"
#include "base/error.h"
#include "base/time.h"
#include "base/unique_fd.h"
#include "message/field_lines.h"
#include "message/headers.h"
#include "message/traffic_meter.h"

namespace rucola::message {

/// Bytes that caches share; never copied on the way out.
using SharedBytes = std::shared_ptr<const Bytes>;

/// The whole file behind a descriptor.
struct FileBody {
  std::shared_ptr<const UniqueFd> fd;
  std::int64_t bytes = 0;
};

/// Makes a body while it is sent, so that its length is not known before, nor whether it comes to its end.
///
/// Threads: any, one at a time. next() blocks on the disk.
class BodySource {
 public:
  BodySource() = default;
  BodySource(const BodySource&) = delete;
  BodySource& operator=(const BodySource&) = delete;
  virtual ~BodySource() = default;

  /// Replaces `piece` by the next one, which is empty at the end and not much larger than it need be: it is
  /// asked for when the client has taken the one before. Errors: the first piece's is the answer; later the
  /// answer is broken off.
  virtual Result<void> next(std::string& piece) = 0;
};

/// Of a route that says so (Route::streams).
struct StreamedBody {
  std::shared_ptr<BodySource> source;
};

struct Response {
  int status = 200;
  Headers headers;
  std::variant<std::monostate, std::string, SharedBytes, FileBody, StreamedBody> body;
  /// Where it is set, a GET is conditional and may be ranged: the strong validator with its quotes.
  std::string etag;
  std::optional<Time> last_modified;
  /// Null: written when it is sent.
  std::shared_ptr<const FieldLines> field_lines{};
  /// Whose traffic the body is, once it is sent; of what is delivered, not of what manages it.
  Account account{};

  /// 0 of a streamed one.
  [[nodiscard]] std::int64_t body_bytes() const;
  [[nodiscard]] bool is_streamed() const { return std::holds_alternative<StreamedBody>(body); }
};

/// Of an answer that was sent with this status, how much of its body was: counts on its account, where there
/// is one, what was delivered, a whole body or a part of one.
void count_delivery(const Response& response, int status, std::int64_t sent_bytes);

/// Content-Security-Policy of errors and of SVG originals: opened as a document they may draw, and nothing
/// else. A script in somebody's SVG must not run with this origin's rights.
inline constexpr std::string_view draw_only_policy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

/// `application/json` exactly: a client compares the whole string.
Response json_response(int status, const boost::json::value& body);
Response empty_response(int status);

/// The one place where error kinds become HTTP.
int http_status(ErrorCode code);

/// The one error shape: {"error":{"code":…,"message":…},"code":…,"message":…}, with no long cache time.
Response error_response(const Error& error);

}  // namespace rucola::message
