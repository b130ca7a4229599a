// A font that lies in memory, for Pango: alone, without the machine's own fonts. What the font lacks is drawn
// as a box.
//
// Fontconfig knows fonts by path only, so the bytes lie in a memory file, which /proc/self/fd gives a path:
// the sandbox lets a process open those of its own.
//
// Threads: a worker has one. Errors: Refused.
#pragma once

#include <memory>

#include <fontconfig/fontconfig.h>
#include <pango/pango.h>

#include "base/c_handle.h"
#include "base/unique_fd.h"
#include "render/worker/memory/files.h"

namespace rucola::render::worker {

class LoadedFont {
 public:
  explicit LoadedFont(const File& font);
  LoadedFont(const LoadedFont&) = delete;
  LoadedFont& operator=(const LoadedFont&) = delete;
  ~LoadedFont();

  /// Of one pixel an em's unit: sizes are absolute.
  [[nodiscard]] CHandle<PangoLayout, g_object_unref> layout() const;

 private:
  UniqueFd file_;
  CHandle<FcConfig, FcConfigDestroy> config_;
  CHandle<PangoFontMap, g_object_unref> map_;
  CHandle<PangoContext, g_object_unref> context_;
};

}  // namespace rucola::render::worker
