// The canonical keys of what is rendered and measured, made in one place: caches, coalescing and tags all
// work by them. A key is of the files, of what is done to them (canonical texts, which are the same whatever
// options come to exist), and of who does it.
//
// Thread-safe; immutable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "render/plan/planned_render.h"

namespace rucola::render {

/// To be raised whenever the same plan, carried out by the same libvips, comes to give other bytes, so that
/// no cache serves those of before.
inline constexpr int codec_epoch = 8;

class RenderKeys {
 public:
  /// `vips_version` as the workers report it. Patch levels make no difference: "8.14.1" counts as 8.14.
  explicit RenderKeys(std::string_view vips_version);

  /// 64 hex.
  [[nodiscard]] std::string key_of(const std::vector<PlannedFile>& files, std::string_view what) const;

 private:
  std::string renderer_;
};

}  // namespace rucola::render
