// A Server on a free port with a few routes and a renderer of its own, for tests that speak to it.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/departure.h"
#include "base/executor.h"
#include "base/hashing.h"
#include "base/request_id.h"
#include "http/server.h"
#include "message/route.h"

namespace rucola::http {

/// A door that handlers wait at until the test opens it.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void wait_for_visitors(int count = 1) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(30), [this, count] { return waiting_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;  // guarded by mutex_
  int waiting_ = 0;    // guarded by mutex_
};

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "rucola-http-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = name;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::filesystem::path path_;
};

/// A megabyte and a half, in which every place is told from the others.
inline std::string long_content() {
  std::string content;
  for (int i = 0; content.size() < 1'500'000; ++i)
    content += std::to_string(i) + ",";
  return content;
}

/// Owns /render/; what lies under /render/hit/ is answered by the hot path, /render/hit/long out of a file in
/// memory.
class FakeRenderer : public message::RenderHandler {
 public:
  FakeRenderer() {
    hit_ = hit_of(hit_body());
    Bytes long_bytes(long_content());
    const auto size = static_cast<std::int64_t>(long_bytes.size());
    long_hit_ = hit_of(Bytes::of_sealed_file(long_bytes.sealed_file().value(), size).value());
  }
  static std::string hit_body() { return std::string(20'000, 'h') + "end"; }
  [[nodiscard]] int waiting() const { return waiting_; }
  [[nodiscard]] int departed() const { return departed_; }

  [[nodiscard]] bool owns(const message::Request& request) const override {
    return request.path.starts_with("/render/") || request.host == "acme.localhost";
  }
  void answer(message::Request request, Done done) override {
    if (request.path == "/render/forgotten") return;  // `done` is dropped
    if (request.path == "/render/waits") {            // for as long as the client does
      request.departure->then([this, done] {
        done({});
        ++departed_;
      });
      ++waiting_;
      return;
    }
    if (request.path == "/render/throws") throw std::runtime_error("renderer");
    message::Response response;
    response.etag = "\"slow\"";
    response.body = request.path == "/render/request" ? std::string(current_request())
                    : request.path == "/render/share" ? "for " + request.share
                                                      : "rendered " + request.path;
    std::thread([done = std::move(done), response = std::move(response)]() mutable {
      done(std::move(response));
    }).detach();
  }
  [[nodiscard]] std::shared_ptr<const message::Response> current(const message::Request& request) override {
    if (request.path == "/render/hit/long") return long_hit_;
    return request.path.starts_with("/render/hit/") ? hit_ : nullptr;
  }

 private:
  static std::shared_ptr<const message::Response> hit_of(Bytes body) {
    auto hit = std::make_shared<message::Response>();
    hit->headers.add("Content-Type", "image/jpeg");
    hit->headers.add("Cache-Control", "max-age=60");
    hit->etag = "\"hit\"";
    hit->body = std::make_shared<const Bytes>(std::move(body));
    return hit;
  }

  std::shared_ptr<const message::Response> hit_;
  std::shared_ptr<const message::Response> long_hit_;
  std::atomic<int> waiting_ = 0;
  std::atomic<int> departed_ = 0;
};

/// A body that is made while it is sent. `what` is a number of pieces of 100,000 bytes, then what happens:
/// "3" comes to its end, "3-breaks" and "3-throws" don't.
class MadePieces : public message::BodySource {
 public:
  static constexpr std::size_t piece_bytes = 100'000;

  MadePieces(const std::string& what, std::atomic<int>& alive)
      : left_(std::stoi(what)), then_(what.substr(std::to_string(left_).size())), alive_(alive) {
    ++alive_;
  }
  ~MadePieces() override { --alive_; }

  Result<void> next(std::string& piece) override {
    if (left_ == 0 && then_ == "-breaks") return fail(ErrorCode::internal, "No more of it.", "a detail");
    if (left_ == 0 && then_ == "-throws") throw std::runtime_error("oops");
    piece.assign(left_ == 0 ? 0 : piece_bytes, static_cast<char>('a' + left_ % 26));
    left_ = std::max(0, left_ - 1);
    return {};
  }

 private:
  int left_;
  std::string then_;
  std::atomic<int>& alive_;
};

class RunningServer {
 public:
  using Adjust = std::function<void(Settings&)>;

  explicit RunningServer(const Adjust& adjust = [](Settings&) {})
      : server_(settings(adjust), Spool::open(spool_.path()).value(), routes(), authorize(), renderer_,
                {catalog_, search_, disk_, disk_, health_}) {
    std::signal(SIGPIPE, SIG_IGN);
    const auto started = server_.start();
    if (!started) throw std::runtime_error(started.error().message.text);
  }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;
  ~RunningServer() { gate_.open(); }

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  [[nodiscard]] const TemporaryDirectory& spool() const { return spool_; }
  Server& server() { return server_; }
  Gate& gate() { return gate_; }
  [[nodiscard]] const FakeRenderer& renderer() const { return *renderer_; }
  [[nodiscard]] int handled() const { return handled_; }
  [[nodiscard]] int streams_alive() const { return streams_alive_; }

  /// Once the server has stopped.
  void end_searches() { std::exchange(late_, nullptr)(fail(ErrorCode::conflict, "No.")); }

 private:
  using Request = message::Request;
  using Response = message::Response;

  static Settings settings(const Adjust& adjust) {
    Settings settings;
    settings.listen = "127.0.0.1:0";
    settings.loops = 2;
    settings.access_log = "off";
    adjust(settings);
    return settings;
  }

  message::Authorize authorize() {
    return [this](const Request& request, message::Access access) -> Result<message::Caller> {
      if (request.path == "/request") authorized_ = current_request();
      if (access == message::Access::anyone) return message::Caller{};
      if (request.headers.get("Api-Key") == "good")
        return message::Caller{
            .user_id = "1",
            .email = "alice@example.com",
            .key_id = "good",
            .grants = {{"acme", {message::Access::read}}, {"other", {message::Access::read}}}};
      return fail(ErrorCode::forbidden, "The Api-Key is missing or unknown.");
    };
  }

  static Result<Response> text(std::string body) {
    Response response;
    response.headers.add("Content-Type", "text/plain");
    response.body = std::move(body);
    return response;
  }

  static Result<Response> file(Request& /*request*/) {
    static const std::string content = long_content();
    auto fd = std::make_shared<UniqueFd>(::memfd_create("file", MFD_CLOEXEC));
    for (std::size_t at = 0; at < content.size();) {
      const ssize_t written = ::write(fd->get(), content.data() + at, content.size() - at);
      if (written <= 0) return fail(ErrorCode::internal, "no file");
      at += static_cast<std::size_t>(written);
    }
    Response response;
    response.etag = "\"file\"";
    response.body = message::FileBody{std::move(fd), static_cast<std::int64_t>(content.size())};
    return response;
  }

  Result<Response> stream(Request& request) {
    Response response;
    response.headers.add("Content-Type", "application/zip");
    response.body =
        message::StreamedBody{std::make_shared<MadePieces>(request.path_value("what"), streams_alive_)};
    return response;
  }

  /// For what is in an archive, which nothing is found for. `how` it ends: "refused", "thrown", "forgotten";
  /// "never", unless the client leaves; "late", with end_searches().
  void search(const Request& request, const message::Done& done) {
    const std::string& how = request.path_value("how");
    if (how == "never") request.departure->then([done] { done(fail(ErrorCode::conflict, "Nobody waits.")); });
    if (how == "late") late_ = done;
    ++handled_;
    if (how == "refused") done(fail(ErrorCode::conflict, "No."));
    if (how == "thrown") throw std::runtime_error("oops");
  }

  static Result<Response> describe_parts(Request& request) {
    std::string description = request.caller.email + ":";
    for (const message::Part& part : request.parts) {
      description += part.name + "=" + (part.file ? part.file->sha1() : part.text) + ";";
    }
    return text(description);
  }

  std::vector<message::Route> routes() {
    using enum message::Method;
    using enum message::Access;
    using enum message::BodyKind;
    const auto add = [this](std::function<Result<Response>(Request&)> handle) {
      return [this, handle = std::move(handle)](Request& request) {
        ++handled_;
        return handle(request);
      };
    };
    return {
        {get, "/hello/{name}", anyone, none, "",
         add([](Request& r) { return text("hello " + r.path_value("name")); })},
        {get, "/request", anyone, none, "",
         add([](Request& /*r*/) { return text(std::string(current_request())); })},
        {post, "/request", write, json, "", add([this](Request& /*r*/) {
           return text(std::string(current_request()) + ", authorized as " + authorized_);
         })},
        {get, "/client", anyone, none, "", add([](Request& r) { return text(r.client + " " + r.host); })},
        {get, "/file", anyone, none, "", add(file)},
        {get, "/stream/{what}", anyone, none, "", add([this](Request& r) { return stream(r); }),
         message::Waits::catalog, true},
        {get, "/stream/{what}/of/{org}", read, none, "", add([this](Request& r) { return stream(r); }),
         message::Waits::catalog, true},
        {get, "/stream-after-search/{how}/of/{org}", read, none, "",
         [this](const Request& request, const message::Done& done) { search(request, done); },
         message::Waits::search, true},
        {get, "/stream-undeclared/{what}", anyone, none, "", add([this](Request& r) { return stream(r); })},
        {get, "/secret", read, none, "", add([](Request& r) { return text("secret of " + r.caller.email); })},
        {get, "/share/{org}", read, none, "", add([](Request& r) { return text("for " + r.share); })},
        {get, "/throws", anyone, none, "",
         add([](Request&) -> Result<Response> { throw std::runtime_error("oops"); })},
        {get, "/waits", anyone, none, "", add([this](Request&) {
           gate_.pass();
           return text("waited");
         })},
        {get, "/forges", anyone, none, "", add([](Request&) {
           auto response = text("");
           response->headers.add("X-Value", "a\r\nInjected: b");
           response->headers.add("Content-Length", "99");
           return response;
         })},
        {put, "/json", write, json, "", add([](Request& r) { return text(r.body); })},
        {delete_, "/nothing", anyone, none, "",
         add([](Request&) { return Result<Response>(message::empty_response(204)); })},
        {post, "/upload", write, multipart, "", add(describe_parts)},
        {get, "/now", anyone, none, "", add([](Request&) { return text("now"); }), message::Waits::nothing},
        {get, "/probe", anyone, none, "", add([](Request&) { return text("probed"); }),
         message::Waits::health},
        {post, "/later", write, multipart, "",
         [](Request request, message::Done done) {
           std::thread([request = std::move(request), done = std::move(done)]() mutable {
             done(describe_parts(request));
           }).detach();
         },
         message::Waits::disk},
        {get, "/refuses", anyone, none, "",
         [](const Request&, const message::Done& done) { done(fail(ErrorCode::conflict, "No.")); }},
        {get, "/forgets", anyone, none, "", [](const Request&, const message::Done&) {}},
        {get, "/breaks", anyone, none, "",
         [](const Request&, const message::Done&) { throw std::runtime_error("oops"); }},
    };
  }

  Gate gate_;
  std::atomic<int> handled_{0};
  std::atomic<int> streams_alive_{0};
  message::Done late_;
  std::string authorized_;  // the request that the last one to be authorized was
  TemporaryDirectory spool_;
  BlockingExecutor catalog_{"catalog", {.threads = 4, .waiting = 64}};
  BlockingExecutor search_{"search", {.threads = 1, .waiting = 64}};
  BlockingExecutor disk_{"disk", {.threads = 2, .waiting = 64}};
  BlockingExecutor health_{"health", {.threads = 1, .waiting = 64}};
  std::shared_ptr<FakeRenderer> renderer_ = std::make_shared<FakeRenderer>();
  Server server_;
};

/// Polls; the limit is for a server that never gets there.
inline bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace rucola::http
