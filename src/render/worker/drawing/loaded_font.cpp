#include "render/worker/drawing/loaded_font.h"

#include <string>
#include <utility>

#include <fcntl.h>
#include <pango/pangoft2.h>
#include <sys/mman.h>

#include "render/worker/memory/result_file.h"

namespace rucola::render::worker {
namespace {

[[noreturn]] void give_up(const char* detail) {
  throw Refused({ErrorCode::internal, {"The font could not be loaded."}, {detail}});
}

UniqueFd in_memory(const File& font) {
  if (font.descriptor >= 0) return UniqueFd(::fcntl(font.descriptor, F_DUPFD_CLOEXEC, 0));
  UniqueFd file(::memfd_create("font", MFD_CLOEXEC));
  if (!file) give_up("there is no file of it in memory");
  if (auto written = write_result(file, font.bytes); !written) throw Refused(written.error());
  return file;
}

/// Outlines as the font has them: a program inside the font, which hinting is, is never run.
void without_hinting(FcPattern* pattern, gpointer /*nothing*/) {
  FcPatternDel(pattern, FC_HINTING);
  FcPatternAddBool(pattern, FC_HINTING, FcFalse);
  FcPatternDel(pattern, FC_AUTOHINT);
  FcPatternAddBool(pattern, FC_AUTOHINT, FcFalse);
  FcPatternDel(pattern, FC_ANTIALIAS);
  FcPatternAddBool(pattern, FC_ANTIALIAS, FcTrue);
}

}  // namespace

LoadedFont::LoadedFont(const File& font)
    : file_(in_memory(font)), config_(FcConfigCreate()), map_(pango_ft2_font_map_new()) {
  const std::string path = "/proc/self/fd/" + std::to_string(file_.get());
  const auto* name = reinterpret_cast<const FcChar8*>(path.c_str());
  if (!config_ || FcConfigAppFontAddFile(config_.get(), name) == FcFalse) {
    give_up("fontconfig does not take it; /proc must be there");
  }
  auto* map = reinterpret_cast<PangoFcFontMap*>(map_.get());
  pango_fc_font_map_set_config(map, config_.get());
  pango_fc_font_map_set_default_substitute(map, &without_hinting, nullptr, nullptr);
  pango_ft2_font_map_set_resolution(reinterpret_cast<PangoFT2FontMap*>(map_.get()), 72, 72);
  context_.reset(pango_font_map_create_context(map_.get()));
  pango_context_set_round_glyph_positions(context_.get(), FALSE);
}

/// The map, its caches and what they hold refer to each other: without a word none of them ever goes. And
/// Pango 1.50 never gives the configuration back, which then holds nothing but itself.
LoadedFont::~LoadedFont() {
  pango_fc_font_map_shutdown(reinterpret_cast<PangoFcFontMap*>(map_.get()));
  if (config_) FcConfigAppFontClear(config_.get());
}

CHandle<PangoLayout, g_object_unref> LoadedFont::layout() const {
  return CHandle<PangoLayout, g_object_unref>(pango_layout_new(context_.get()));
}

}  // namespace rucola::render::worker
