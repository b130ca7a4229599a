// Varnish with the VCL of packaging/varnish: PURGE with the tags in one header line, answered with how many
// objects went.
#include <charconv>
#include <string>
#include <utility>

#include "cdn/http_client.h"
#include "cdn/kinds.h"
#include "cdn/tag_batches.h"

namespace rucola::cdn {
namespace {

// Varnish takes header lines of 8 KB (http_req_hdr_len); the rest of the line and a margin are left free.
constexpr BatchLimits limits{.tags = 100, .bytes = 7168};

class Varnish final : public CacheAdapter {
 public:
  explicit Varnish(const CacheSettings& settings)
      : id_(settings.name),
        url_(settings.url),
        secret_(settings.secret),
        tag_header_(settings.tag_header),
        client_(settings.timeout) {}

  [[nodiscard]] const std::string& id() const override { return id_; }
  [[nodiscard]] const std::string& tag_header() const override { return tag_header_; }
  [[nodiscard]] std::size_t max_tags_per_request() const override { return limits.tags; }

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
    if (answer->status != 200) return std::unexpected(refusal_of(id_, *answer));
    const std::string count = answer->header("x-purged-objects");
    std::int64_t objects = 0;
    const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), objects);
    if (count.empty() || error != std::errc{} || end != count.data() + count.size()) {
      // Whatever answered 200 did not purge by tag: another VCL, or no Varnish at all.
      return fail(ErrorCode::unprocessable,
                  id_ +
                      " answered the purge without X-Purged-Objects. Does it run the "
                      "VCL of packaging/varnish?");
    }
    return objects;
  }

  std::string id_;
  std::string url_;
  std::string secret_;
  std::string tag_header_;
  HttpClient client_;
};

}  // namespace

std::unique_ptr<CacheAdapter> make_varnish(const CacheSettings& settings) {
  return std::make_unique<Varnish>(settings);
}

}  // namespace rucola::cdn
