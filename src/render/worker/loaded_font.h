// A font that lies in memory, for Pango: alone, without the machine's own fonts. What the font lacks is drawn
// as a box.
//
// Fontconfig knows fonts by path only, so the bytes lie in a memory file, which /proc/self/fd gives a path:
// the sandbox lets a process open those of its own.
//
// Threads: a worker has one. Errors: Refused.
#pragma once

#include <memory>
#include <string_view>

#include <fontconfig/fontconfig.h>
#include <pango/pango.h>

#include "base/unique_fd.h"

namespace rucola::render::worker {

struct Unreference {
  void operator()(gpointer object) const { g_object_unref(object); }
};

class LoadedFont {
 public:
  explicit LoadedFont(std::string_view bytes);
  LoadedFont(const LoadedFont&) = delete;
  LoadedFont& operator=(const LoadedFont&) = delete;
  ~LoadedFont();

  /// Of one pixel an em's unit: sizes are absolute.
  [[nodiscard]] std::unique_ptr<PangoLayout, Unreference> layout() const;

 private:
  struct Destroy {
    void operator()(FcConfig* config) const { FcConfigDestroy(config); }
  };

  UniqueFd file_;
  std::unique_ptr<FcConfig, Destroy> config_;
  std::unique_ptr<PangoFontMap, Unreference> map_;
  std::unique_ptr<PangoContext, Unreference> context_;
};

}  // namespace rucola::render::worker
