#include "render/planning/enlargement.h"

#include <limits>
#include <utility>
#include <variant>

#include "render/planning/size_limits.h"

namespace rucola::render {
namespace {

/// So much more than what a crop leaves of it: less is made as it is written.
constexpr std::int64_t giant = 8;

std::int64_t pixels_of(Size size) {
  return std::int64_t{size.width} * size.height;
}

/// A side that is as long as that is only the longest that can be said.
bool is_whole(Size size) {
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  return size.width < most && size.height < most;
}

}  // namespace

Result<void> Enlargement::check(std::string_view operation, std::int64_t frames, const Settings& settings) {
  if (context_.steps.size() == steps_) return {};
  if (join_with_crop()) too_large_.reset();
  if (too_large_) return std::unexpected(*too_large_);
  steps_ = context_.steps.size();
  const Size before = std::exchange(before_, context_.size);
  auto fits = check_growth(before, context_.size, frames, operation, settings);
  resized_from_.reset();
  if (!std::holds_alternative<ResizeStep>(context_.steps.back())) return fits;
  resized_from_ = before;
  if (!fits) too_large_ = std::move(fits).error();
  return {};
}

Result<void> Enlargement::check_end() const {
  if (too_large_) return std::unexpected(*too_large_);
  return {};
}

bool Enlargement::join_with_crop() {
  auto& steps = context_.steps;
  if (steps.size() < 2) return false;
  const auto* crop = std::get_if<CropStep>(&steps.back());
  const auto* resize = std::get_if<ResizeStep>(&steps[steps.size() - 2]);
  if (crop == nullptr || resize == nullptr || !resized_from_ || !is_whole(resize->to)) return false;
  const Size whole = resize->to;
  const bool enlarges = whole.width >= resized_from_->width && whole.height >= resized_from_->height;
  const bool is_giant = !is_drawn_ && pixels_of(whole) >= giant * pixels_of(crop->size);
  if (!enlarges || (!too_large_ && !is_giant)) return false;
  const EnlargedPartStep part{.whole = whole, .left = crop->left, .top = crop->top, .size = crop->size};
  steps.pop_back();
  steps.back() = part;
  before_ = *std::exchange(resized_from_, std::nullopt);
  return true;
}

}  // namespace rucola::render
