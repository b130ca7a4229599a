#include "render/planning/moving_video.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/wording.h"
#include "render/operations/option_schema.h"
#include "render/plan/film_frames.h"
#include "render/stack/options.h"

namespace rucola::render {
namespace {

std::int64_t pixels_of(Size size) {
  return std::int64_t{size.width} * size.height;
}

/// Not of the films: a video is delivered as it is.
bool can_show_movement(Format format) {
  return keeps_animation(format) && !is_video(format);
}

bool is_wanted(const OptionReader& options) {
  return options.is_given("fps") || options.is_given("seconds");
}

/// As Plan::film_milliseconds, so that what goes on to the end is the same however it is said.
std::int32_t shown_milliseconds(const OptionReader& options, const SourceFacts& source) {
  constexpr double milliseconds_each = 1000;
  if (!options.is_given("seconds")) return -1;
  const auto shown = static_cast<std::int32_t>(std::lround(options.number("seconds") * milliseconds_each));
  const bool to_the_end = source.length && source.length->is_over_at(std::int64_t{source.timestamp} + shown);
  return to_the_end ? -1 : shown;
}

/// Where nobody knows how long it is, as many as there may be at all.
std::int64_t frames_of(const SourceFacts& source, const Settings& settings) {
  if (source.film_milliseconds >= 0) return frames_in(source.film_milliseconds, source.frames_per_second);
  if (!source.length) return settings.max_source_frames;
  return frames_in(source.length->rest_after(source.timestamp), source.frames_per_second);
}

/// "At 10 frames a second 10.8 seconds fit: …", and no more than can be asked for.
std::string seconds_that_fit(std::int64_t frames, std::int32_t each_second) {
  constexpr std::int64_t tenths_each = 10;
  constexpr std::int64_t most_tenths = 600;
  const std::int64_t tenths = std::min(most_tenths, frames * tenths_each / each_second);
  const std::string fit =
      tenths > 0 ? number_text(static_cast<double>(tenths) / tenths_each) + " seconds fit" : "nothing fits";
  return "At " + std::to_string(each_second) + " frames a second " + fit +
         R"(; the stack options "seconds" and "fps" say how many of them there are.)";
}

struct MostFrames {
  std::int64_t at_all;
  std::int64_t by_pixels;
  [[nodiscard]] std::int64_t both() const { return std::min(at_all, by_pixels); }
};

MostFrames most_frames_of(const SourceFacts& source, const Settings& settings) {
  const std::int64_t pixels = std::max<std::int64_t>(1, pixels_of(source.size));
  return {.at_all = settings.max_source_frames, .by_pixels = settings.max_source_pixels / pixels};
}

Result<void> check(const SourceFacts& source, std::int64_t frames, std::int64_t most, MostFrames fit,
                   std::string_view setting) {
  if (frames <= most) return {};
  return fail(ErrorCode::payload_too_large,
              "The animation of the video would have " + std::to_string(frames) + " frames of " +
                  std::to_string(source.size.width) + " x " + std::to_string(source.size.height) +
                  " pixels, more than are allowed (configuration: render." + std::string(setting) + "). " +
                  seconds_that_fit(fit.both(), source.frames_per_second));
}

Result<void> check_frames(const SourceFacts& source, std::int64_t frames, const Settings& settings) {
  const MostFrames most = most_frames_of(source, settings);
  if (auto fits = check(source, frames, most.at_all, most, "max_source_frames"); !fits) return fits;
  return check(source, frames, most.by_pixels, most, "max_source_pixels");
}

}  // namespace

Result<SourceFacts> with_movement(const Options& stack_options, SourceFacts source, Format format,
                                  const Settings& settings) {
  const OptionReader options(render::stack_options(), stack_options);
  if (!is_video(source.format) || !can_show_movement(format) || !is_wanted(options)) return source;
  source.timestamp = std::max(0, source.timestamp);
  SourceFacts moving = source;
  moving.frames_per_second = static_cast<std::int32_t>(options.integer("fps"));
  moving.film_milliseconds = shown_milliseconds(options, source);
  const std::int64_t frames = frames_of(moving, settings);
  if (frames < 2) return source;  // the picture that it would begin with
  if (auto fits = check_frames(moving, frames, settings); !fits) return std::unexpected(fits.error());
  moving.frames = static_cast<std::int32_t>(frames);
  return moving;
}

void set_movement(const SourceFacts& source, Plan& plan) {
  plan.frames_per_second = source.frames_per_second;
  plan.film_milliseconds = source.film_milliseconds;
}

Error with_seconds_that_fit(Error error, const SourceFacts& source, Size result, const Settings& settings) {
  const std::int64_t most = settings.max_output_pixels / std::max<std::int64_t>(1, pixels_of(result));
  if (source.frames_per_second == 0 || most >= source.frames) return error;
  const std::int64_t fit = std::min(most, most_frames_of(source, settings).both());
  error.message.text += " " + seconds_that_fit(fit, source.frames_per_second);
  return error;
}

}  // namespace rucola::render
