#include "render/operations/crop_target.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "render/source/areas.h"

namespace rucola::render {
namespace {

using Kind = CropAnchor::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 5> names{{{"auto", Kind::any_area},
                                                                  {"subjectarea", Kind::subject_area},
                                                                  {"croparea", Kind::crop_area},
                                                                  {"face", Kind::face},
                                                                  {"smart", Kind::smart}}};

/// The areas that may be meant, the first ones before the later ones; in pixels of the source.
std::vector<CropTarget> candidates(Kind kind, std::string_view name, const AreasOfImage& areas) {
  std::vector<CropTarget> found;
  const auto add = [&](const std::optional<Box>& box, bool is_frame) {
    if (box) found.push_back({.box = *box, .is_frame = is_frame});
  };
  const auto add_areas = [&](const Areas& of) {
    if (kind == Kind::any_area || kind == Kind::subject_area) add(of.subject, false);
    if (kind == Kind::any_area || kind == Kind::crop_area) add(of.crop, true);
  };
  if (const auto named = areas.named.find(name); named != areas.named.end()) add_areas(named->second);
  add_areas(areas.general);
  if (kind == Kind::any_area || kind == Kind::face) add(areas.face, false);
  return found;
}

/// What of it lies on the image.
std::optional<Box> visible(const Box& box, Size image) {
  const double left = std::max(box.left, 0.0);
  const double top = std::max(box.top, 0.0);
  const double right = std::min<double>(box.left + box.width, image.width);
  const double bottom = std::min<double>(box.top + box.height, image.height);
  if (right <= left || bottom <= top) return std::nullopt;
  return Box{.left = left, .top = top, .width = right - left, .height = bottom - top};
}

}  // namespace

std::optional<CropAnchor> parse_crop_anchor(std::string_view text) {
  const auto named = std::ranges::find(names, text, &std::pair<std::string_view, Kind>::first);
  if (named != names.end()) return CropAnchor{.kind = named->second, .place = {}};
  const auto place = parse_anchor(text);
  if (!place) return std::nullopt;
  return CropAnchor{.kind = Kind::place, .place = *place};
}

std::optional<CropTarget> find_target(Kind kind, std::string_view name, const PlanningContext& context) {
  if (context.image == nullptr || !context.from_source) return std::nullopt;
  const auto areas = parse_areas(context.image->dynamic_metadata_json, context.image->size);
  for (const CropTarget& candidate : candidates(kind, name, areas)) {
    const auto box = visible(context.from_source->of(candidate.box), context.size);
    if (box) return CropTarget{.box = *box, .is_frame = candidate.is_frame};
  }
  return std::nullopt;
}

}  // namespace rucola::render
