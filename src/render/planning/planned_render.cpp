#include "render/planning/planned_render.h"

#include "base/hashing.h"

namespace rucola::render {

std::string PlannedFile::identity() const {
  return render ? "render " + render->key : sha256;
}

std::string key_of(const std::vector<PlannedFile>& files, std::string_view what) {
  std::string text(renderer_version);
  text += '\n';
  for (const PlannedFile& file : files) {
    text += file.identity();
    text += '\n';
  }
  text += what;
  return sha256_hex(text);
}

}  // namespace rucola::render
