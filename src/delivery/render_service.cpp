#include "delivery/render_service.h"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <variant>

#include "base/log.h"
#include "base/logged_text.h"
#include "base/metrics.h"
#include "delivery/answer/render_answer.h"
#include "delivery/cache/hot_answers.h"
#include "delivery/ingest/remote_images.h"
#include "delivery/look_up/look_up.h"
#include "delivery/make/render_maker.h"
#include "delivery/planning/plan_answer.h"
#include "delivery/url/asked.h"
#include "message/conditional.h"

namespace rucola::delivery {
namespace {

/// Of one render: more would be a stack made to keep the workers busy.
constexpr std::size_t most_measurements = 8;

using message::Method;
using message::Request;
using message::Response;

using Measurements = std::map<std::string, render::Measured, std::less<>>;  ///< by key

/// A step says no. The tags are of what the answer depends on, as far as that is known.
struct Refusal {
  Error error;
  std::vector<std::string> tags;
};

/// What one snapshot of the catalog told of a request.
struct Facts {
  Resolved resolved;
  Time looked_up;  ///< before the snapshot was opened
  catalog::AsOf as_of;
  catalog::Dependencies dependencies;
};

/// What comes after the look-up and the planning.
using Next = std::variant<Refusal, RemoteImageWanted, render::NeededMeasurement, render::PlannedRender,
                          render::OriginalWanted, Document>;

/// A request between two steps: what the steps before have set, each its own member, for those to come.
struct Journey {
  Journey(Request request, std::string_view render_domain, message::RenderHandler::Done then)
      : asked(std::move(request), render_domain), done(std::move(then)) {}

  const Asked asked;
  const message::RenderHandler::Done done;
  AskedUrl url;           ///< set by reading
  bool fetched = false;   ///< set by fetching
  Measurements measured;  ///< set by measuring
  std::optional<FailedImage>
      failed;                     ///< set where something failed for which the fallback image may stand in
  Facts facts;                    ///< set by looking up, the latest time
  render::PlannedRender planned;  ///< set by planning

  [[nodiscard]] render::JobFor whom() const {
    return {.organization = std::string(asked.target.organization),
            .client = asked.request.share,
            .departure = asked.request.departure};
  }
  [[nodiscard]] AnswerFacts answer_facts() const { return {asked, url, facts.resolved, facts.looked_up}; }
};
using JourneyPtr = std::shared_ptr<Journey>;

Response method_not_allowed() {
  Response refused =
      message::error_response({ErrorCode::method_not_allowed, {"Renders are only read: use GET or HEAD."}});
  refused.headers.add("Allow", std::string(message::RenderHandler::methods));
  return refused;
}

class RenderService final : public message::RenderHandler,
                            public std::enable_shared_from_this<RenderService> {
 public:
  RenderService(const LiveSettings& settings, const render::Settings& render_settings,
                const RenderServiceParts& parts)
      : settings_(settings),
        render_domain_(settings.get()->render_domain),
        planner_(render_settings, parts.renderer.vips_version()),
        parts_(parts),
        maker_(std::make_shared<RenderMaker>(RenderMakerParts{parts.blobs, parts.spool, parts.memory,
                                                              parts.disk_cache, parts.renderer, parts.disk,
                                                              parts.originals, parts.bases})),
        background_(std::make_shared<BackgroundRenders>(maker_, parts.catalog, parts.forget_at_edge)),
        remote_images_(std::make_shared<RemoteImages>(
            RemoteImagesParts{{parts.images, parts.blobs, parts.spool, parts.renderer, parts.disk,
                               parts.originals, parts.catalog},
                              parts.fetcher,
                              parts.remote})),
        hot_(parts.changes, settings) {}

  [[nodiscard]] bool owns(const Request& request) const override {
    return find_render_target(request.host, request.path, render_domain_).has_value();
  }

  std::shared_ptr<const Response> current(const Request& request) override {
    if (!parts_.changes.is_current()) return nullptr;
    return hot(request, hot_key_of(request, ClientHints::of(request)));
  }

  void answer(Request request, Done done) override {
    if (request.method != Method::get && request.method != Method::head) return done(method_not_allowed());
    const auto journey = std::make_shared<Journey>(std::move(request), render_domain_, std::move(done));
    if (parts_.changes.is_current() || !hot_.knows(journey->asked.hot_key)) return start(journey);
    // The catalog has had commits that nobody has looked at: most likely they are of others.
    parts_.changes.when_current([self = shared_from_this(), journey](bool caught_up) {
      const auto response = caught_up ? self->hot(journey->asked.request, journey->asked.hot_key) : nullptr;
      response ? journey->done(*response) : self->start(journey);
    });
  }

 private:
  std::shared_ptr<const Response> hot(const Request& request, const std::string& key) {
    auto response = hot_.find(key);
    if (!response || !suits(*response, request)) return nullptr;
    hot_counter_.Increment();
    return response;
  }

  void start(const JourneyPtr& journey) {
    on_executor(journey, [](RenderService& self, const JourneyPtr& j) { self.read(j); });
  }

  void read(const JourneyPtr& journey) {
    auto url = read_url(journey->asked);
    if (!url) return refuse(*journey, {std::move(url).error(), {}});
    journey->url = *std::move(url);
    look_up_and_plan(journey);
  }

  void look_up_and_plan(const JourneyPtr& journey) { proceed(journey, next_of(*journey)); }

  /// Both in one snapshot: a stack may name further images and stacks.
  Next next_of(Journey& journey) {
    std::optional<Next> next;
    Facts facts{
        .resolved = {}, .looked_up = now(), .as_of = {.epoch = parts_.changes.epoch()}, .dependencies = {}};
    const auto read = parts_.lookup.read([&](catalog::RenderSnapshot& snapshot) {
      CatalogView catalog(snapshot);
      next = next_in(catalog, journey, facts.resolved);
      facts.as_of.newest = catalog.newest_change();
      facts.dependencies = catalog.dependencies();
    });
    if (!read) return Refusal{read.error(), {}};
    journey.facts = std::move(facts);
    return *std::move(next);
  }

  Next next_in(CatalogView& catalog, const Journey& journey, Resolved& resolved) {
    const auto& [asked, url] = std::tie(journey.asked, journey.url);
    const SentUrl sent{.path_prefix = asked.request.path_prefix,
                       .path = asked.request.path,
                       .render_path = asked.target.path,
                       .query = asked.request.query,
                       .has_slug = url.url.has_slug};
    const ServerPlace place{.host = asked.request.host,
                            .path_prefix = asked.request.path_prefix,
                            .render_domain = render_domain_};
    std::vector<std::string> tags;
    // A document of the IIIF API is about the image itself, and so is what its pictures are asked for by.
    const FallbackRule fallback{.is_allowed = !url.iiif,
                                .failed = journey.failed ? &*journey.failed : nullptr};
    auto found = look_up(catalog, asked.target.organization, url.url, sent, place, &tags, fallback);
    if (!found) return Refusal{std::move(found).error(), std::move(tags)};
    if (auto* wanted = std::get_if<RemoteImageWanted>(&*found)) return std::move(*wanted);
    resolved = std::move(std::get<Resolved>(*found));
    // What was measured a moment ago counts even where no cache has room for it.
    const auto find_measured = [&](std::string_view key) {
      const auto known = journey.measured.find(key);
      return known != journey.measured.end() ? std::optional(known->second) : maker_->measured(key);
    };
    auto planned = plan_answer(asked, url, resolved, catalog, find_measured, planner_);
    if (!planned) return Refusal{error_to_answer(resolved, std::move(planned).error()), resolved.tags};
    return std::visit([](auto& outcome) { return Next(std::move(outcome)); }, *planned);
  }

  void proceed(const JourneyPtr& journey, Next next) {
    if (auto* refusal = std::get_if<Refusal>(&next)) return refuse(*journey, *refusal);
    if (auto* wanted = std::get_if<RemoteImageWanted>(&next)) return fetch(journey, *wanted);
    if (auto* needed = std::get_if<render::NeededMeasurement>(&next)) return measure(journey, *needed);
    if (const auto* wanted = std::get_if<render::OriginalWanted>(&next))
      return deliver_original(journey, *wanted);
    if (auto* document = std::get_if<Document>(&next)) {
      Response response =
          answer_with_document(journey->answer_facts(), std::move(*document), *settings_.get());
      response.account = account_of(*journey);
      response.account.original_bytes = response.body_bytes();
      return journey->done(std::move(response));
    }
    journey->planned = std::move(std::get<render::PlannedRender>(next));
    // What can't be kept would be made smaller again and again.
    if (!settings_.get()->keeps_renders || journey->facts.resolved.preview) journey->planned.smaller.reset();
    if (auto unchanged = not_modified(*journey)) return journey->done(*std::move(unchanged));
    make(journey);
  }

  /// Where a client only wants to know whether what it has is still the picture, no picture is needed:
  /// neither now, nor when it asks again.
  std::optional<Response> not_modified(Journey& journey) {
    const Request& request = journey.asked.request;
    if (!request.headers.has("If-None-Match") && !request.headers.has("If-Modified-Since"))
      return std::nullopt;
    const render::PlannedRender& planned = journey.planned;
    const auto tag = parts_.tags.find(planned.smaller ? planned.smaller->key : planned.key);
    if (!tag) return std::nullopt;
    const auto settings = settings_.get();
    const auto answer = [&](std::string_view cache_status) {
      return answer_about_render(journey.answer_facts(), planned, *tag, cache_status, *settings);
    };
    Response response = answer(cache_status_validator);
    if (message::select(request, response).kind != message::Selection::Kind::not_modified)
      return std::nullopt;
    if (lasts(journey)) {
      HotAnswer hot = hot_answer(journey, answer(cache_status_hot), tag->rendered);
      hot_.insert_bodiless(journey.asked.hot_key, std::move(hot));
    }
    return response;
  }

  void fetch(const JourneyPtr& journey, const RemoteImageWanted& wanted) {
    const auto tags = tags_of_url(journey->asked.target.organization, journey->url.url);
    if (std::exchange(journey->fetched, true)) {
      return refuse(*journey,
                    {{ErrorCode::not_found, {"The remote image was fetched, and is gone again."}}, tags});
    }
    remote_images_->fetch(journey->asked.target.organization, wanted.address, wanted.hosts,
                          [self = shared_from_this(), journey, tags](const Result<std::string>& hash) {
                            if (!hash) return self->go_on_without(journey, {}, {hash.error(), tags});
                            self->look_up_again(journey);
                          });
  }

  void measure(const JourneyPtr& journey, const render::NeededMeasurement& needed) {
    if (journey->measured.size() == most_measurements) {
      return refuse(*journey, {{ErrorCode::unprocessable,
                                {"The render needs more than " + std::to_string(most_measurements) +
                                 " measurements (trim, entropy, attention) of its images."}},
                               journey->facts.resolved.tags});
    }
    maker_->measure(
        needed, journey->whom(),
        [self = shared_from_this(), journey, key = needed.key](const Result<render::Measured>& measured) {
          if (!measured) return self->fail(journey, measured.error());
          journey->measured.insert_or_assign(key, *measured);
          self->look_up_again(journey);
        });
  }

  /// On the way from the plan to its picture.
  void fail(const JourneyPtr& journey, const Error& error) {
    const Resolved& resolved = journey->facts.resolved;
    go_on_without(journey, resolved.image.hash, {error_to_answer(resolved, error), resolved.tags});
  }

  /// Without the image of that hash, or one that never came: with the fallback image, if it may stand in.
  /// That is looked up together with the image that failed, which may be another one by now.
  void go_on_without(const JourneyPtr& journey, const std::string& hash, const Refusal& refusal) {
    const bool is_over = journey->failed || journey->facts.resolved.instead_of || journey->url.iiif;
    if (is_over || refusal.error.code != ErrorCode::unprocessable) return refuse(*journey, refusal);
    journey->failed = {hash, refusal.error};
    look_up_again(journey);
  }

  /// With what is there now, and in a snapshot that is as new: the answer is out of one.
  void look_up_again(const JourneyPtr& journey) {
    on_executor(journey, [](RenderService& self, const JourneyPtr& j) { self.look_up_and_plan(j); });
  }

  void make(const JourneyPtr& journey) {
    const RenderMaker::Done deliver = [self = shared_from_this(), journey](const Result<MadeRender>& made) {
      if (!made) return self->fail(journey, made.error());
      self->guard(journey, [&] { self->deliver(*journey, *made); });
    };
    if (journey->facts.resolved.preview)
      return maker_->make_unkept(journey->planned, journey->whom(), deliver);
    maker_->make(journey->planned, journey->whom(), deliver);
  }

  /// A hot answer says for how long it may be kept when it is made, not when it is sent. A file that could
  /// not be read may be read by the next program, and one that could not be fetched come.
  static bool lasts(const Journey& journey) {
    const Resolved& resolved = journey.facts.resolved;
    return !resolved.preview && !resolved.good_until && !journey.failed;
  }

  /// Takes the journey's dependencies: once, at its end.
  static HotAnswer hot_answer(Journey& journey, Response answer, Time rendered) {
    message::write_fields(answer);
    const auto until = answer.last_modified ? std::nullopt : validator_from(rendered, journey.facts.resolved);
    return {.response = std::make_shared<const Response>(std::move(answer)),
            .render = nullptr,
            .as_of = journey.facts.as_of,
            .dependencies = std::move(journey.facts.dependencies),
            .until = until};
  }

  void deliver(Journey& journey, const MadeRender& made) {
    const auto& planned = journey.planned;
    const Superseded superseded =
        planned.smaller && made.key != planned.smaller->key
            ? background_->add(planned, journey.asked.target.organization, made.render->bytes.size())
            : nullptr;
    const auto settings = settings_.get();
    const message::Account account = account_of(journey);
    const auto answer = [&](std::string_view cache_status) {
      Response response = answer_with_render(journey.answer_facts(), planned, made, superseded != nullptr,
                                             cache_status, *settings);
      response.account = account;
      return response;
    };
    parts_.tags.remember(made.key, {made.render->digest, made.render->rendered});
    bool kept = made.kept;
    if (lasts(journey)) {
      HotAnswer hot = hot_answer(journey, answer(cache_status_hot), made.render->rendered);
      hot.render = made.render;
      hot.superseded = superseded;
      kept = hot_.insert(journey.asked.hot_key, std::move(hot)) || kept;
    }
    journey.done(answer(cache_status_of(made.source, kept)));
  }

  void deliver_original(const JourneyPtr& journey, const render::OriginalWanted& wanted) {
    const std::string& blob = journey->facts.resolved.image.blob;
    catalog::executor_of(parts_.blobs, blob, parts_.disk, parts_.originals)
        .submit({.run = [self = shared_from_this(), journey,
                         wanted] { self->guard(journey, [&] { self->open_original(*journey, wanted); }); },
                 .refuse = [self = shared_from_this(),
                            journey](const Error& error) { self->refuse(*journey, {error, {}}); },
                 .owner = journey->asked.request.share});
  }

  void open_original(const Journey& journey, const render::OriginalWanted& wanted) {
    const catalog::SourceImage& image = journey.facts.resolved.image;
    auto blob = catalog::open_as_file(parts_.blobs, {image.blob, image.bytes}, parts_.spool);
    if (!blob) return refuse(journey, {blob.error(), {}});
    Response response =
        answer_with_original(journey.answer_facts(), wanted, *std::move(blob), *settings_.get());
    response.account = account_of(journey);
    journey.done(std::move(response));
  }

  /// Who has the answer counts on it without asking anybody; a hot answer for as long as it is kept.
  [[nodiscard]] message::Account account_of(const Journey& journey) const {
    const Resolved& resolved = journey.facts.resolved;
    return {.meter = parts_.traffic.meter_of(resolved.organization.name),
            .original_bytes = resolved.image.bytes};
  }

  void refuse(const Journey& journey, const Refusal& refusal) const {
    const Error& error = refusal.error;
    if (!error.detail.text.empty()) {
      log::warning("render refused", {{"path", logged_text(journey.asked.target.path)},
                                      {"organization", journey.asked.target.organization},
                                      {"message", logged_text(error.message.text)},
                                      {"detail", logged_text(error.detail.text)}});
    }
    journey.done(answer_with_error(error, refusal.tags, *settings_.get()));
  }

  /// Of a client who is not there any more.
  static void let_go(const Journey& journey) {
    journey.done(message::error_response({ErrorCode::overloaded, {"The client has left."}}));
  }

  void on_executor(const JourneyPtr& journey, void (*step)(RenderService&, const JourneyPtr&)) {
    parts_.lookups.submit({.run =
                               [self = shared_from_this(), journey, step] {
                                 if (has_left(journey->asked.request.departure)) return let_go(*journey);
                                 self->guard(journey, [&] { step(*self, journey); });
                               },
                           .refuse = [self = shared_from_this(),
                                      journey](const Error& error) { self->refuse(*journey, {error, {}}); },
                           .owner = journey->asked.request.share});
  }

  /// Every request gets an answer, whatever is thrown.
  template <class Step>
  void guard(const JourneyPtr& journey, Step step) {
    try {
      step();
    } catch (const std::exception& error) {
      refuse(*journey, {{ErrorCode::internal, {"The render failed unexpectedly."}, {error.what()}}, {}});
    }
  }

  const LiveSettings& settings_;
  const std::string render_domain_;
  const render::Planner planner_;
  const RenderServiceParts parts_;
  const std::shared_ptr<RenderMaker> maker_;
  const std::shared_ptr<BackgroundRenders> background_;
  const std::shared_ptr<RemoteImages> remote_images_;
  HotAnswers hot_;
  prometheus::Counter& hot_counter_ = metrics::counter(
      "rucola_render_answers_total", "Render answers by the layer that had the bytes", {{"layer", "hot"}});
};

}  // namespace

std::shared_ptr<message::RenderHandler> make_render_service(const LiveSettings& settings,
                                                            const render::Settings& render_settings,
                                                            const RenderServiceParts& parts) {
  return std::make_shared<RenderService>(settings, render_settings, parts);
}

}  // namespace rucola::delivery
