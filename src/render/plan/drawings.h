// Which drawings a plan draws, and how large. What a bitmap takes is known from its size; what a drawing
// (SVG, PDF) takes, nobody knows before it has been drawn: a hundred bytes can take hours. It is so with the
// picture of a video, for which others are decoded first.
//
// Pure; thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "render/plan/plan.h"
#include "render/plan/planned_render.h"

namespace rucola::render {

struct Drawn {
  std::int32_t file = 0;                ///< as the plan counts it
  std::int32_t page = 0;                ///< of a document, from 1; 0: it has none
  std::int32_t timestamp = -1;          ///< of a video, as Plan::timestamp
  std::int32_t frames_per_second = 0;   ///< of a video that is shown moving, as Plan's
  std::int32_t film_milliseconds = -1;  ///< likewise
  std::string changes{};                ///< made before it is drawn, as a canonical text; empty: none
  std::int64_t pixels = 0;
};

/// Which part of its file: the page, and of a video the time. For names.
std::string part_of(const Drawn& drawn);

/// Those of layers too. `files`: of the plan.
std::vector<Drawn> drawn_by(const Plan& plan, std::span<const PlannedFile> files);

}  // namespace rucola::render
