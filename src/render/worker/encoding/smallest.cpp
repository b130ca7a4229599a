#include "render/worker/encoding/smallest.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "render/worker/encoding/encode.h"
#include "render/worker/encoding/ssimulacra2.h"
#include "render/worker/encoding/within_bytes.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

/// Larger pictures are compared by tiles spread over them. Few and large ones: where tiles meet, WebP does
/// worse than in the picture (by up to 8 points with tiles of 128, by 4 with these).
constexpr std::int64_t most_compared_pixels = 1'000'000;
constexpr int tile_side = 256;
constexpr int tiles_a_side = 3;
/// Encoders work in blocks of up to 16 pixels: a tile begins where a block does, or it would be another
/// picture.
constexpr int block_side = 16;

/// Below, pictures fall apart.
constexpr std::int32_t lowest_quality = 20;
/// So little over the score asked for that looking further gains nothing.
constexpr double near_enough = 0.5;

/// `place` is 0 for the first tile of a row or column and 1 for its last.
int tile_start(int length, int tile, double place) {
  const int start = static_cast<int>((length - tile) * place);
  return start - start % block_side;
}

double place_of(int number, int last) {
  return last == 0 ? 0 : static_cast<double>(number) / last;
}

/// The metric goes on with narrow pictures until they are as wide as a tile.
std::int64_t compared_pixels(const VImage& image) {
  return std::int64_t{std::max(image.width(), tile_side)} * std::max(image.height(), tile_side);
}

VImage sample_of(const VImage& image) {
  if (compared_pixels(image) <= most_compared_pixels) return image;
  const int width = std::min(tile_side, image.width());
  const int height = std::min(tile_side, image.height());
  const int across = std::clamp(image.width() / tile_side, 1, tiles_a_side);
  const int down = std::clamp(image.height() / tile_side, 1, tiles_a_side);
  std::vector<VImage> tiles;
  tiles.reserve(static_cast<std::size_t>(across) * static_cast<std::size_t>(down));
  for (int row = 0; row < down; ++row) {
    for (int column = 0; column < across; ++column) {
      tiles.push_back(image.extract_area(tile_start(image.width(), width, place_of(column, across - 1)),
                                         tile_start(image.height(), height, place_of(row, down - 1)), width,
                                         height));
    }
  }
  return VImage::arrayjoin(tiles, VImage::option()->set("across", across));
}

VImage decoded(const std::string& bytes) {
  return VImage::new_from_buffer(bytes.data(), bytes.size(), "").copy_memory();
}

/// A part of the picture that stands for all of it.
class Sample {
 public:
  explicit Sample(const VImage& picture) : pixels_(sample_of(picture).copy_memory()), metric_(pixels_) {}

  [[nodiscard]] double score_with(const Encoding& encoding) const {
    return metric_.score(decoded(encode(pixels_, encoding)));
  }
  [[nodiscard]] double score_of_all(const std::string& bytes) const {
    return metric_.score(sample_of(decoded(bytes)));
  }

 private:
  VImage pixels_;
  Ssimulacra2 metric_;
};

/// The lower the quality, the lower the score: halves the range until the last quality that scores enough.
std::int32_t lowest_with_score(const Sample& sample, Encoding encoding) {
  std::int32_t good = encoding.quality;
  if (sample.score_with(encoding) < encoding.min_score) return good;
  std::int32_t too_low = lowest_quality - 1;
  while (good - too_low > 1) {
    encoding.quality = (good + too_low) / 2;
    const double score = sample.score_with(encoding);
    if (score < encoding.min_score) {
      too_low = encoding.quality;
      continue;
    }
    good = encoding.quality;
    if (score <= encoding.min_score + near_enough) break;
  }
  return good;
}

bool loses_transparency(const Encoding& encoding) {
  return !keeps_transparency(encoding.format) && !encoding.flatten_always;
}

/// What came of an encoding: a file, or none, since it looks wrong or is too large.
struct Attempt {
  std::optional<std::string> bytes{};
  std::optional<TooLarge> too_large{};
};

Attempt attempt(const VImage& pixels, const Encoding& encoding, const CopyrightNotice& notice) {
  auto written = encode_within_bytes(pixels, encoding, notice);
  if (!written) return {.too_large = written.error()};
  return {.bytes = *std::move(written)};
}

Attempt attempt_palette(const VImage& pixels, const Encoding& encoding, const CopyrightNotice& notice,
                        const Sample& sample) {
  // Most photos are refused by their sample: finding a palette for all of a large one takes seconds.
  if (sample.score_with(encoding) < encoding.min_score) return {};
  Attempt made = attempt(pixels, encoding, notice);
  if (made.bytes && sample.score_of_all(*made.bytes) < encoding.min_score) return {};
  return made;
}

Attempt attempt_within(const VImage& pixels, Encoding encoding, const CopyrightNotice& notice) {
  if (encoding.min_score == 0) return attempt(pixels, encoding, notice);
  const Sample sample(as_written(pixels, encoding));
  if (encoding.palette_quality > 0) return attempt_palette(pixels, encoding, notice, sample);
  encoding.quality = lowest_with_score(sample, encoding);
  return attempt(pixels, encoding, notice);
}

/// The best of those that there have been.
class Contest {
 public:
  void enter(Attempt made, const Encoding& encoding) {
    if (made.too_large) too_large_ = smaller_of(too_large_, *made.too_large);
    if (!made.bytes) return;
    const double counts = encoding.size_counts * static_cast<double>(made.bytes->size());
    if (counts >= counts_) return;
    best_ = Encoded{*std::move(made.bytes), encoding.format};
    counts_ = counts;
  }

  /// Nothing but size keeps all of them out.
  Result<Encoded> winner() {
    if (!best_) return std::unexpected(too_large_error(too_large_));
    return *std::move(best_);
  }

 private:
  std::optional<Encoded> best_;
  double counts_ = std::numeric_limits<double>::infinity();
  TooLarge too_large_;
};

}  // namespace

Result<Encoded> encode_smallest(const VImage& pixels, std::span<const Encoding> encodings,
                                const CopyrightNotice& notice) {
  const Encoding& first = encodings.front();
  const bool must_keep_transparency =
      encodings.size() > 1 && !loses_transparency(first) && is_see_through(pixels);
  // What nobody asked a quality of is answered with at once, and never followed by something larger.
  const bool is_bound = first.min_score == 0 && !first.thorough;
  auto most = std::numeric_limits<std::size_t>::max();
  Contest contest;
  for (const Encoding& encoding : encodings) {
    if (must_keep_transparency && loses_transparency(encoding)) continue;
    Attempt made = attempt_within(pixels, encoding, notice);
    if (made.bytes && made.bytes->size() > most) continue;
    if (made.bytes && is_bound && &encoding == &first) most = made.bytes->size();
    contest.enter(std::move(made), encoding);
  }
  return contest.winner();
}

}  // namespace rucola::render::worker
