#include "delivery/make/known_failures.h"

#include <algorithm>
#include <iterator>

#include "base/metrics.h"
#include "render/plan/drawings.h"
#include "render/plan/no_file_fits.h"
#include "render/renderer.h"

namespace rucola::delivery {
namespace {

/// The same file has the same key in every organization, but what one makes of it, perhaps beside other work
/// of its own, is not to be told to another. Neither a key nor an organization has a space.
std::string name_of_render(const KnownFailures::Attempt& attempt) {
  return std::string(attempt.organization) + " render " + attempt.key;
}

std::string name_of_source(std::string_view organization, const std::string& sha256) {
  return std::string(organization) + ' ' + sha256;
}

/// With what is done to the drawing before it is drawn: it may be that which takes the time.
std::string name_of_drawing(const KnownFailures::Attempt& attempt, const render::Drawn& drawn) {
  return name_of_source(attempt.organization, attempt.files[static_cast<std::size_t>(drawn.file)].sha256) +
         ' ' + part_of(drawn) + ' ' + drawn.changes;
}

bool is_render(const render::PlannedFile& file) {
  return file.render != nullptr;
}

/// Half the width, half the height. What takes less than a quarter of the time may be tried, and where that
/// was wrong, what takes less than a sixteenth of that, and so on: six times come to one pixel.
constexpr std::int64_t smaller_by = 4;

/// Nobody needs to look into the log for it again.
Error told_again(const Error& error, KnownFailures::Clock::duration left) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(left);
  Error again{.code = error.code, .message = error.message};
  if (render::is_no_file_fits(error)) return again;
  again.retry_after = seconds;
  again.message.text += " This is remembered, and not tried again for " + std::to_string(seconds.count()) +
                        (seconds.count() == 1 ? " second." : " seconds.");
  return again;
}

/// Of a render that this one is made from, or of this one itself.
bool is_told_again(const Error& error) {
  return error.retry_after.has_value();
}

}  // namespace

bool is_passing(const Error& error) {
  return error.code == ErrorCode::overloaded || error.code == ErrorCode::too_many_requests;
}

bool took_too_long(const Error& error) {
  return error.code == ErrorCode::timed_out && !render::was_starved(error);
}

struct KnownFailures::Counters {
  prometheus::Counter& renders_noted = noted("render");
  prometheus::Counter& sources_noted = noted("source");
  prometheus::Counter& renders_answered = answered("render");
  prometheus::Counter& sources_answered = answered("source");

  static prometheus::Counter& noted(const std::string& what) {
    return metrics::counter(
        "rucola_render_failures_remembered_total",
        "Renders that took too long or killed their workers, that can't be made of as few "
        "bytes as allowed, or that are not needed and can't be made, and sources that "
        "killed or that take too long to be drawn",
        {{"what", what}});
  }
  static prometheus::Counter& answered(const std::string& what) {
    return metrics::counter("rucola_render_failures_answered_total",
                            "Renders that were refused because of a remembered failure", {{"what", what}});
  }
  static Counters& all() {
    static Counters counters;
    return counters;
  }
};

KnownFailures::KnownFailures() : counters_(Counters::all()) {}

std::optional<Error> KnownFailures::find(const Attempt& attempt, Clock::time_point now) {
  const Lock lock(mutex_);
  if (entries_.empty()) return std::nullopt;
  if (const Entry* render = known(name_of_render(attempt), now)) {
    counters_.renders_answered.Increment();
    return told_again(*render->error, render->until - now);
  }
  const Entry* source = known_source(attempt, now);
  if (source == nullptr) return std::nullopt;
  counters_.sources_answered.Increment();
  return told_again(*source->error, source->until - now);
}

const KnownFailures::Entry* KnownFailures::known_source(const Attempt& attempt, Clock::time_point now) {
  for (const render::PlannedFile& file : attempt.files) {
    if (file.render) continue;
    const Entry* source = known(name_of_source(attempt.organization, file.sha256), now);
    if (source != nullptr && source->error) return source;
  }
  for (const render::Drawn& drawn : render::drawn_by(attempt.plan, attempt.files)) {
    const Entry* drawing = known(name_of_drawing(attempt, drawn), now);
    if (drawing != nullptr && drawing->error && drawn.pixels >= drawing->from_pixels) return drawing;
  }
  return nullptr;
}

bool KnownFailures::note(const Attempt& attempt, const Error& error, Clock::time_point now) {
  const bool killed = render::killed_workers(error);
  const bool too_slow = took_too_long(error);
  if (is_told_again(error) || (!killed && !too_slow && !render::is_no_file_fits(error))) return false;
  const Lock lock(mutex_);
  renewed(name_of_render(attempt), now).error = error;
  counters_.renders_noted.Increment();
  const Files& files = attempt.files;
  const bool one_file_as_it_is =
      files.size() == 1 && !files.front().render && attempt.plan.svg_changes.empty();
  // What can be done without is followed by the picture without it, which is one wish with it.
  if (killed && one_file_as_it_is && !attempt.plan.encoding.pyramid)
    blame_source(name_of_source(attempt.organization, files.front().sha256), attempt.key, now);
  if (too_slow) blame_drawing(attempt, now);
  return true;
}

void KnownFailures::note_dispensable(const Attempt& attempt, const Error& error, Clock::time_point now) {
  if (is_told_again(error) || is_passing(error) || render::was_starved(error)) return;
  const std::string name = name_of_render(attempt);
  const Lock lock(mutex_);
  if (known(name, now) != nullptr) return;  // note() was here
  renewed(name, now).error = error;
  counters_.renders_noted.Increment();
}

void KnownFailures::blame_source(const std::string& name, const std::string& key, Clock::time_point now) {
  const Entry* before = known(name, now);
  const std::string by = before == nullptr ? key : before->by;
  Entry& source = renewed(name, now);
  source.by = by;
  if (by == key) return;
  if (!source.error) counters_.sources_noted.Increment();
  source.error =
      Error{ErrorCode::unprocessable,
            {"The image could not be processed: what works on it was lost, whatever was to be made of it."}};
}

void KnownFailures::blame_drawing(const Attempt& attempt, Clock::time_point now) {
  if (attempt.cost >= render::heavy_from || std::ranges::any_of(attempt.files, is_render)) return;
  const auto drawn = render::drawn_by(attempt.plan, attempt.files);
  // Of several, who knows which of them it was; and of one drawn fifty times, each may be quick.
  if (drawn.size() != 1) return;
  const std::string name = name_of_drawing(attempt, drawn.front());
  const std::int64_t pixels = drawn.front().pixels;
  const Entry* before = known(name, now);
  if (before != nullptr && before->error && pixels >= before->from_pixels)
    return;  // begun before it was known
  const std::string by = before == nullptr ? attempt.key : before->by;
  Entry& drawing = renewed(name, now);
  drawing.by = by;
  if (by == attempt.key) return;
  if (!drawing.error) counters_.sources_noted.Increment();
  ++drawing.times;
  drawing.from_pixels = pixels;
  for (int i = 0; i < drawing.times; ++i)
    drawing.from_pixels /= smaller_by;
  drawing.error = Error{ErrorCode::timed_out,
                        {"Drawing the image took longer than allowed, twice, at sizes like this one."}};
}

KnownFailures::Entry* KnownFailures::known(const std::string& name, Clock::time_point now) {
  const auto found = entries_.find(name);
  return found == entries_.end() || found->second->until <= now ? nullptr : &*found->second;
}

/// What was known under that name before the time was over stays.
KnownFailures::Entry& KnownFailures::renewed(const std::string& name, Clock::time_point now) {
  const auto found = entries_.find(name);
  if (found != entries_.end()) {
    by_age_.splice(by_age_.end(), by_age_, found->second);
    if (found->second->until <= now) *found->second = Entry{.name = name};
  } else {
    by_age_.push_back({.name = name});
    entries_.emplace(name, std::prev(by_age_.end()));
  }
  by_age_.back().until = now + lasts;
  if (entries_.size() > most_entries) {
    entries_.erase(by_age_.front().name);
    by_age_.pop_front();
  }
  return by_age_.back();
}

}  // namespace rucola::delivery
