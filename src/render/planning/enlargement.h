// How far a picture may grow while it is planned. A strip that a resize fills a box with, as in 1 x 10,000
// pixels over 1000 x 1000, is a giant only until the crop behind it: the two become one step, which makes no
// more than what is left.
//
// Threads: an object belongs to one planning of one picture. Errors: unprocessable with the limit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "render/operations/operation.h"
#include "render/settings.h"

namespace rucola::render {

class Enlargement {
 public:
  /// Of the picture before its first operation; outlives the object. What is drawn is sharp at the size of
  /// its resize: there only what is too large for that becomes one step.
  Enlargement(PlanningContext& context, bool is_drawn)
      : context_(context), is_drawn_(is_drawn), before_(context.size) {}

  /// To be called after each operation. What only a crop could save is not yet an error.
  Result<void> check(std::string_view operation, std::int64_t frames, const Settings& settings);
  /// After the last one.
  [[nodiscard]] Result<void> check_end() const;

 private:
  bool join_with_crop();

  PlanningContext& context_;
  bool is_drawn_;
  Size before_;                       // as the last step left it
  std::optional<Size> resized_from_;  // where that was a resize
  std::size_t steps_ = 0;             // so many have been looked at
  std::optional<Error> too_large_;    // the last step made a giant
};

}  // namespace rucola::render
