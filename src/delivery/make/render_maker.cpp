#include "delivery/make/render_maker.h"

#include <charconv>
#include <exception>
#include <utility>

#include "base/log.h"
#include "base/metrics.h"

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

}  // namespace

RenderMaker::RenderMaker(RenderMakerParts parts)
    : parts_(parts), bases_(parts.base_bytes), counters_(Counters::all()) {}

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

/// Where the smaller one may lie on the disk, the usual one in memory is no answer yet.
void RenderMaker::make(const render::PlannedRender& planned, const Done& done) {
  if (auto found = find_in_memory(planned.smaller ? planned.smaller->key : planned.key)) {
    counters_.memory.Increment();
    return done(*found);
  }
  on_disk([self = shared_from_this(), planned, done] { self->make_blocking(planned, done); },
          [done](const Error& error) { done(std::unexpected(error)); });
}

void RenderMaker::make_blocking(const render::PlannedRender& planned, const Done& done) {
  auto found = planned.smaller ? find(planned.smaller->key) : std::nullopt;
  if (!found) found = find(planned.key);
  if (found) {
    (found->source == RenderSource::memory ? counters_.memory : counters_.disk).Increment();
    return done(*found);
  }
  make(
      planned.key, planned,
      [self = shared_from_this(), plan = planned.plan](Sources sources, const auto& rendered) {
        self->parts_.renderer.render(std::move(sources), plan,
                                     [self, rendered](Result<render::RenderedImage> image) {
                                       if (image) self->counters_.rendered.Increment();
                                       rendered(std::move(image));
                                     });
      },
      done);
}

void RenderMaker::make_smaller(const render::PlannedRender& planned, const Done& done) {
  const auto optimize = [self = shared_from_this(), plan = planned.smaller->plan](Sources sources,
                                                                                  auto rendered) {
    self->parts_.renderer.optimize(std::move(sources), plan, std::move(rendered));
  };
  on_disk([self = shared_from_this(), planned, optimize,
           done] { self->make(planned.smaller->key, planned, optimize, done); },
          [done](const Error& error) { done(std::unexpected(error)); });
}

void RenderMaker::make(const std::string& key, const render::PlannedRender& planned, const ToRenderer& render,
                       const Done& done) {
  const bool first = renders_.join(key, [key, done](const Renders::Outcome& outcome) {
    done(outcome ? Result<MadeRender>(MadeRender{key, *outcome}) : std::unexpected(outcome.error()));
  });
  if (!first) return counters_.joined.Increment();
  gather(planned.files,
         [self = shared_from_this(), key, render, instead = planned.without_base](Result<Sources> sources) {
           if (!sources) return self->make_without_base(key, sources.error(), instead);
           render(std::move(*sources), [self, key](Result<render::RenderedImage> rendered) {
             if (!rendered) return self->renders_.finish(key, std::unexpected(rendered.error()));
             self->counters_.rendered.Increment();
             auto stored = stored_render(std::move(rendered->bytes),
                                         std::string(render::mimetype_of(rendered->format)), now());
             self->keep(key, stored);
             self->renders_.finish(key, stored);
           });
         });
}

/// Under its own key, too: with the base it may be another file, once that can be made.
void RenderMaker::make_without_base(const std::string& key, const Error& error,
                                    const std::shared_ptr<const render::PlannedRender>& instead) {
  if (!instead || error.code == ErrorCode::overloaded) return renders_.finish(key, std::unexpected(error));
  make(*instead, [self = shared_from_this(), key](const Result<MadeRender>& made) {
    self->renders_.finish(key, made ? Renders::Outcome(made->render) : std::unexpected(made.error()));
  });
}

void RenderMaker::measure(const render::NeededMeasurement& needed,
                          const std::function<void(const Result<render::Measured>&)>& done) {
  const std::string& key = needed.key;
  const bool first = renders_.join(key, [done](const Renders::Outcome& outcome) {
    if (!outcome) return done(std::unexpected(outcome.error()));
    done(read((*outcome)->bytes.view()).value_or(render::Measured()));
  });
  if (!first) return;
  on_disk([self = shared_from_this(), needed] { self->measure_blocking(needed); },
          [self = shared_from_this(), key](const Error& error) {
            self->renders_.finish(key, std::unexpected(error));
          });
}

void RenderMaker::measure_blocking(const render::NeededMeasurement& needed) {
  gather(needed.files, [self = shared_from_this(), key = needed.key, needed](Result<Sources> sources) {
    if (!sources) return self->renders_.finish(key, std::unexpected(sources.error()));
    self->parts_.renderer.measure(std::move(*sources), needed.plan, needed.measurement,
                                  [self, key](Result<render::Measured> measured) {
                                    if (!measured)
                                      return self->renders_.finish(key, std::unexpected(measured.error()));
                                    auto stored = stored_render(written(*measured), "text/plain", now());
                                    self->keep(key, stored);
                                    self->renders_.finish(key, stored);
                                  });
  });
}

std::optional<render::Measured> RenderMaker::measured(std::string_view key) {
  const auto found = find(std::string(key));
  return found ? read(found->render->bytes.view()) : std::nullopt;
}

/// Only the image itself, the first file, can be a render: that of a base stack, or a pyramid. Whatever is
/// thrown: others wait for what `then` does.
void RenderMaker::gather(const std::vector<render::PlannedFile>& files, const WithSources& then) {
  try {
    gather_or_throw(files, then);
  } catch (const std::exception& error) {
    then(unexpected_failure(error));
  }
}

void RenderMaker::gather_or_throw(const std::vector<render::PlannedFile>& files, const WithSources& then) {
  if (!files.front().render) {
    Sources sources;
    if (auto opened = open_blobs(files, sources); !opened) return then(std::unexpected(opened.error()));
    return then(std::move(sources));
  }
  open_base(*files.front().render, [self = shared_from_this(), files, then](const BaseOpens::Outcome& base) {
    if (!base) return then(std::unexpected(base.error()));
    auto file = (*base)->source();
    if (!file) return then(std::unexpected(file.error()));
    Sources sources;
    sources.push_back(std::move(*file));
    if (auto opened = self->open_blobs(files, sources); !opened) return then(std::unexpected(opened.error()));
    then(std::move(sources));
  });
}

/// Written once, however many wait for it.
void RenderMaker::open_base(const render::PlannedRender& base, const BaseOpens::Waiter& then) {
  const std::string& key = base.key;
  if (!base_opens_.join(key, then)) return;
  try {
    make_base(base);
  } catch (const std::exception& error) {
    base_opens_.finish(key, unexpected_failure(error));
  }
}

void RenderMaker::make_base(const render::PlannedRender& base) {
  const std::string& key = base.key;
  if (const auto known = bases_.find(key)) return base_opens_.finish(key, *known);
  const bool can_do_without = base.plan.encoding.pyramid;
  make(base, [self = shared_from_this(), key, can_do_without](const Result<MadeRender>& made) {
    if (!made) {
      if (can_do_without) self->bases_.remember(key, made.error());
      return self->base_opens_.finish(key, std::unexpected(made.error()));
    }
    // From here on there are files to be written and opened, which is nothing for a thread of the renderer.
    self->on_disk(
        [self, key, made = made->render] {
          auto file = BaseFile::of(made->bytes);
          if (file) self->bases_.keep(key, *file);
          self->base_opens_.finish(key, file);
        },
        [self, key](const Error& error) { self->base_opens_.finish(key, std::unexpected(error)); });
  });
}

/// Those that come after what is there already.
Result<void> RenderMaker::open_blobs(const std::vector<render::PlannedFile>& files, Sources& sources) {
  for (std::size_t i = sources.size(); i < files.size(); ++i) {
    auto blob = catalog::open_as_file(parts_.blobs, {files[i].sha256, files[i].bytes}, parts_.spool);
    if (!blob) return std::unexpected(blob.error());
    sources.push_back({std::move(blob->fd), blob->bytes});
  }
  return {};
}

void RenderMaker::keep(const std::string& key, const std::shared_ptr<const StoredRender>& stored) {
  parts_.memory.keep(key, stored);
  on_disk([self = shared_from_this(), key, stored] { self->parts_.disk_cache.keep(key, stored); },
          [key](const Error& error) {
            log::debug("render not kept on disk", {{"key", key}, {"why", error.message.text}});
          });
}

}  // namespace rucola::delivery
