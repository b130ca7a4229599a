// How long drawings (SVG, PDF) took, for as long as the server runs: what one will take is known to nobody
// before it has been drawn. A drawing that has not been drawn yet may take any time; one that was quick is so
// at about the same size.
//
// The time is that of the whole job. Where nothing else in it takes long than one drawing, drawn once, that
// is taken for the drawing's own. From all other jobs it is only learned that each drawing in them was at
// least as quick: a drawing laid fifty times over itself, or blurred for seconds, is not slow by itself, and
// everybody's renders of it would be heavy.
//
// Threads: every function is safe from any thread; the lock is held for a few look-ups. Bounds: most_entries,
// those go that were drawn least recently.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <string>
#include <unordered_map>

#include "base/mutex.h"
#include "render/plan/cost.h"
#include "render/plan/drawings.h"

namespace rucola::delivery {

class KnownDrawings {
 public:
  using Files = std::span<const render::PlannedFile>;
  /// What is expected to take less is quick.
  static constexpr std::chrono::milliseconds quick{1'000};
  /// What is noted of one that had not come to its end when its time was over.
  static constexpr std::chrono::minutes endless{1};
  static constexpr std::size_t most_entries = 20'000;

  /// Are all drawings of the plan known to be quick at their sizes? True where it has none.
  [[nodiscard]] bool are_quick(const render::Plan& plan, Files files);
  /// A job that has taken so long, and what it was estimated to take beside its drawings.
  void note(const render::Plan& plan, Files files, std::chrono::milliseconds took,
            render::Cost beside_drawings = {});

 private:
  struct Entry {
    std::string name;
    std::int64_t pixels = 0;
    double took = 0;  ///< milliseconds, at that size

    /// Milliseconds. What drawings are made of may take more by the square of the pixels, and less by little.
    [[nodiscard]] double expected(std::int64_t of_pixels) const;
  };
  using ByUse = std::list<Entry>;

  /// Whatever is changed in a drawing: what may make it slow counts by itself (render/plan/cost.cpp).
  static std::string name_of(const render::Drawn& drawn, Files files);

  Mutex mutex_;
  ByUse by_use_ GUARDED_BY(mutex_);  // least recently drawn first
  std::unordered_map<std::string, ByUse::iterator> entries_ GUARDED_BY(mutex_);
};

}  // namespace rucola::delivery
