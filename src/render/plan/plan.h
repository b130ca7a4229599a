// A plan: what one worker does to its source images, all geometry computed. The planner makes it in the
// server, the worker carries it out; nothing is decided twice.
//
// The serialised form is canonical (one plan, one text), so it is also what the key of a render is made of:
// two URLs that mean the same pixels have the same plan. What it leaves out, field.h says.
//
// Values; no shared state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "render/plan/encoding.h"
#include "render/plan/field.h"
#include "render/plan/size.h"
#include "render/plan/step.h"
#include "render/plan/svg_change.h"

namespace rucola::render {

/// No plan needs more source files: an image, and what is composed onto it or written with.
inline constexpr std::size_t files_limit = 32;

struct Plan {
  std::int32_t file = 0;  ///< index among the job's source files
  Size
      source;  ///< of the upright source: what the steps were computed from; a drawing is loaded at this size
  std::int32_t page = 0;        ///< of a document or a pyramid, from 1; 0 where the source has none
  std::int32_t timestamp = -1;  ///< of a video, in milliseconds: its picture then; -1: one of the beginning
  /// Of a video that is cut for streaming: which of its parts, from 0, becomes a ts; -1: none. Without steps
  /// its pictures stay as they are coded, where a ts can hold them; a resize codes them anew.
  std::int32_t film_part = -1;
  std::int32_t frames_per_second = 0;    ///< of an animation made of a video, from `timestamp` on; 0: a still
  std::int32_t film_milliseconds = -1;   ///< how much of the video that shows; -1: all of it
  std::vector<SvgChange> svg_changes{};  ///< made before the drawing is loaded
  std::vector<Step> steps;
  Encoding encoding;
  std::vector<Encoding> or_smaller{};        ///< tried as well; the smallest result is kept
  std::optional<Encoding> if_transparent{};  ///< instead, where the result can be seen through
  bool animated = false;                     ///< keep all frames

  static constexpr std::tuple fields{Field{"file", &Plan::file},
                                     Required{"source", &Plan::source},
                                     Field{"page", &Plan::page},
                                     Field{"timestamp", &Plan::timestamp},
                                     Field{"film_part", &Plan::film_part},
                                     Field{"frames_per_second", &Plan::frames_per_second},
                                     Field{"film_milliseconds", &Plan::film_milliseconds},
                                     Field{"svg_changes", &Plan::svg_changes},
                                     Field{"steps", &Plan::steps},
                                     Required{"encoding", &Plan::encoding},
                                     Field{"animated", &Plan::animated},
                                     Field{"if_transparent", &Plan::if_transparent},
                                     Field{"or_smaller", &Plan::or_smaller}};
};

/// A part of a video whose pictures are coded anew, which takes seconds.
bool codes_film_anew(const Plan& plan);
/// Something is written of what the source's file says about itself, besides its pixels.
bool keeps_copyright(const Plan& plan);

/// Canonical JSON.
std::string serialise(const Plan& plan);
/// Reads what serialise() wrote; only the worker does.
Result<Plan> parse_plan(std::string_view text);

}  // namespace rucola::render
