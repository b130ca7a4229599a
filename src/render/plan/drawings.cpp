#include "render/plan/drawings.h"

#include <variant>

#include <boost/json/serialize.hpp>

#include "render/plan/canonical.h"

namespace rucola::render {
namespace {

struct Finder {
  std::span<const PlannedFile> files;
  std::vector<Drawn> found{};

  /// A plan's picture, or a layer's.
  template <class Picture>
  void look_at(const Picture& picture) {
    const auto file = static_cast<std::size_t>(picture.file);
    if (file < files.size() && files[file].is_drawing) {
      found.push_back({.file = picture.file,
                       .page = picture.page,
                       .timestamp = picture.timestamp,
                       .changes = text_of(picture.svg_changes),
                       .pixels = std::int64_t{picture.source.width} * picture.source.height});
      if constexpr (requires { picture.frames_per_second; }) {
        found.back().frames_per_second = picture.frames_per_second;
        found.back().film_milliseconds = picture.film_milliseconds;
      }
    }
    for (const Step& step : picture.steps) {
      const auto* composition = std::get_if<CompositionStep>(&step);
      if (composition == nullptr) continue;
      for (const Layer& layer : composition->layer)
        look_at(layer);
    }
  }

  static std::string text_of(const std::vector<SvgChange>& changes) {
    return changes.empty() ? std::string() : boost::json::serialize(canonical::to_json(changes));
  }
};

}  // namespace

std::string part_of(const Drawn& drawn) {
  std::string part = std::to_string(drawn.page) + ' ' + std::to_string(drawn.timestamp);
  if (drawn.frames_per_second == 0) return part;
  return part + ' ' + std::to_string(drawn.frames_per_second) + ' ' + std::to_string(drawn.film_milliseconds);
}

std::vector<Drawn> drawn_by(const Plan& plan, std::span<const PlannedFile> files) {
  Finder finder{.files = files};
  finder.look_at(plan);
  return std::move(finder.found);
}

}  // namespace rucola::render
