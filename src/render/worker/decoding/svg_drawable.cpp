#include "render/worker/decoding/svg_drawable.h"

#include "base/ascii.h"
#include "render/worker/decoding/svg_bitmaps.h"
#include "render/worker/svg/svg_document.h"
#include "render/worker/svg/svg_drop_shadow.h"
#include "render/worker/svg/svg_policy.h"
#include "render/worker/svg/svg_variables.h"

namespace rucola::render::worker {
namespace {

bool may_have_variables(std::string_view svg) {
  for (std::size_t at = svg.find('('); at != std::string_view::npos; at = svg.find('(', at + 1)) {
    if (at >= 3 && equal_ignoring_case(svg.substr(at - 3, 3), "var")) return true;
  }
  return false;
}

/// In other words where there are any.
Result<std::optional<std::string>> reworded(std::string_view svg) {
  const bool has_variables = may_have_variables(svg);
  if (!has_variables && !svg.contains("feDropShadow")) return std::nullopt;
  const SvgDocument document = parse_svg(svg);
  if (!document) return fail(ErrorCode::unprocessable, "The SVG file is damaged: it is no well-formed XML.");
  if (has_variables) {
    if (auto replaced = replace_variables(*document); !replaced) return std::unexpected(replaced.error());
  }
  replace_drop_shadows(*document);
  std::string result = written_root(*document);
  if (auto allowed = check_svg(result); !allowed)
    return fail(ErrorCode::unprocessable, "The SVG " + allowed.error() + ".");
  return result;
}

}  // namespace

Result<std::optional<std::string>> drawable_svg(std::string_view svg, const protocol::Limits& limits) {
  auto words = reworded(svg);
  if (!words) return words;
  auto bitmaps = with_known_bitmaps(*words ? std::string_view(**words) : svg, limits);
  if (!bitmaps || *bitmaps) return bitmaps;
  return words;
}

}  // namespace rucola::render::worker
