// A cache on a loopback port that is as strict as the real one: it takes a purge only where its vendor's
// rules are kept, remembers the tags, and can be told to fail.
//
// Threads: safe from any thread.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/hashing.h"
#include "base/time.h"
#include "cdn/configured_cache.h"
#include "cdn/local_http_server.h"

namespace rucola::cdn {

class FakeCache {
 public:
  static constexpr const char* secret = "the-secret-of-the-tests";
  using Peer = testing::LocalHttpServer::Peer;
  /// Answers in place of the cache; set it back to nullptr to make the cache well again.
  using Trouble = std::function<void(Peer&)>;

  explicit FakeCache(std::string kind)
      : kind_(std::move(kind)), server_([this](const testing::ReceivedRequest& request, Peer& peer) {
          if (const Trouble trouble = current_trouble()) return trouble(peer);
          const std::string mistake = (this->*languages().at(kind_).take)(request);
          if (!mistake.empty()) return peer.reply(400, mistake);
          peer.reply(200, "", {"X-Purged-Objects: 7"});
        }) {}

  [[nodiscard]] ConfiguredCache settings(const std::string& name = "the cache") const {
    return {.kind = kind_,
            .url = server_.url("/purge"),
            .secret = secret,
            .name = name,
            .more = languages().at(kind_).settings};
  }

  void set_trouble(Trouble trouble) {
    const std::lock_guard lock(mutex_);
    trouble_ = std::move(trouble);
  }
  [[nodiscard]] testing::LocalHttpServer& server() { return server_; }
  /// The tags of each request that was taken.
  [[nodiscard]] std::vector<std::vector<std::string>> taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
  }

  static Trouble status(int status, std::vector<std::string> headers = {}) {
    return [=](Peer& peer) { peer.reply(status, "no", headers); };
  }
  static Trouble hang() {
    return [](Peer& peer) { peer.hang(); };
  }
  static Trouble break_off() {
    return [](Peer& peer) { peer.break_off(); };
  }

 private:
  /// How a kind of cache is spoken to.
  struct Language {
    std::string (FakeCache::*take)(const testing::ReceivedRequest&);  ///< what is wrong with it, if anything
    std::string settings{};  ///< lines of the configuration that only this kind has
  };

  /// A kind that is missing here fails the conformance suite.
  static const std::map<std::string, Language>& languages() {
    static const std::map<std::string, Language> table{{"varnish", {&FakeCache::take_as_varnish}},
                                                       {"webhook", {&FakeCache::take_as_webhook}}};
    return table;
  }

  Trouble current_trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
  }

  std::string take_as_varnish(const testing::ReceivedRequest& request) {
    if (request.method != "PURGE") return "not PURGE";
    if (value(request, "x-rucola-purge-secret") != secret) return "wrong secret";
    const std::string line = value(request, "xkey-purge");
    if (line.size() + std::string("xkey-purge: ").size() > 8192) return "line too long";
    std::vector<std::string> tags;
    for (std::size_t at = 0; at < line.size();) {
      const std::size_t end = std::min(line.find(' ', at), line.size());
      tags.push_back(line.substr(at, end - at));
      at = end + 1;
    }
    if (tags.empty() || tags.size() > 100) return "no tags, or too many";
    return take(std::move(tags));
  }

  std::string take_as_webhook(const testing::ReceivedRequest& request) {
    if (request.method != "POST") return "not POST";
    if (value(request, "content-type") != "application/json") return "not JSON";
    const std::string timestamp = value(request, "x-rucola-timestamp");
    const auto sent = Time(std::chrono::seconds{std::stoll(timestamp)});
    if (sent > now() + std::chrono::minutes{5} || sent < now() - std::chrono::minutes{5}) return "old";
    if (value(request, "x-rucola-signature") !=
        "sha256=" + hmac_sha256_hex(secret, timestamp + "." + request.body)) {
      return "wrong signature";
    }
    std::vector<std::string> tags;
    const boost::json::value body = boost::json::parse(request.body);
    for (const auto& tag : body.at("tags").as_array())
      tags.emplace_back(tag.as_string());
    if (tags.empty()) return "no tags";
    return take(std::move(tags));
  }

  std::string take(std::vector<std::string> tags) {
    const std::lock_guard lock(mutex_);
    taken_.push_back(std::move(tags));
    return {};
  }

  static std::string value(const testing::ReceivedRequest& request, const std::string& name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? "" : found->second;
  }

  const std::string kind_;
  mutable std::mutex mutex_;
  Trouble trouble_;                              // guarded by mutex_
  std::vector<std::vector<std::string>> taken_;  // guarded by mutex_
  testing::LocalHttpServer server_;              // last: its threads use all of the above
};

}  // namespace rucola::cdn
