// What planning comes to: plans, together with the files they count and the keys of what they make.
//
// Values; no shared state.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "render/plan/cost.h"
#include "render/plan/measurement.h"
#include "render/plan/plan.h"

namespace rucola::render {

struct PlannedRender;

/// A file that a job reads: an upload, or the result of another render.
struct PlannedFile {
  std::string sha256;      ///< of the blob; empty for a render
  std::int64_t bytes = 0;  ///< of the blob; 0: not known
  std::shared_ptr<const PlannedRender> render{};
  bool is_drawing = false;  ///< of a blob, also of a video: what it takes its size doesn't tell (drawings.h)

  /// What a key depends on.
  [[nodiscard]] std::string identity() const;
};

/// Steps that have to be carried out and measured before planning can go on.
struct NeededMeasurement {
  Measurement measurement;
  Plan plan;
  std::vector<PlannedFile> files;
  std::string key;  ///< canonical, as that of a render
  Cost cost{};
};

/// The same picture in less bytes, for whoever has the time: see docs/optimisation.md.
struct SmallerRender {
  Plan plan;
  std::string key;  ///< as that of a render
};

struct PlannedRender {
  Plan plan;
  std::vector<PlannedFile> files;  ///< that the plan counts; the first is the image itself
  std::string key;                 ///< 64 hex: the canonical key of the result
  /// The same picture from the source itself, for when the base can't be made. Null where nothing else will
  /// do.
  std::shared_ptr<const PlannedRender> without_base{};
  Cost cost{};  ///< of `plan`; that of a base is its own
  bool varies_on_accept = false;
  bool varies_on_save_data = false;
  bool reads_user_metadata = false;  ///< which may change under the same hash
  bool attachment = false;           ///< content_disposition: attachment
  /// To be made of the same files after the first answer, and delivered from then on.
  std::optional<SmallerRender> smaller;
};

}  // namespace rucola::render
