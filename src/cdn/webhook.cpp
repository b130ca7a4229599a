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

#include "base/hashing.h"
#include "base/time.h"
#include "cdn/http_client.h"
#include "cdn/kinds.h"
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
  explicit Webhook(const CacheSettings& settings)
      : id_(settings.name),
        url_(settings.url),
        secret_(settings.secret),
        tag_header_(settings.tag_header),
        client_(settings.timeout) {}

  [[nodiscard]] const std::string& id() const override { return id_; }
  [[nodiscard]] const std::string& tag_header() const override { return tag_header_; }
  [[nodiscard]] std::size_t max_tags_per_request() const override { return limits.tags; }

  Result<PurgeOutcome> purge(const std::vector<std::string>& tags) override {
    for (const auto& batch : batches_of(tags, limits)) {
      const auto answer = client_.send(signed_request(body_of(batch)));
      if (!answer) return std::unexpected(answer.error());
      if (answer->status < 200 || answer->status > 299) return std::unexpected(refusal_of(id_, *answer));
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

  std::string id_;
  std::string url_;
  std::string secret_;
  std::string tag_header_;
  HttpClient client_;
};

}  // namespace

std::unique_ptr<CacheAdapter> make_webhook(const CacheSettings& settings) {
  return std::make_unique<Webhook>(settings);
}

}  // namespace rucola::cdn
