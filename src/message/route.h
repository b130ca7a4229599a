// What http/ needs to know of a handler, and what a handler may rely on. One table of routes serves the
// router, the 405 answers, body limits, authorization and the API's description.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "message/request.h"
#include "message/response.h"

namespace rucola::message {

/// What is read of the body before the handler runs. A route of kind `none` refuses a body.
/// Of `json_or_form` the Content-Type decides: a form is multipart/form-data.
enum class BodyKind { none, json, multipart, json_or_form };

/// What a handler waits for; it runs where that is waited for, and holds up nobody who waits for something
/// else.
enum class Waits {
  nothing,  ///< answers at once, on the event loop
  catalog,  ///< SQL
  search,   ///< SQL that may take seconds
  disk,     ///< files
  health,   ///< what a probe asks: it must be answered while everything else is busy
};

/// Answers by itself. Runs after authorization and after the body has arrived whole.
using Handle = std::function<Result<Response>(Request&)>;
/// May be called from any thread, and counts once; where every copy is dropped without a call, the client
/// gets a 500.
using Done = std::function<void(Result<Response>)>;
/// Waits for several things in turn, and so hands the request on from executor to executor.
using Begin = std::function<void(Request, Done)>;

struct Route {
  Method method;
  /// "/sourceimages/{org}/alias/{name}"; a `{piece}` matches one path segment. HEAD is answered wherever
  /// GET is.
  std::string pattern;
  Access access;  ///< what the caller must be allowed to do in the organization `{org}` of the pattern
  BodyKind body;
  std::string summary;  ///< one line for the API's description
  std::variant<Handle, Begin> handler;
  Waits waits = Waits::catalog;  ///< of a Begin: its first step
  /// Its answer may be a StreamedBody, which those of other routes are not. Such answers are few at one time,
  /// and before the handler begins the request has its place among them.
  bool streams = false;
};

/// Says who calls, from the headers alone and before a body is read, or why that one may not use the route.
/// Waits for the catalog. Errors: unauthenticated, forbidden, not_found.
using Authorize = std::function<Result<Caller>(const Request&, Access)>;

/// Renders. http/ calls it for every request that no API route owns by its host or path.
///
/// Threads: answer() is called on an event loop and must not block; `done` may be called from any thread,
/// exactly once.
class RenderHandler {
 public:
  using Done = std::function<void(Response)>;

  /// What a render's URL offers, as the Allow field has it.
  static constexpr std::string_view methods = "GET, HEAD, OPTIONS";

  RenderHandler() = default;
  RenderHandler(const RenderHandler&) = delete;
  RenderHandler& operator=(const RenderHandler&) = delete;
  virtual ~RenderHandler() = default;

  /// True where the host is a render host (acme.localhost) or the path starts with /render/.
  [[nodiscard]] virtual bool owns(const Request& request) const = 0;
  virtual void answer(Request request, Done done) = 0;

  /// The hot path, on an event loop: a finished answer that is known to be current, or null. Takes no lock
  /// that is held for long, does no SQL.
  [[nodiscard]] virtual std::shared_ptr<const Response> current(const Request& request) = 0;
};

}  // namespace rucola::message
