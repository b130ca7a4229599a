#include "delivery/render_service.h"

#include <map>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/metrics.h"
#include "catalog/organization_options.h"
#include "delivery/cache_headers.h"
#include "delivery/catalog_library.h"
#include "delivery/hot_answers.h"
#include "delivery/iiif_info.h"
#include "delivery/iiif_picture.h"
#include "delivery/iiif_url.h"
#include "delivery/remote_images.h"
#include "delivery/render_maker.h"
#include "delivery/render_url.h"
#include "delivery/resolver.h"
#include "expression/value_json.h"
#include "message/content_disposition.h"
#include "render/planning/planner.h"

namespace rucola::delivery {
namespace {

/// Of one render: more would be a stack made to keep the workers busy.
constexpr int most_measurements = 8;

using message::Method;
using message::Request;
using message::Response;

/// The request headers that may change an answer, reduced to what matters.
struct ClientHints {
  render::AcceptClass accept = render::AcceptClass::neither;
  bool save_data = false;

  static ClientHints of(const Request& request) {
    return {render::classify_accept(request.headers.joined("Accept")),
            message::equal_ignoring_case(request.headers.joined("Save-Data"), "on")};
  }
};

/// One request on its way through the steps.
struct Journey {
  std::size_t loop = 0;
  Request request;
  RenderTarget target;  ///< views into request
  std::string hot_key;
  RenderUrl url;
  std::optional<IiifUrl> iiif;  ///< a request of that API; `url` then says which image
  ClientHints hints;
  std::uint64_t generation = 0;  ///< of the catalog, from before it was read
  Resolved resolved;
  std::map<std::string, render::Measured, std::less<>> measured;  ///< for this request, by key
  render::PlannedRender planned;
  bool provisional = false;  ///< what is delivered has something better coming
  message::RenderHandler::Done done;
};
using JourneyPtr = std::shared_ptr<Journey>;

/// What an answer depends on besides the catalog: where it was asked for, and what the client hinted.
std::string hot_key_of(const Request& request, ClientHints hints) {
  std::string key;
  key.reserve(request.host.size() + request.target.size() + 3);
  key += static_cast<char>('0' + static_cast<int>(hints.accept));
  key += hints.save_data ? '1' : '0';
  key.append(request.host).append("\n").append(request.target);
  return key;
}

/// What the URL says by itself; values in brackets mean something only in the stack that the URL names.
render::NamedValues literals_of(const render::Overrides& overrides) {
  render::NamedValues values;
  for (const render::Variable& variable : overrides.variables) {
    if (!variable.is_formula) values.emplace_back(variable.name, expression::from_json(variable.value));
  }
  return values;
}

std::string_view cache_status_of(RenderSource source) {
  switch (source) {
    case RenderSource::memory:
      return "hit; detail=memory";
    case RenderSource::disk:
      return "hit; detail=disk";
    case RenderSource::rendered:
      return "fwd=miss; stored";
  }
  return {};
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
                const RenderServiceParts& parts)
      : settings_(settings),
        render_settings_(render_settings),
        parts_(parts),
        resolver_(parts.store),
        maker_(std::make_shared<RenderMaker>(RenderMakerParts{
            parts.blobs, parts.memory, parts.disk, parts.renderer, parts.blocking, settings.base_bytes})),
        background_(std::make_shared<BackgroundRenders>(maker_, parts.blocking, parts.forget_at_edge)),
        remote_images_(std::make_shared<RemoteImages>(RemoteImagesParts{
            parts.store.images(), parts.blobs, parts.renderer, parts.fetcher, parts.fetches})),
        hot_(loops, settings.hot_bytes) {}

  [[nodiscard]] bool owns(const Request& request) const override {
    return find_render_target(request.host, request.path, settings_.render_domain).has_value();
  }

  std::shared_ptr<const Response> current(std::size_t loop, const Request& request) override {
    auto response = hot_.find(loop, hot_key_of(request, ClientHints::of(request)), parts_.store.generation());
    if (response) hot_counter_.Increment();
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
    journey->hints = ClientHints::of(journey->request);
    journey->hot_key = hot_key_of(journey->request, journey->hints);
    const bool queued = parts_.blocking.try_submit(
        [self = shared_from_this(), journey] { self->guard(journey, [&] { self->begin(journey); }); });
    if (!queued) refuse(*journey, overloaded(), {});
  }

 private:
  /// Not on the event loop: a URL may hold hundreds of expressions, with regular expressions in them.
  void begin(const JourneyPtr& journey) {
    if (auto parsed = parse_url(*journey); !parsed) return refuse(*journey, parsed.error(), {});
    if (const auto variables = journey->request.query_value("v")) {
      if (auto added = render::add_variables_json(*variables, journey->url.overrides); !added)
        return refuse(*journey, added.error(), {});
    }
    look_up(journey);
  }

  static Result<void> parse_url(Journey& journey) {
    if (!is_iiif_path(journey.target.path)) {
      auto url = parse_render_path(journey.target.path);
      if (!url) return std::unexpected(std::move(url).error());
      journey.url = *std::move(url);
      return {};
    }
    auto url = parse_iiif_path(journey.target.path);
    if (!url) return std::unexpected(std::move(url).error());
    journey.url.stack = "dynamic";  // what protects it protects these URLs as well
    journey.url.image = url->reference;
    journey.url.format = url->picture.format;
    journey.iiif = *std::move(url);
    return {};
  }

  static Error overloaded() {
    return {.code = ErrorCode::overloaded,
            .message = {"The server has more to do than it can take on. Try again in a moment."},
            .retry_after = std::chrono::seconds{1}};
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
    if (!resolved->to_fetch.empty()) return fetch(journey, *resolved);
    journey->resolved = std::move(*resolved);
    if (journey->iiif) return answer_iiif(journey);
    plan(journey, most_measurements);
  }

  /// Then looks again: what has been fetched is a source image.
  void fetch(const JourneyPtr& journey, const Resolved& remote) {
    remote_images_->fetch(journey->target.organization, remote.to_fetch, remote.to_fetch_from,
                          [self = shared_from_this(), journey](const auto& hash) {
                            if (!hash) {
                              const auto tags = tags_of_url(journey->target.organization, journey->url);
                              return self->refuse(*journey, hash.error(), tags);
                            }
                            const bool queued = self->parts_.blocking.try_submit(
                                [self, journey] { self->guard(journey, [&] { self->look_up(journey); }); });
                            if (!queued) self->refuse(*journey, overloaded(), {});
                          });
  }

  /// Planning may ask for measurements, one at a time; each is made and planning begins anew.
  void plan(const JourneyPtr& journey, int measurements_left) {
    // What was measured a moment ago counts even where no cache has room for it.
    CatalogLibrary library(parts_.store, journey->resolved, [&](std::string_view key) {
      const auto known = journey->measured.find(key);
      return known != journey->measured.end() ? std::optional(known->second) : maker_->measured(key);
    });
    const render::SourceFacts source = facts_of(journey->resolved.image);
    const render::RenderRequest request{.stack = journey->resolved.stack,
                                        .source = source,
                                        .format = journey->url.format,
                                        .accept = journey->hints.accept,
                                        .save_data = journey->hints.save_data,
                                        .url_variables = literals_of(journey->url.overrides)};
    auto planned = render::plan_render(request, library, render_settings_);
    if (!planned) return refuse(*journey, planned.error(), journey->resolved.tags);
    if (planned->needed) return measure(journey, *planned->needed, measurements_left);
    journey->planned = std::move(*planned);
    if (journey->planned.deliver_source) return deliver_source(*journey);
    make(journey);
  }

  void answer_iiif(const JourneyPtr& journey) {
    const render::SourceFacts source = facts_of(journey->resolved.image);
    if (auto sound = render::check_is_picture(source); !sound)
      return refuse(*journey, sound.error(), journey->resolved.tags);
    if (journey->iiif->asks != IiifUrl::Asks::picture) {
      Response response = iiif_document(*journey->iiif, journey->request, source.size);
      add_common_headers(response, *journey);
      return journey->done(std::move(response));
    }
    auto steps = iiif_steps(journey->iiif->picture, journey->iiif->version, source.size);
    if (!steps) return refuse(*journey, steps.error(), journey->resolved.tags);
    auto planned =
        render::plan_steps(source, *std::move(steps), journey->iiif->picture.format, render_settings_);
    if (!planned) return refuse(*journey, planned.error(), journey->resolved.tags);
    journey->planned = *std::move(planned);
    make(journey);
  }

  void make(const JourneyPtr& journey) {
    maker_->make(journey->planned, [self = shared_from_this(), journey](const Result<MadeRender>& made) {
      if (!made) return self->refuse(*journey, made.error(), journey->resolved.tags);
      self->guard(journey, [&] { self->deliver(*journey, *made); });
    });
  }

  void measure(const JourneyPtr& journey, const render::NeededMeasurement& needed, int measurements_left) {
    if (measurements_left == 0) {
      return refuse(*journey,
                    {ErrorCode::unprocessable,
                     {"The render needs more than " + std::to_string(most_measurements) +
                      " measurements (trim, entropy) of its images."}},
                    journey->resolved.tags);
    }
    maker_->measure(needed, [self = shared_from_this(), journey, key = needed.key,
                             measurements_left](const Result<render::Measured>& measured) {
      if (!measured) return self->refuse(*journey, measured.error(), journey->resolved.tags);
      journey->measured.insert_or_assign(key, *measured);
      const bool queued = self->parts_.blocking.try_submit([self, journey, measurements_left] {
        self->guard(journey, [&] { self->plan(journey, measurements_left - 1); });
      });
      if (!queued) self->refuse(*journey, overloaded(), {});
    });
  }

  void deliver(Journey& journey, const MadeRender& made) {
    const auto& planned = journey.planned;
    const Superseded superseded =
        planned.smaller && made.key != planned.smaller->key
            ? background_->add(planned, journey.target.organization, made.render->bytes.size())
            : nullptr;
    journey.provisional = superseded != nullptr;
    Response response = answer_for(journey, made, cache_status_of(made.source));
    // A hot answer says for how long it may be kept when it is made, not when it is sent.
    const bool lasts = !journey.resolved.preview && !journey.resolved.good_until;
    if (lasts && response.last_modified) {
      hot_.insert(journey.loop, std::move(journey.hot_key), journey.generation,
                  std::make_shared<const Response>(answer_for(journey, made, "hit; detail=hot")), superseded);
    }
    journey.done(std::move(response));
  }

  Response answer_for(const Journey& journey, const MadeRender& made, std::string_view cache_status) {
    const std::shared_ptr<const StoredRender>& render = made.render;
    Response response;
    response.headers.add("Content-Type", render->content_type);
    if (render->content_type == render::mimetype_of(render::Format::svg))
      response.headers.add("Content-Security-Policy", std::string(message::draw_only_policy));
    response.headers.add("Cache-Status", "rucola; " + std::string(cache_status));  // RFC 9211
    response.etag = '"' + made.key.substr(0, 32) + '"';
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
    if (journey.iiif) {
      const render::Size size = facts_of(journey.resolved.image).size;
      response.headers.add("Link", iiif_links(*journey.iiif, journey.request.path, size));
    }
    CacheRules rules;
    rules.addressing = journey.resolved.preview ? Addressing::preview
                       : journey.resolved.alias ? Addressing::by_alias
                                                : Addressing::by_hash;
    rules.browser_max_age_seconds = browser_max_age(journey.resolved.organization);
    rules.varies_on_accept = journey.planned.varies_on_accept;
    rules.varies_on_save_data = journey.planned.varies_on_save_data;
    rules.tags = journey.resolved.tags;
    rules.provisional = journey.provisional;
    if (journey.provisional) rules.tags.push_back(BackgroundRenders::tag_of(journey.planned));
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
  std::shared_ptr<RenderMaker> maker_;
  std::shared_ptr<BackgroundRenders> background_;
  std::shared_ptr<RemoteImages> remote_images_;
  HotAnswers hot_;
  prometheus::Counter& hot_counter_ = metrics::counter(
      "rucola_render_answers_total", "Render answers by the layer that had the bytes", {{"layer", "hot"}});
};

}  // namespace

std::shared_ptr<message::RenderHandler> make_render_service(const Settings& settings,
                                                            const render::Settings& render_settings,
                                                            std::size_t loops,
                                                            const RenderServiceParts& parts) {
  return std::make_shared<RenderService>(settings, render_settings, loops, parts);
}

}  // namespace rucola::delivery
