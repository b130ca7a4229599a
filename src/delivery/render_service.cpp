#include "delivery/render_service.h"

#include <utility>

#include "base/log.h"
#include "base/metrics.h"
#include "catalog/organization_options.h"
#include "delivery/cache_headers.h"
#include "delivery/coalescer.h"
#include "delivery/hot_answers.h"
#include "delivery/render_url.h"
#include "delivery/resolver.h"
#include "message/content_disposition.h"
#include "render/planner.h"

namespace rucola::delivery {
namespace {

using message::Method;
using message::Request;
using message::Response;

/// One request on its way through the steps.
struct Journey {
  std::size_t loop = 0;
  Request request;
  RenderTarget target;  ///< views into request
  std::string hot_key;
  RenderUrl url;
  render::AcceptClass accept = render::AcceptClass::neither;
  std::uint64_t generation = 0;  ///< of the catalog, from before it was read
  Resolved resolved;
  render::PlannedRender planned;
  message::RenderHandler::Done done;
};
using JourneyPtr = std::shared_ptr<Journey>;

struct Counters {
  prometheus::Counter& hot = layer("hot");
  prometheus::Counter& memory = layer("memory");
  prometheus::Counter& disk = layer("disk");
  prometheus::Counter& rendered = layer("rendered");
  prometheus::Counter& joined = layer("joined");

  static prometheus::Counter& layer(const std::string& name) {
    return metrics::counter("rucola_render_answers_total", "Render answers by the layer that had the bytes",
                            {{"layer", name}});
  }
};

/// What an answer depends on besides the catalog: where it was asked for, and the class of its Accept header.
std::string hot_key_of(const Request& request, render::AcceptClass accept) {
  std::string key;
  key.reserve(request.host.size() + request.target.size() + 2);
  key += static_cast<char>('0' + static_cast<int>(accept));
  key.append(request.host).append("\n").append(request.target);
  return key;
}

/// Last-Modified counts whole seconds: a client that was answered in the second of a move holds a date that
/// would still match after it. So the date is rounded up to the second after the newest change. Until that
/// second has come the header says "now", and is not offered as a validator; the ETag is one from the start.
void add_last_modified(Response& response, Time rendered, Time changed) {
  const Time rounded_up = std::chrono::ceil<std::chrono::seconds>(std::max(rendered, changed));
  const Time at = now();
  if (rounded_up <= at) {
    response.last_modified = rounded_up;
  } else {
    response.headers.add("Last-Modified", format_http_date(at));
  }
}

class RenderService final : public message::RenderHandler,
                            public std::enable_shared_from_this<RenderService> {
 public:
  RenderService(const Settings& settings, const render::Settings& render_settings, std::size_t loops,
                RenderServiceParts parts)
      : settings_(settings),
        render_settings_(render_settings),
        parts_(parts),
        resolver_(parts.store),
        hot_(loops, settings.hot_bytes) {}

  [[nodiscard]] bool owns(const Request& request) const override {
    return find_render_target(request.host, request.path, settings_.render_domain).has_value();
  }

  std::shared_ptr<const Response> current(std::size_t loop, const Request& request) override {
    const auto accept = render::classify_accept(request.headers.joined("Accept"));
    auto response = hot_.find(loop, hot_key_of(request, accept), parts_.store.generation());
    if (response) counters_.hot.Increment();
    return response;
  }

  void answer(std::size_t loop, Request request, Done done) override {
    if (request.method != Method::get && request.method != Method::head) {
      Response refused = message::error_response(405, "Renders are only read: use GET or HEAD.");
      refused.headers.add("Allow", "GET, HEAD, OPTIONS");
      return done(std::move(refused));
    }
    auto journey = std::make_shared<Journey>();
    journey->loop = loop;
    journey->request = std::move(request);
    journey->done = std::move(done);
    journey->target =
        *find_render_target(journey->request.host, journey->request.path, settings_.render_domain);
    journey->accept = render::classify_accept(journey->request.headers.joined("Accept"));
    journey->hot_key = hot_key_of(journey->request, journey->accept);
    auto url = parse_render_path(journey->target.path);
    if (!url) return refuse(*journey, url.error(), {});
    journey->url = std::move(*url);
    if (journey->request.query_value("v")) return refuse(*journey, no_variables(), {});

    const bool queued = parts_.blocking.try_submit(
        [self = shared_from_this(), journey] { self->guard(journey, [&] { self->look_up(journey); }); });
    if (!queued) refuse(*journey, overloaded(), {});
  }

 private:
  static Error overloaded() {
    return {.code = ErrorCode::overloaded,
            .message = {"The server has more to do than it can take on. Try again in a moment."},
            .retry_after = std::chrono::seconds{1}};
  }

  static Error no_variables() {
    return {ErrorCode::bad_request, {"Stack variables (?v=) are not available in this version."}};
  }

  /// Every request gets an answer, whatever is thrown.
  template <class Step>
  void guard(const JourneyPtr& journey, Step step) {
    try {
      step();
    } catch (const std::exception& error) {
      refuse(*journey, {ErrorCode::internal, {"The render failed unexpectedly."}, {error.what()}}, {});
    }
  }

  void look_up(const JourneyPtr& journey) {
    journey->generation = parts_.store.generation();
    const SentUrl sent{.path = journey->request.path,
                       .render_path = journey->target.path,
                       .query = journey->request.query,
                       .has_slug = journey->url.has_slug};
    auto resolved = resolver_.resolve_blocking(journey->target.organization, journey->url, sent);
    if (!resolved) {
      return refuse(*journey, resolved.error(), tags_of_url(journey->target.organization, journey->url));
    }
    journey->resolved = std::move(*resolved);
    auto planned = render::plan_render(journey->resolved.stack, facts_of(journey->resolved.image),
                                       journey->url.format, journey->accept, render_settings_);
    if (!planned) return refuse(*journey, planned.error(), journey->resolved.tags);
    journey->planned = std::move(*planned);

    if (journey->planned.deliver_source) return deliver_source(*journey);
    if (const auto found = parts_.memory.find(journey->planned.key)) {
      counters_.memory.Increment();
      return deliver(*journey, found, "hit; detail=memory");
    }
    if (const auto found = parts_.disk.find(journey->planned.key)) {
      counters_.disk.Increment();
      parts_.memory.keep(journey->planned.key, found);
      return deliver(*journey, found, "hit; detail=disk");
    }
    render_once(journey);
  }

  void render_once(const JourneyPtr& journey) {
    const bool first =
        coalescer_.join(journey->planned.key, [self = shared_from_this(), journey](const auto& outcome) {
          if (!outcome) return self->refuse(*journey, outcome.error(), journey->resolved.tags);
          self->guard(journey, [&] { self->deliver(*journey, *outcome, "fwd=miss; stored"); });
        });
    if (!first) return counters_.joined.Increment();

    auto blob = parts_.blobs.open(journey->resolved.image.blob);
    if (!blob) return coalescer_.finish(journey->planned.key, std::unexpected(blob.error()));
    std::vector<render::Source> sources;
    sources.push_back({std::move(blob->fd), blob->bytes});
    parts_.renderer.render(std::move(sources), journey->planned.plan,
                           [self = shared_from_this(), key = journey->planned.key](auto rendered) {
                             self->finish_render(key, std::move(rendered));
                           });
  }

  void finish_render(const std::string& key, Result<render::RenderedImage> rendered) {
    if (!rendered) return coalescer_.finish(key, std::unexpected(rendered.error()));
    counters_.rendered.Increment();
    auto stored = std::make_shared<const StoredRender>(
        std::move(rendered->bytes), std::string(render::mimetype_of(rendered->format)), now());
    parts_.memory.keep(key, stored);
    coalescer_.finish(key, stored);
    const bool queued = parts_.blocking.try_submit(
        [self = shared_from_this(), key, stored] { self->parts_.disk.keep(key, stored); });
    if (!queued)
      log::debug("render not kept on disk", {{"key", key}, {"why", "the executor's queue is full"}});
  }

  void deliver(Journey& journey, const std::shared_ptr<const StoredRender>& render,
               std::string_view cache_status) {
    Response response = answer_for(journey, render, cache_status);
    // A hot answer says for how long it may be kept when it is made, not when it is sent.
    const bool lasts = !journey.resolved.preview && !journey.resolved.good_until;
    if (lasts && response.last_modified) {
      hot_.insert(journey.loop, std::move(journey.hot_key), journey.generation,
                  std::make_shared<const Response>(answer_for(journey, render, "hit; detail=hot")));
    }
    journey.done(std::move(response));
  }

  Response answer_for(const Journey& journey, const std::shared_ptr<const StoredRender>& render,
                      std::string_view cache_status) {
    Response response;
    response.headers.add("Content-Type", render->content_type);
    if (render->content_type == render::mimetype_of(render::Format::svg))
      response.headers.add("Content-Security-Policy", std::string(message::draw_only_policy));
    response.headers.add("Cache-Status", "rucola; " + std::string(cache_status));  // RFC 9211
    response.etag = '"' + journey.planned.key.substr(0, 32) + '"';
    add_last_modified(response, render->rendered, journey.resolved.depends_on_changes_until);
    add_common_headers(response, journey);
    response.body = message::SharedBytes(render, &render->bytes);
    return response;
  }

  void deliver_source(Journey& journey) {
    const catalog::SourceImage& image = journey.resolved.image;
    auto blob = parts_.blobs.open(image.blob);
    if (!blob) return refuse(journey, blob.error(), {});
    Response response;
    response.headers.add("Content-Type", image.mimetype);
    if (image.format == "svg")
      response.headers.add("Content-Security-Policy", std::string(message::draw_only_policy));
    response.etag = '"' + image.blob.substr(0, 32) + '"';
    add_last_modified(response, image.created, journey.resolved.depends_on_changes_until);
    add_common_headers(response, journey);
    response.body = message::FileBody{std::make_shared<const UniqueFd>(std::move(blob->fd)), blob->bytes};
    journey.done(std::move(response));
  }

  void add_common_headers(Response& response, const Journey& journey) const {
    if (journey.planned.attachment) {
      response.headers.add("Content-Disposition",
                           message::content_disposition("attachment", journey.resolved.image.name));
    }
    CacheRules rules;
    rules.addressing = journey.resolved.preview ? Addressing::preview
                       : journey.resolved.alias ? Addressing::by_alias
                                                : Addressing::by_hash;
    rules.browser_max_age_seconds = browser_max_age(journey.resolved.organization);
    rules.varies_on_accept = journey.planned.varies_on_accept;
    rules.tags = journey.resolved.tags;
    if (journey.resolved.good_until) {
      rules.good_for_seconds =
          std::chrono::floor<std::chrono::seconds>(*journey.resolved.good_until - now()).count();
    }
    add_cache_headers(response, rules, settings_);
  }

  [[nodiscard]] std::int64_t browser_max_age(const catalog::Organization& organization) const {
    return catalog::options_of(organization)
        .alias_browser_max_age.value_or(settings_.alias_browser_max_age_seconds);
  }

  void refuse(Journey& journey, const Error& error, const std::vector<std::string>& tags) const {
    if (!error.detail.text.empty()) {
      log::warning("render refused", {{"path", journey.target.path},
                                      {"organization", journey.target.organization},
                                      {"message", error.message.text},
                                      {"detail", error.detail.text}});
    }
    Response response = message::error_response(error);
    add_error_cache_headers(response, tags, settings_);
    journey.done(std::move(response));
  }

  const Settings settings_;
  const render::Settings render_settings_;
  RenderServiceParts parts_;
  Resolver resolver_;
  HotAnswers hot_;
  Coalescer coalescer_;
  Counters counters_;
};

}  // namespace

std::shared_ptr<message::RenderHandler> make_render_service(const Settings& settings,
                                                            const render::Settings& render_settings,
                                                            std::size_t loops, RenderServiceParts parts) {
  return std::make_shared<RenderService>(settings, render_settings, loops, parts);
}

}  // namespace rucola::delivery
