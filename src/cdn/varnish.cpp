// Varnish with the VCL of packaging/varnish: PURGE with the tags in one header line, answered with how many
// objects went.
#include <charconv>
#include <cstdlib>
#include <string>
#include <utility>

#include "base/http_client.h"
#include "cdn/cache_url.h"
#include "cdn/kinds.h"
#include "cdn/refusal.h"
#include "cdn/shared_secret.h"
#include "cdn/tag_batches.h"

namespace rucola::cdn {
namespace {

// Varnish takes header lines of 8 KB (http_req_hdr_len, http_resp_hdr_len); the rest of the line and a margin
// are left free.
constexpr BatchLimits limits{.tags = 100, .bytes = 7168};

/// The shipped VCL reads the same one, so that the secret need not be written down at all.
constexpr const char* secret_variable = "RUCOLA_PURGE_SECRET";

class Varnish final : public CacheAdapter {
 public:
  Varnish(CacheIdentity identity, std::string url, std::string secret)
      : CacheAdapter(std::move(identity)),
        url_(std::move(url)),
        secret_(std::move(secret)),
        client_(timeout()) {}

  [[nodiscard]] std::size_t max_tags_per_request() const override { return limits.tags; }

  void cancel() override { client_.cancel(); }

  Result<PurgeOutcome> purge(const std::vector<std::string>& tags) override {
    std::int64_t objects = 0;
    for (const auto& batch : batches_of(tags, limits)) {
      const auto gone = purge_batch(joined(batch, ' '));
      if (!gone) return std::unexpected(gone.error());
      objects += *gone;
    }
    return PurgeOutcome{.objects = objects};
  }

 private:
  Result<std::int64_t> purge_batch(std::string tags) {
    const auto answer =
        client_.send({.method = "PURGE",
                      .url = url_,
                      .headers = {{"xkey-purge", std::move(tags)}, {"X-Rucola-Purge-Secret", secret_}},
                      .body = {}});
    if (!answer) return std::unexpected(answer.error());
    if (answer->status != 200) return std::unexpected(refusal_of(id(), *answer));
    const std::string count = answer->header("x-purged-objects");
    std::int64_t objects = 0;
    const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), objects);
    if (count.empty() || error != std::errc{} || end != count.data() + count.size()) {
      // Whatever answered 200 did not purge by tag: another VCL, or no Varnish at all.
      return fail(ErrorCode::unprocessable,
                  id() +
                      " answered the purge without X-Purged-Objects. Does it run the "
                      "VCL of packaging/varnish?");
    }
    return objects;
  }

  std::string url_;
  std::string secret_;
  HttpClient client_;
};

class VarnishSettings final : public KindSettings {
 public:
  void describe(config::Table::Section& section) override {
    section.text("url", url_, "Where it takes purges, such as http://127.0.0.1:6081.");
    section.secret("secret", secret_,
                   "What proves that a purge comes from us. May be left to the environment variable "
                   "RUCOLA_PURGE_SECRET, which the shipped VCL reads too.");
  }
  Result<std::string> complete() override {
    auto url = parse_cache_url(url_);
    if (!url) return std::unexpected(url.error());
    url_ = std::move(url->normalized);
    if (const char* secret = std::getenv(secret_variable); secret_.empty() && secret != nullptr)
      secret_ = secret;
    const auto usable =
        check_shared_secret(secret_, "the environment variable " + std::string(secret_variable));
    if (!usable) return std::unexpected(usable.error());
    return std::move(url->host_and_port);
  }
  [[nodiscard]] std::unique_ptr<CacheAdapter> make_adapter(CacheIdentity identity) const override {
    return std::make_unique<Varnish>(std::move(identity), url_, secret_);
  }

 private:
  std::string url_;
  std::string secret_;
};

catalog::TagHeader tag_header(std::string_view name) {
  return {.name = std::string(name), .separator = " ", .line_bytes = limits.bytes};
}

std::unique_ptr<KindSettings> make_settings() {
  return std::make_unique<VarnishSettings>();
}

}  // namespace

const Kind& varnish() {
  static constexpr Kind kind{.name = "varnish",
                             .usual_tag_header = "xkey",
                             .tag_header = tag_header,
                             .make_settings = make_settings,
                             .environment_variable = secret_variable};
  return kind;
}

}  // namespace rucola::cdn
