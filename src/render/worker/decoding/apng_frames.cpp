#include "render/worker/decoding/apng_frames.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "render/worker/decoding/vips_loading.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

/// `Sample`: of 8 or 16 bits.
template <class Sample>
class ApngRows : public Rows {
 public:
  ApngRows(std::string_view bytes, ApngStructure apng, const VImage& still, VipsFailOn fail_on)
      : bytes_(bytes),
        apng_(std::move(apng)),
        fail_on_(fail_on),
        interpretation_(still.interpretation()),
        colors_(static_cast<std::size_t>(still.bands()) - (still.has_alpha() ? 1 : 0)),
        bands_(colors_ + 1),
        row_samples_(bands_ * static_cast<std::size_t>(apng_.width)) {}

  [[nodiscard]] RowLayout layout() const override {
    return {.size = {apng_.width, apng_.height * static_cast<std::int32_t>(apng_.frames.size())},
            .bands = static_cast<int>(bands_),
            .format = sizeof(Sample) == 1 ? VIPS_FORMAT_UCHAR : VIPS_FORMAT_USHORT,
            .interpretation = interpretation_,
            .in_order = true};
  }

  bool read(int y, std::span<std::uint8_t> row) override {
    const auto frame = static_cast<std::size_t>(y / apng_.height);
    if (frame + 1 < shown_) start_again();
    while (shown_ <= frame) {
      if (!show_next()) return false;
    }
    const auto from =
        std::span(canvas_).subspan(static_cast<std::size_t>(y % apng_.height) * row_samples_, row_samples_);
    std::ranges::copy(std::as_bytes(from), std::as_writable_bytes(row).begin());
    return true;
  }

 private:
  static constexpr Sample opaque = std::numeric_limits<Sample>::max();

  void start_again() {
    shown_ = 0;
    std::ranges::fill(canvas_, Sample{0});
  }

  bool show_next() {
    if (shown_ > 0) dispose_of(apng_.frames[shown_ - 1]);
    const ApngFrame& frame = apng_.frames[shown_];
    const auto png = png_of_frame(bytes_, apng_, frame);
    if (!png) return false;
    const OwnedBlob blob = blob_of(*png);
    const VImage picture = VImage::pngload_buffer(blob.get(), loader_options(fail_on_)).copy_memory();
    if (picture.format() != layout().format || picture.width() != frame.width ||
        picture.height() != frame.height || std::cmp_less(picture.bands(), colors_))
      return false;
    // Not before: a file of a hundred bytes may claim any size.
    canvas_.resize(row_samples_ * static_cast<std::size_t>(apng_.height));
    if (frame.disposal == ApngDisposal::restore) before_ = canvas_;
    paint(picture, frame);
    ++shown_;
    return true;
  }

  void dispose_of(const ApngFrame& frame) {
    if (frame.disposal == ApngDisposal::restore) std::swap(canvas_, before_);
    if (frame.disposal != ApngDisposal::clear) return;
    for (std::int32_t y = 0; y < frame.height; ++y)
      std::ranges::fill(part_of_row(frame, y), Sample{0});
  }

  std::span<Sample> part_of_row(const ApngFrame& frame, std::int32_t y) {
    return std::span(canvas_).subspan(static_cast<std::size_t>(frame.top + y) * row_samples_ +
                                          static_cast<std::size_t>(frame.left) * bands_,
                                      static_cast<std::size_t>(frame.width) * bands_);
  }

  void paint(const VImage& picture, const ApngFrame& frame) {
    const auto bands = static_cast<std::size_t>(picture.bands());
    const auto width = static_cast<std::size_t>(frame.width);
    const std::span all(static_cast<const Sample*>(picture.data()),
                        bands * width * static_cast<std::size_t>(frame.height));
    for (std::int32_t y = 0; y < frame.height; ++y) {
      const auto from = all.subspan(static_cast<std::size_t>(y) * bands * width, bands * width);
      const std::span<Sample> to = part_of_row(frame, y);
      for (std::size_t x = 0; x < width; ++x)
        put(from.subspan(bands * x, bands), to.subspan(bands_ * x, bands_), frame.is_over);
    }
  }

  void put(std::span<const Sample> from, std::span<Sample> to, bool is_over) const {
    const Sample alpha = from.size() > colors_ ? from[colors_] : opaque;
    if (is_over && alpha != opaque && to[colors_] != 0) {
      if (alpha != 0) blend(from, to, alpha);
      return;
    }
    std::copy_n(from.begin(), colors_, to.begin());
    to[colors_] = alpha;
  }

  /// Opacities weigh the colours, which they are not multiplied with in a PNG.
  void blend(std::span<const Sample> from, std::span<Sample> to, std::uint64_t alpha) const {
    const std::uint64_t upper = alpha * opaque;
    const std::uint64_t lower = (opaque - alpha) * to[colors_];
    const std::uint64_t both = upper + lower;
    for (std::size_t band = 0; band < colors_; ++band)
      to[band] = static_cast<Sample>((from[band] * upper + to[band] * lower + both / 2) / both);
    to[colors_] = static_cast<Sample>((both + opaque / 2) / opaque);
  }

  std::string_view bytes_;
  ApngStructure apng_;
  VipsFailOn fail_on_;
  VipsInterpretation interpretation_;
  std::size_t colors_;
  std::size_t bands_;  ///< colours and opacity
  std::size_t row_samples_;
  std::vector<Sample> canvas_;
  std::vector<Sample> before_;  ///< the last frame that is taken back
  std::size_t shown_ = 0;       ///< frames that have been painted onto the canvas
};

}  // namespace

std::shared_ptr<Rows> apng_rows(std::string_view bytes, ApngStructure apng, const VImage& still,
                                VipsFailOn fail_on) {
  if (still.format() == VIPS_FORMAT_USHORT)
    return std::make_shared<ApngRows<std::uint16_t>>(bytes, std::move(apng), still, fail_on);
  return std::make_shared<ApngRows<std::uint8_t>>(bytes, std::move(apng), still, fail_on);
}

}  // namespace rucola::render::worker
