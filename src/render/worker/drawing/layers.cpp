#include "render/worker/drawing/layers.h"

#include <algorithm>
#include <utility>

#include "render/worker/drawing/frame_painter.h"
#include "render/worker/drawing/size_check.h"
#include "render/worker/svg/svg_changes.h"
#include "render/worker/svg/svg_policy.h"
#include "render/worker/svg/svg_text.h"

namespace rucola::render::worker {
namespace {

Error contradiction(std::string detail) {
  return {ErrorCode::internal, {"The image could not be processed."}, {std::move(detail)}};
}

}  // namespace

std::string_view with_changes(std::string_view bytes, std::span<const SvgChange> changes,
                              std::string& changed) {
  if (changes.empty()) return bytes;
  if (!is_svg(bytes)) throw Refused(contradiction("changes of an SVG for something else"));
  const auto readable = readable_svg(bytes);
  if (!readable) throw Refused(readable.error());
  const std::string_view text = *readable ? std::string_view(**readable) : bytes;
  if (auto verdict = check_svg(text); !verdict)
    throw Refused({ErrorCode::unprocessable, {"The SVG " + verdict.error() + "."}, {}});
  Result<std::string> result = changed_svg(text, changes);
  if (!result) throw Refused(result.error());
  changed = *std::move(result);
  return changed;
}

const File& Layers::file(std::int32_t index) const {
  if (index < 0 || static_cast<std::size_t>(index) >= files_.size()) {
    throw Refused(contradiction("the plan uses a file that did not come along"));
  }
  return files_[static_cast<std::size_t>(index)];
}

const vips::VImage& Layers::picture(const Layer& layer) {
  if (const auto known = painted_.find(&layer); known != painted_.end()) return known->second;
  std::string changed;
  const std::string_view bytes = with_changes(file(layer.file).bytes, layer.svg_changes, changed);
  const Result<SourceHeader> header = examine_stored(bytes, layer.source, limits_, std::max(layer.page, 1));
  if (!header) throw Refused(header.error());
  const Result<Size> size = check_sizes(layer.source, layer.steps, 1, limits_);
  if (!size) throw Refused(size.error());
  FramePainter painter(layer.source, layer.steps, *header, *this);
  Decoding decoding = painter.decoding(1);
  decoding.timestamp = layer.timestamp;
  vips::VImage picture = painter.paint(decode(bytes, *header, decoding)).copy_memory();
  if (picture.width() != size->width || picture.height() != size->height) {
    throw Refused(contradiction("a layer is not of the planned size"));
  }
  return painted_.emplace(&layer, std::move(picture)).first->second;
}

}  // namespace rucola::render::worker
