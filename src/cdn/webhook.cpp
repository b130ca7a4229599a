// Any cache that we don't know: a signed POST of {"tags":[…]} to somebody's own service, which purges.
//
// The signature is HMAC-SHA256 over `timestamp.body`, so that the receiver can refuse what is old: a recorded
// request can't be played again later.
#include <chrono>
#include <string>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/ascii.h"
#include "base/hashing.h"
#include "base/http_client.h"
#include "base/time.h"
#include "cdn/cache_url.h"
#include "cdn/kinds.h"
#include "cdn/refusal.h"
#include "cdn/shared_secret.h"
#include "cdn/tag_batches.h"

namespace rucola::cdn {
namespace {

constexpr BatchLimits limits{.tags = 1000, .bytes = 64 << 10};

std::string body_of(std::span<const std::string> tags) {
  boost::json::array list;
  for (const std::string& tag : tags)
    list.emplace_back(tag);
  return boost::json::serialize(boost::json::object{{"tags", std::move(list)}});
}

class Webhook final : public CacheAdapter {
 public:
  Webhook(CacheIdentity identity, std::string url, std::string secret)
      : CacheAdapter(std::move(identity)),
        url_(std::move(url)),
        secret_(std::move(secret)),
        client_(timeout()) {}

  [[nodiscard]] std::size_t max_tags_per_request() const override { return limits.tags; }

  void cancel() override { client_.cancel(); }

  Result<PurgeOutcome> purge(const std::vector<std::string>& tags) override {
    for (const auto& batch : batches_of(tags, limits)) {
      const auto answer = client_.send(signed_request(body_of(batch)));
      if (!answer) return std::unexpected(answer.error());
      if (answer->status < 200 || answer->status > 299) return std::unexpected(refusal_of(id(), *answer));
    }
    return PurgeOutcome{};
  }

 private:
  [[nodiscard]] HttpRequest signed_request(std::string body) const {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now()).time_since_epoch().count();
    const std::string timestamp = std::to_string(seconds);
    const std::string signature = hmac_sha256_hex(secret_, timestamp + "." + body);
    return {.method = "POST",
            .url = url_,
            .headers = {{"Content-Type", "application/json"},
                        {"X-Rucola-Timestamp", timestamp},
                        {"X-Rucola-Signature", "sha256=" + signature}},
            .body = std::move(body)};
  }

  std::string url_;
  std::string secret_;
  HttpClient client_;
};

class WebhookSettings final : public KindSettings {
 public:
  void describe(config::Table::Section& section) override {
    section.text("url", url_, "The whole address that takes purges.");
    section.secret("secret", secret_,
                   "What purges are signed with, so that the receiver knows them for ours.");
  }
  Result<std::string> complete() override {
    auto url = parse_cache_url(url_);
    if (!url) return std::unexpected(url.error());
    url_ = std::move(url->normalized);
    if (const auto usable = check_shared_secret(secret_, ""); !usable) return std::unexpected(usable.error());
    return std::move(url->host_and_port);
  }
  [[nodiscard]] std::unique_ptr<CacheAdapter> make_adapter(CacheIdentity identity) const override {
    return std::make_unique<Webhook>(std::move(identity), url_, secret_);
  }

 private:
  std::string url_;
  std::string secret_;
};

/// Behind a webhook may be any cache. Those that separate tags by spaces have headers of their own; what has
/// grown around Cache-Tag takes commas. 8 KB is the shortest line that any of them takes.
catalog::TagHeader tag_header(std::string_view name) {
  const bool spaces = equal_ignoring_case(name, "Surrogate-Key") || equal_ignoring_case(name, "xkey");
  return {.name = std::string(name), .separator = spaces ? " " : ",", .line_bytes = 7168};
}

std::unique_ptr<KindSettings> make_settings() {
  return std::make_unique<WebhookSettings>();
}

}  // namespace

const Kind& webhook() {
  static constexpr Kind kind{.name = "webhook",
                             .usual_tag_header = "Cache-Tag",
                             .tag_header = tag_header,
                             .make_settings = make_settings,
                             .environment_variable = {}};
  return kind;
}

}  // namespace rucola::cdn
