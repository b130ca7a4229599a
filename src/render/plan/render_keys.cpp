#include "render/plan/render_keys.h"

#include "base/hashing.h"

namespace rucola::render {
namespace {

/// "8.14" of "8.14.1".
std::string_view without_patch_level(std::string_view version) {
  const std::size_t minor = version.find('.');
  return minor == std::string_view::npos ? version : version.substr(0, version.find('.', minor + 1));
}

}  // namespace

std::string PlannedFile::identity() const {
  return render ? "render " + render->key : sha256;
}

RenderKeys::RenderKeys(std::string_view vips_version)
    : renderer_("rucola-render " + std::to_string(codec_epoch) + " libvips " +
                std::string(without_patch_level(vips_version))) {}

std::string RenderKeys::key_of(const std::vector<PlannedFile>& files, std::string_view what) const {
  std::string text = renderer_;
  text += '\n';
  for (const PlannedFile& file : files) {
    text += file.identity();
    text += '\n';
  }
  text += what;
  return sha256_hex(text);
}

}  // namespace rucola::render
