#include "render/worker/raw/raw_candidates.h"

#include "render/worker/structure/jpeg_frame.h"

namespace rucola::render::worker {

void RawCandidates::add(std::uint64_t at, std::uint64_t size, Witness witness) {
  if (at == 0 || size == 0) return;
  if (at >= file_.size()) {
    lacks_some_ = lacks_some_ || witness == Witness::file;
    return;
  }
  const std::uint64_t left = file_.size() - at;
  const bool is_cut_off = size > left;
  if (is_cut_off && witness == Witness::makers_note) return;
  const std::string_view jpeg =
      file_.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(is_cut_off ? left : size));
  const auto found = size_of_ordinary_jpeg(jpeg);
  if (!found) return;
  const std::int64_t pixels = std::int64_t{found->width} * found->height;
  if (pixels < best_pixels_ || (pixels == best_pixels_ && jpeg.size() <= best_.size())) return;
  best_ = jpeg;
  best_pixels_ = pixels;
  best_is_cut_off_ = is_cut_off;
}

}  // namespace rucola::render::worker
