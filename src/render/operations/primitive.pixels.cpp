#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/c_handle.h"
#include "render/operations/pixels.h"
#include "render/operations/primitive_shapes.h"

// Hill climbing on a small copy: of some random shapes the one that brings the picture nearest to the image,
// then neighbours of it for as long as they are better still. The shapes that were found are drawn as SVG, in
// the size of the image. Everything that is random has a fixed seed: the same image, the same picture.

namespace rucola::render::pixels {
namespace {

using primitive::Kind;
using primitive::Polygon;
using primitive::Shape;
using vips::VImage;

constexpr int longest_side = 96;  ///< of the small copy
constexpr int first_tries = 60;
constexpr int patience = 40;  ///< neighbours in a row that are no better
constexpr double shape_opacity = 0.5;

using Rgb = std::array<double, 3>;

/// A run of pixels of one row.
struct Run {
  int y;
  int first;
  int last;  ///< not included
};

/// Where a row at the height y crosses the outline.
std::vector<double> crossings(const Polygon& outline, double y) {
  std::vector<double> found;
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const auto& a = outline[i];
    const auto& b = outline[(i + 1) % outline.size()];
    if ((a.y <= y) != (b.y <= y)) found.push_back(a.x + (y - a.y) * (b.x - a.x) / (b.y - a.y));
  }
  std::ranges::sort(found);
  return found;
}

std::vector<Run> runs_of(const Polygon& outline, Size size) {
  const auto [lowest, highest] = std::ranges::minmax(outline, {}, &primitive::Point::y);
  const auto column = [&](double x) {
    return static_cast<int>(std::clamp(std::ceil(x - 0.5), 0.0, static_cast<double>(size.width)));
  };
  std::vector<Run> runs;
  const int end = static_cast<int>(std::min<double>(size.height, std::ceil(highest.y)));
  for (int y = static_cast<int>(std::max(0.0, std::floor(lowest.y))); y < end; ++y) {
    const std::vector<double> at = crossings(outline, y + 0.5);
    for (std::size_t i = 0; i + 1 < at.size(); i += 2) {
      const Run run{.y = y, .first = column(at[i]), .last = column(at[i + 1])};
      if (run.first < run.last) runs.push_back(run);
    }
  }
  return runs;
}

struct Candidate {
  Shape shape;
  std::vector<Run> runs;
  Rgb color{};
  double gain =
      -std::numeric_limits<double>::infinity();  ///< by how much the squares of the differences shrink
};

/// The image, small, and the picture that is to become like it.
class Easel {
 public:
  explicit Easel(const VImage& image) : size_{image.width(), image.height()} {
    std::size_t bytes = 0;
    const CHandle<void, g_free> memory(image.write_to_memory(&bytes));
    const auto* samples = static_cast<const std::uint8_t*>(memory.get());
    wanted_.resize(bytes / 3);
    for (std::size_t i = 0; i < wanted_.size(); ++i)
      wanted_[i] = {static_cast<double>(samples[3 * i]), static_cast<double>(samples[3 * i + 1]),
                    static_cast<double>(samples[3 * i + 2])};
    for (const Rgb& pixel : wanted_) {
      for (std::size_t c = 0; c < 3; ++c)
        ground_[c] += pixel[c] / static_cast<double>(wanted_.size());
    }
    painted_.assign(wanted_.size(), ground_);
  }

  [[nodiscard]] Size size() const { return size_; }
  [[nodiscard]] const Rgb& ground() const { return ground_; }

  /// With the colour that suits it best.
  [[nodiscard]] Candidate judged(const Shape& shape) const {
    Candidate candidate{.shape = shape, .runs = runs_of(shape.outline(), size_)};
    Rgb sum{};
    double count = 0;
    each_pixel(candidate.runs, [&](std::size_t i) {
      ++count;
      for (std::size_t c = 0; c < 3; ++c)
        sum[c] += (wanted_[i][c] - painted_[i][c] * (1 - shape_opacity)) / shape_opacity;
    });
    if (count == 0) return candidate;
    for (std::size_t c = 0; c < 3; ++c)
      candidate.color[c] = std::clamp(std::round(sum[c] / count), 0.0, 255.0);
    candidate.gain = gain_of(candidate);
    return candidate;
  }

  void paint(const Candidate& candidate) {
    each_pixel(candidate.runs, [&](std::size_t i) { painted_[i] = mixed(painted_[i], candidate.color); });
  }

 private:
  static Rgb mixed(const Rgb& below, const Rgb& above) {
    Rgb result{};
    for (std::size_t c = 0; c < 3; ++c)
      result[c] = below[c] * (1 - shape_opacity) + above[c] * shape_opacity;
    return result;
  }

  static double distance(const Rgb& one, const Rgb& other) {
    double sum = 0;
    for (std::size_t c = 0; c < 3; ++c)
      sum += (one[c] - other[c]) * (one[c] - other[c]);
    return sum;
  }

  template <class Work>
  void each_pixel(const std::vector<Run>& runs, const Work& work) const {
    for (const Run& run : runs) {
      for (int x = run.first; x < run.last; ++x)
        work(static_cast<std::size_t>(run.y) * static_cast<std::size_t>(size_.width) +
             static_cast<std::size_t>(x));
    }
  }

  [[nodiscard]] double gain_of(const Candidate& candidate) const {
    double gain = 0;
    each_pixel(candidate.runs, [&](std::size_t i) {
      gain += distance(wanted_[i], painted_[i]) - distance(wanted_[i], mixed(painted_[i], candidate.color));
    });
    return gain;
  }

  Size size_;
  std::vector<Rgb> wanted_;
  std::vector<Rgb> painted_;
  Rgb ground_{};
};

Candidate best_shape(const Easel& easel, int mode, std::mt19937& random) {
  const double width = easel.size().width;
  const double height = easel.size().height;
  Candidate best;
  for (int i = 0; i < first_tries; ++i) {
    const int kind = mode > 0 ? mode : 1 + static_cast<int>(primitive::fraction(random) * primitive::kinds);
    Candidate candidate = easel.judged(Shape::random(static_cast<Kind>(kind), width, height, random));
    if (candidate.gain > best.gain) best = std::move(candidate);
  }
  for (int misses = 0; misses < patience; ++misses) {
    Candidate neighbour = easel.judged(best.shape.changed(width, height, random));
    if (neighbour.gain <= best.gain) continue;
    best = std::move(neighbour);
    misses = -1;
  }
  return best;
}

std::string css(const Rgb& color) {
  const auto part = [&](std::size_t channel) { return std::to_string(std::lround(color[channel])); };
  return "rgb(" + part(0) + "," + part(1) + "," + part(2) + ")";
}

std::string svg_polygon(const Candidate& candidate) {
  std::string points;
  for (const auto& point : candidate.shape.outline())
    points += std::to_string(point.x) + "," + std::to_string(point.y) + " ";
  return "<polygon points=\"" + points + "\" fill=\"" + css(candidate.color) + "\" fill-opacity=\"" +
         std::to_string(shape_opacity) + "\"/>";
}

std::string painting(const VImage& small, const PrimitiveStep& step, Size size) {
  Easel easel(small);
  std::mt19937 random(1);  // NOLINT(bugprone-random-generator-seed,cert-msc32-c,cert-msc51-cpp): the same
                           // image, the same picture
  std::string shapes;
  for (std::int32_t i = 0; i < step.count; ++i) {
    const Candidate found = best_shape(easel, step.mode, random);
    if (found.gain <= 0) continue;  // nothing is left to be better
    easel.paint(found);
    shapes += svg_polygon(found);
  }
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(size.width) + "\" height=\"" +
         std::to_string(size.height) + "\" preserveAspectRatio=\"none\" viewBox=\"0 0 " +
         std::to_string(small.width()) + " " + std::to_string(small.height()) +
         "\"><rect width=\"100%\" height=\"100%\" fill=\"" + css(easel.ground()) + "\"/>" + shapes + "</svg>";
}

/// Transparent parts become white: shapes have no holes.
VImage opaque_color(const VImage& image) {
  constexpr double white = 255;
  VImage color = image.colourspace(VIPS_INTERPRETATION_sRGB);
  if (!color.has_alpha()) return color;
  return color.flatten(VImage::option()->set("background", std::vector<double>{white, white, white}));
}

}  // namespace

VImage apply(const VImage& image, const PrimitiveStep& step) {
  const Size size{image.width(), image.height()};
  const double factor = std::min(1.0, static_cast<double>(longest_side) / std::max(size.width, size.height));
  const auto small_side = [&](int side) { return std::max(1, static_cast<int>(std::lround(side * factor))); };
  const ResizeStep shrink{{small_side(size.width), small_side(size.height)}};
  const VImage small = apply(opaque_color(image), shrink).cast(VIPS_FORMAT_UCHAR);
  const std::string svg = painting(small, step, size);
  const VImage drawn = VImage::new_from_buffer(svg.data(), svg.size(), "");
  return opaque_color(drawn).copy_memory();
}

}  // namespace rucola::render::pixels
