// A plan: what one worker does to its source images, all geometry computed. The planner makes it in the
// server, the worker carries it out; nothing is decided twice.
//
// The serialised form is canonical (one plan, one text), so it is also what the key of a render is made of:
// two URLs that mean the same pixels have the same plan.
//
// Values; no shared state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "render/format.h"
#include "render/steps.h"

namespace rucola::render {

struct Encoding {
  Format format = Format::jpg;
  std::int32_t quality = 80;  ///< 1 to 100; not for png
  bool lossless = false;      ///< webp and avif
  std::int32_t png_compression_level = 7;
  Color flatten_onto{};         ///< where the format has no transparency
  bool flatten_always = false;  ///< the option transparency.color is set

  static constexpr std::tuple fields{Field{"format", &Encoding::format},
                                     Field{"quality", &Encoding::quality},
                                     Field{"lossless", &Encoding::lossless},
                                     Field{"png_compression_level", &Encoding::png_compression_level},
                                     Field{"flatten_onto", &Encoding::flatten_onto},
                                     Field{"flatten_always", &Encoding::flatten_always}};
};

struct Plan {
  Size source;  ///< of the upright source: what the steps were computed from; an SVG is loaded at this size
  std::vector<Step> steps;
  Encoding encoding;
  bool animated = false;  ///< keep all frames

  static constexpr std::tuple fields{Field{"source", &Plan::source}, Field{"steps", &Plan::steps},
                                     Field{"encoding", &Plan::encoding}, Field{"animated", &Plan::animated}};
};

/// Canonical JSON.
std::string serialise(const Plan& plan);
/// Reads what serialise() wrote; only the worker does.
Result<Plan> parse_plan(std::string_view text);

}  // namespace rucola::render
