#include "delivery/make/render_maker.h"

#include <algorithm>
#include <charconv>
#include <exception>
#include <utility>

#include "base/log.h"
#include "base/metrics.h"
#include "render/source/placeholder.h"

namespace rucola::delivery {

struct RenderMaker::Counters {
  prometheus::Counter& memory = layer("memory");
  prometheus::Counter& disk = layer("disk");
  prometheus::Counter& rendered = layer("rendered");
  prometheus::Counter& joined = layer("joined");

  static prometheus::Counter& layer(const std::string& name) {
    return metrics::counter("rucola_render_answers_total", "Render answers by the layer that had the bytes",
                            {{"layer", name}});
  }

  static Counters& all() {
    static Counters counters;
    return counters;
  }
};

namespace {

std::unexpected<Error> unexpected_failure(const std::exception& error) {
  return fail(ErrorCode::internal, "The render failed unexpectedly.", error.what());
}

std::unexpected<Error> nobody_waits() {
  return fail(ErrorCode::overloaded, "Everybody who waited for the image has left.");
}

/// Measurements are kept where renders are, as texts: "3 4 28 13".
std::string written(const render::Measured& numbers) {
  std::string text;
  for (const double number : numbers) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    text.append(text.empty() ? "" : " ").append(digits.data(), end);
  }
  return text;
}

std::optional<render::Measured> read(std::string_view text) {
  render::Measured numbers;
  while (!text.empty()) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    numbers.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.starts_with(' ')) text.remove_prefix(1);
  }
  return numbers;
}

/// The photo is decoded for its overview as for the picture itself, so that has no more time either.
bool overview_was_too_slow(const std::vector<render::PlannedFile>& files, const Error& error) {
  const auto& base = files.front().render;
  return took_too_long(error) && base && base->plan.encoding.pyramid && !base->plan.steps.empty();
}

}  // namespace

RenderMaker::RenderMaker(RenderMakerParts parts) : parts_(parts), counters_(Counters::all()) {}

void RenderMaker::on_disk(std::function<void()> step, std::function<void(const Error&)> refuse) {
  parts_.disk.submit({.run = std::move(step), .refuse = std::move(refuse)});
}

std::optional<MadeRender> RenderMaker::find_in_memory(const std::string& key) {
  auto found = parts_.memory.find(key);
  if (!found) return std::nullopt;
  return MadeRender{key, std::move(found), RenderSource::memory};
}

std::optional<MadeRender> RenderMaker::find(const std::string& key) {
  if (auto found = find_in_memory(key)) return found;
  auto found = parts_.disk_cache.find(key);
  if (!found) return std::nullopt;
  parts_.memory.keep(key, found);
  return MadeRender{key, std::move(found), RenderSource::disk};
}

void RenderMaker::make(const render::PlannedRender& planned, const render::JobFor& whom, const Done& done) {
  make_for(Purpose::answer, planned, whom, done);
}

void RenderMaker::make_unkept(const render::PlannedRender& planned, const render::JobFor& whom,
                              const Done& done) {
  make_for(Purpose::unkept_answer, planned, whom, done);
}

/// Where the smaller one may lie on the disk, the usual one in memory is no answer yet.
void RenderMaker::make_for(Purpose purpose, const render::PlannedRender& planned, const render::JobFor& whom,
                           const Done& done) {
  if (auto found = find_in_memory(planned.smaller ? planned.smaller->key : planned.key)) {
    if (is_answer(purpose)) counters_.memory.Increment();
    return done(*found);
  }
  on_disk([self = shared_from_this(), purpose, planned, whom,
           done] { self->make_blocking(purpose, planned, whom, done); },
          [done](const Error& error) { done(std::unexpected(error)); });
}

void RenderMaker::make_blocking(Purpose purpose, const render::PlannedRender& planned,
                                const render::JobFor& whom, const Done& done) {
  if (has_left(whom.departure)) return done(nobody_waits());
  auto found = planned.smaller ? find(planned.smaller->key) : std::nullopt;
  if (!found) found = find(planned.key);
  if (found) {
    if (is_answer(purpose))
      (found->source == RenderSource::memory ? counters_.memory : counters_.disk).Increment();
    return done(*found);
  }
  const auto render = [self = shared_from_this(), purpose, plan = planned.plan](
                          Sources sources, const render::JobFor& all, const auto& rendered) {
    self->parts_.renderer.render(std::move(sources), plan, all,
                                 [self, purpose, rendered](Result<render::RenderedImage> image) {
                                   if (image && is_answer(purpose)) self->counters_.rendered.Increment();
                                   rendered(std::move(image));
                                 });
  };
  Making making{.key = planned.key,
                .plan = planned.plan,
                .files = planned.files,
                .without_base = planned.without_base,
                .render = render,
                .whom = whom,
                .purpose = purpose,
                .cost = planned.cost};
  making.whom.heavy = is_heavy(planned.plan, planned.files, planned.cost);
  make(std::move(making), done);
}

void RenderMaker::make_smaller(const render::PlannedRender& planned, const std::string& organization,
                               const Done& done) {
  const auto optimize = [self = shared_from_this(), plan = planned.smaller->plan](
                            Sources sources, const render::JobFor& /*nobody waits*/, auto rendered) {
    self->parts_.renderer.optimize(std::move(sources), plan, std::move(rendered));
  };
  Making making{.key = planned.smaller->key,
                .plan = planned.smaller->plan,
                .files = planned.files,
                .without_base = planned.without_base,
                .render = optimize,
                .whom = {.organization = organization},
                .purpose = Purpose::smaller,
                .cost = render::Cost::max()};
  on_disk([self = shared_from_this(), making = std::move(making),
           done]() mutable { self->make(std::move(making), done); },
          [done](const Error& error) { done(std::unexpected(error)); });
}

/// One job, however many wait for it; none where it is known to fail.
void RenderMaker::make(Making making, const Done& done) {
  const std::string key = making.key;
  if (auto failure = failures_.find(attempt_of(making))) return done(std::unexpected(*std::move(failure)));
  const bool first = renders_.join(
      key,
      [key, done](const Renders::Outcome& outcome) {
        if (!outcome) return done(std::unexpected(outcome.error()));
        done(MadeRender{key, outcome->render, RenderSource::rendered, outcome->kept});
      },
      making.whom.departure, party_of(making.whom));
  if (!first) {
    if (is_answer(making.purpose)) counters_.joined.Increment();
    return;
  }
  if (is_there_after_all(key)) return;
  making.whom.departure = renders_.departure_of(key);
  begin(std::make_shared<const Making>(std::move(making)));
}

/// What somebody else had made may have been on its way into the cache when the first of these looked there.
bool RenderMaker::is_there_after_all(const std::string& key) {
  const auto found = parts_.memory.find(key);
  if (found) renders_.finish(key, Finished{found, true});
  return found != nullptr;
}

void RenderMaker::begin(const MakingPtr& making) {
  gather(making->files, making->whom, [self = shared_from_this(), making](Result<Gathered> gathered) {
    if (!gathered) return self->make_without_base(making, gathered.error());
    making->render(std::move(gathered->sources), making->whom,
                   [self, making, base = gathered->base](Result<render::RenderedImage> rendered) {
                     if (!rendered) return self->give_up(making, rendered.error());
                     self->finish(making, std::move(*rendered));
                   });
  });
}

/// What nobody knows the time of is heavy: then light ones have a worker beside it, whatever it turns out to
/// be.
bool RenderMaker::is_heavy(const render::Plan& plan, const std::vector<render::PlannedFile>& files,
                           render::Cost cost) {
  return cost >= render::heavy_from || !drawings_.are_quick(plan, files);
}

KnownFailures::Attempt RenderMaker::attempt_of(const Making& making) {
  return {.key = making.key,
          .organization = making.whom.organization,
          .files = making.files,
          .plan = making.plan,
          .cost = making.cost};
}

KnownFailures::Attempt RenderMaker::attempt_of(const render::NeededMeasurement& needed,
                                               const render::JobFor& whom) {
  return {.key = needed.key,
          .organization = whom.organization,
          .files = needed.files,
          .plan = needed.plan,
          .cost = needed.cost};
}

/// Of the usual render before all who wait for it looked things up, so that their answers can say the date
/// already (answer/render_answer.cpp); and, in whole seconds, before that of the smaller one that takes its
/// place.
Time RenderMaker::dated(const Making& making) {
  constexpr std::chrono::seconds longest_look_up{2};
  return making.purpose == Purpose::smaller ? making.begun : making.begun - longest_look_up;
}

void RenderMaker::finish(const MakingPtr& making, render::RenderedImage image) {
  if (making->purpose != Purpose::smaller)
    drawings_.note(making->plan, making->files, image.took, making->cost);
  const auto stored = in_use_.share(
      making->key,
      stored_render(std::move(image.bytes), std::string(render::mimetype_of(image.format)), dated(*making)));
  const bool kept = making->purpose != Purpose::unkept_answer && keep(making->key, stored);
  renders_.finish(making->key, Finished{stored, kept});
}

/// Whoever waits is told of the error, unless it says nothing to them, and it is to be tried again for the
/// next in line: where the job was not begun because everybody had left, but somebody has come since; where
/// it was the share of another one that was used up.
template <class Things>
std::optional<render::JobFor> RenderMaker::next_in_line(Things& things, const std::string& key,
                                                        const render::JobFor& whom, const Error& error,
                                                        bool is_known) {
  render::JobFor next = whom;
  if (error.code == ErrorCode::too_many_requests) {
    auto other = things.refuse(key, party_of(whom), std::unexpected(error));
    if (!other) return std::nullopt;
    next.organization = std::move(other->party.organization);
    next.client = std::move(other->party.client);
    next.departure = std::move(other->departure);
    return next;
  }
  if (is_known || !has_left(whom.departure)) {
    things.finish(key, std::unexpected(error));
    return std::nullopt;
  }
  next.departure = things.again_or_finish(key, std::unexpected(error));
  return next.departure ? std::optional(std::move(next)) : std::nullopt;
}

void RenderMaker::give_up(const MakingPtr& making, const Error& error) {
  const std::string& key = making->key;
  const bool is_known = failures_.note(attempt_of(*making), error);
  const bool may_be_of_the_base = making->files.front().render != nullptr;
  if (took_too_long(error) && making->purpose != Purpose::smaller && !may_be_of_the_base)
    drawings_.note(making->plan, making->files, KnownDrawings::endless, making->cost);
  auto next_whom = next_in_line(renders_, key, making->whom, error, is_known);
  if (!next_whom) return;
  Making again = *making;
  again.whom = *std::move(next_whom);
  on_disk([self = shared_from_this(),
           next = std::make_shared<const Making>(std::move(again))] { self->begin(next); },
          [self = shared_from_this(), key](const Error& refusal) {
            self->renders_.finish(key, std::unexpected(refusal));
          });
}

/// Under its own key, too: with the base it may be another file, once that can be made. A smaller one can
/// wait for that.
void RenderMaker::make_without_base(const MakingPtr& making, const Error& error) {
  if (!making->without_base || is_passing(error) || making->purpose == Purpose::smaller ||
      overview_was_too_slow(making->files, error))
    return give_up(making, error);
  const auto purpose = making->purpose == Purpose::unkept_answer ? making->purpose : Purpose::answer;
  make_for(purpose, *making->without_base, making->whom,
           [self = shared_from_this(), making](const Result<MadeRender>& made) {
             if (!made) return self->give_up(making, made.error());
             self->renders_.finish(making->key, Finished{made->render, made->kept});
           });
}

void RenderMaker::measure(const render::NeededMeasurement& needed, const render::JobFor& whom,
                          const std::function<void(const Result<render::Measured>&)>& done) {
  const std::string& key = needed.key;
  if (auto failure = failures_.find(attempt_of(needed, whom)))
    return done(std::unexpected(*std::move(failure)));
  const bool first = renders_.join(
      key,
      [done](const Renders::Outcome& outcome) {
        if (!outcome) return done(std::unexpected(outcome.error()));
        done(read(outcome->render->bytes.view()).value_or(render::Measured()));
      },
      whom.departure, party_of(whom));
  if (!first || is_there_after_all(key)) return;
  render::JobFor all = whom;
  all.departure = renders_.departure_of(key);
  all.heavy = is_heavy(needed.plan, needed.files, needed.cost);
  begin_measuring(needed, all);
}

void RenderMaker::begin_measuring(const render::NeededMeasurement& needed, const render::JobFor& whom) {
  const auto measure_blocking = [self = shared_from_this(), needed, whom] {
    self->gather(needed.files, whom, [self, needed, whom](Result<Gathered> gathered) {
      if (!gathered) return self->give_up_measuring(needed, whom, gathered.error());
      self->parts_.renderer.measure(
          std::move(gathered->sources), needed.plan, needed.measurement, whom,
          [self, needed, whom, base = gathered->base](Result<render::Measured> measured) {
            if (!measured) return self->give_up_measuring(needed, whom, measured.error());
            auto stored = stored_render(written(*measured), "text/plain", now());
            const bool kept = self->keep(needed.key, stored);
            self->renders_.finish(needed.key, Finished{stored, kept});
          });
    });
  };
  on_disk(measure_blocking, [self = shared_from_this(), key = needed.key](const Error& error) {
    self->renders_.finish(key, std::unexpected(error));
  });
}

void RenderMaker::give_up_measuring(const render::NeededMeasurement& needed, const render::JobFor& whom,
                                    const Error& error) {
  const bool is_known = failures_.note(attempt_of(needed, whom), error);
  if (const auto next = next_in_line(renders_, needed.key, whom, error, is_known))
    begin_measuring(needed, *next);
}

std::optional<render::Measured> RenderMaker::measured(std::string_view key) {
  const auto found = find(std::string(key));
  return found ? read(found->render->bytes.view()) : std::nullopt;
}

/// Only the image itself, the first file, can be a render: that of a base stack, or a pyramid. Whatever is
/// thrown: others wait for what `then` does.
void RenderMaker::gather(const std::vector<render::PlannedFile>& files, const render::JobFor& whom,
                         const WithSources& then) {
  try {
    gather_or_throw(files, whom, then);
  } catch (const std::exception& error) {
    then(unexpected_failure(error));
  }
}

void RenderMaker::gather_or_throw(const std::vector<render::PlannedFile>& files, const render::JobFor& whom,
                                  const WithSources& then) {
  if (!files.front().render) return gather_blobs(files, {}, whom, then);
  open_base(*files.front().render, whom,
            [self = shared_from_this(), files, whom, then](const BaseOpens::Outcome& base) {
              if (!base) return then(std::unexpected(base.error()));
              auto file = (*base)->source();
              if (!file) return then(std::unexpected(file.error()));
              Gathered gathered{.sources = {}, .base = *base};
              gathered.sources.push_back(std::move(*file));
              self->gather_blobs(files, std::move(gathered), whom, then);
            });
}

/// Where the disk is waited for, so here, or where originals that are far away are.
void RenderMaker::gather_blobs(const std::vector<render::PlannedFile>& files, Gathered gathered,
                               const render::JobFor& whom, const WithSources& then) {
  const auto open = [self = shared_from_this(), files, then](Gathered with) {
    if (auto opened = self->open_blobs(files, with.sources); !opened)
      return then(std::unexpected(opened.error()));
    then(std::move(with));
  };
  if (are_near(files, gathered.sources.size())) return open(std::move(gathered));
  parts_.originals.submit(
      {.run = [open, with = std::make_shared<Gathered>(std::move(gathered))] { open(std::move(*with)); },
       .refuse = [then](const Error& error) { then(std::unexpected(error)); },
       .owner = whom.organization});
}

bool RenderMaker::are_near(const std::vector<render::PlannedFile>& files, std::size_t from) const {
  return std::all_of(
      files.begin() + static_cast<std::ptrdiff_t>(from), files.end(), [this](const auto& file) {
        return render::find_placeholder(file.sha256) != nullptr || parts_.blobs.is_near(file.sha256);
      });
}

/// Written once, however many wait for it.
void RenderMaker::open_base(const render::PlannedRender& base, const render::JobFor& whom,
                            const BaseOpens::Waiter& then) {
  const std::string& key = base.key;
  if (!base_opens_.join(key, then, whom.departure, party_of(whom))) return;
  try {
    render::JobFor all = whom;
    all.departure = base_opens_.departure_of(key);
    make_base(base, all);
  } catch (const std::exception& error) {
    base_opens_.finish(key, unexpected_failure(error));
  }
}

void RenderMaker::make_base(const render::PlannedRender& base, const render::JobFor& whom) {
  const std::string& key = base.key;
  if (auto file = parts_.bases.find(key)) return base_opens_.finish(key, std::move(file));
  const auto use = [self = shared_from_this(), base, whom](const Result<MadeRender>& made) {
    if (!made) return self->give_up_base(base, whom, made.error());
    // From here on there are files to be written and opened, which is nothing for a thread of the renderer.
    self->on_disk(
        [self, key = base.key, made = made->render] {
          auto file = BaseFile::of(made->bytes);
          if (file) self->parts_.bases.keep(key, *file);
          self->base_opens_.finish(key, file);
        },
        [self, key = base.key](const Error& error) {
          self->base_opens_.finish(key, std::unexpected(error));
        });
  };
  make_for(Purpose::base, base, whom, use);
}

void RenderMaker::give_up_base(const render::PlannedRender& base, const render::JobFor& whom,
                               const Error& error) {
  const bool can_do_without = base.plan.encoding.pyramid;
  if (can_do_without) {
    failures_.note_dispensable({.key = base.key,
                                .organization = whom.organization,
                                .files = base.files,
                                .plan = base.plan,
                                .cost = base.cost},
                               error);
  }
  const auto next = next_in_line(base_opens_, base.key, whom, error);
  if (!next) return;
  on_disk([self = shared_from_this(), base, again = *next] { self->make_base(base, again); },
          [self = shared_from_this(), key = base.key](const Error& refusal) {
            self->base_opens_.finish(key, std::unexpected(refusal));
          });
}

/// Those that come after what is there already.
Result<void> RenderMaker::open_blobs(const std::vector<render::PlannedFile>& files, Sources& sources) {
  for (std::size_t i = sources.size(); i < files.size(); ++i) {
    if (const std::string* drawing = render::find_placeholder(files[i].sha256)) {
      auto file = Bytes(*drawing).sealed_file();
      if (!file) return std::unexpected(file.error());
      sources.push_back({std::move(*file), static_cast<std::int64_t>(drawing->size())});
      continue;
    }
    auto blob = catalog::open_as_file(parts_.blobs, {files[i].sha256, files[i].bytes}, parts_.spool);
    if (!blob) return std::unexpected(blob.error());
    sources.push_back({std::move(blob->fd), blob->bytes});
  }
  return {};
}

/// False where no cache has room for it.
bool RenderMaker::keep(const std::string& key, const std::shared_ptr<const StoredRender>& stored) {
  parts_.memory.keep(key, stored);
  const bool kept = parts_.memory.would_keep(*stored) || parts_.disk_cache.would_keep(*stored);
  on_disk([self = shared_from_this(), key, stored] { self->parts_.disk_cache.keep(key, stored); },
          [key](const Error& error) {
            log::debug("render not kept on disk", {{"key", key}, {"why", error.message.text}});
          });
  return kept;
}

}  // namespace rucola::delivery
