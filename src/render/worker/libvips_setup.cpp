#include "render/worker/libvips_setup.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <dlfcn.h>
#include <gmodule.h>
#include <iconv.h>
#include <libheif/heif.h>
#include <stdlib.h>
#include <vips/vips8>

#include "render/worker/inspection/file_kind.h"
#include "render/worker/svg/svg_drawing.h"

namespace rucola::render::worker {
namespace {

// libvips would load every module of its folder, ImageMagick's among them: 327 of 327 worker deaths in a
// corpus of damaged files were its doing, and starting takes 17 ms longer. A prefix that does not exist has
// no modules.
constexpr const char* prefix_without_modules = "/nonexistent";

// What formats that are decoded as a whole (WebP, AVIF, interlaced PNG) have more than 100 MB of pixels of,
// libvips would put into a temporary file, which the sandbox forbids. The limit of memory is the worker's
// own.
constexpr const char* never_on_disc = "1000g";

// SVG: the shapes of the operation "primitive", which are a drawing of our own; others' are for
// svg/svg_drawing.h.
constexpr std::array needed_operations{
    "VipsForeignLoadSvgBuffer",  "VipsForeignLoadJpegBuffer", "VipsForeignLoadPngBuffer",
    "VipsForeignLoadWebpBuffer", "VipsForeignLoadHeifBuffer", "VipsForeignLoadNsgifBuffer",
    "VipsForeignLoadTiffBuffer", "VipsForeignSaveJpegBuffer", "VipsForeignSaveWebpBuffer",
    "VipsForeignSaveHeifBuffer", "VipsForeignSaveCgifBuffer"};

/// One of them is needed: libpng's writer, or libspng's from 8.16 on.
constexpr std::array png_writers{"VipsForeignSavePngBuffer", "VipsForeignSaveSpngBuffer"};

/// Who lacks one of these is told so by the request that needs it.
constexpr std::array optional_operations{"VipsForeignLoadJxlBuffer",  "VipsForeignLoadJp2kBuffer",
                                         "VipsForeignLoadPdfBuffer",  "VipsForeignSaveJxlBuffer",
                                         "VipsForeignSaveJp2kBuffer", "VipsForeignSaveTiffBuffer"};

/// A module, and an operation that it brings; where that is built into libvips itself there is no such file.
struct Module {
  const char* file;
  const char* operation;
};
constexpr std::array modules{Module{"vips-heif.so", "VipsForeignLoadHeifBuffer"},
                             Module{"vips-jxl.so", "VipsForeignLoadJxlBuffer"},
                             Module{"vips-poppler.so", "VipsForeignLoadPdfBuffer"}};

std::filesystem::path directory_of_library(void* function) {
  Dl_info info{};
  if (::dladdr(function, &info) == 0 || info.dli_fname == nullptr) return {};
  return std::filesystem::path(info.dli_fname).parent_path();
}

std::filesystem::path library_directory() {
  return directory_of_library(reinterpret_cast<void*>(&vips_init));
}

std::filesystem::path path_of(const Module& module) {
  const std::string folder =
      "vips-modules-" + std::to_string(vips_version(0)) + "." + std::to_string(vips_version(1));
  return library_directory() / folder / module.file;
}

bool allow(const char* operation) {
  if (g_type_from_name(operation) == 0) return false;
  vips_operation_block_set(operation, FALSE);
  return true;
}

std::unexpected<std::string> lacking(const char* operation) {
  return std::unexpected(std::string("libvips ") + vips_version_string() + " lacks " + operation);
}

void ignore_log(const char*, GLogLevelFlags, const char*, void*) {}

}  // namespace

void preload_modules() {
  for (const Module& module : modules)
    ::dlopen(path_of(module).c_str(), RTLD_LAZY | RTLD_LOCAL);
  // From Debian 13 on libheif's codecs are modules too, which it looks for the first time that it is asked
  // to. What fails here is told by the self-test.
  static_cast<void>(heif_init(nullptr));
}

std::vector<std::filesystem::path> directories_to_read() {
  std::vector<std::filesystem::path> directories{
      "/etc/fonts", "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig",
      "/var/cache/fontconfig",
      // the C library's encodings
      directory_of_library(reinterpret_cast<void*>(&iconv)) / "gconv"};
  directories.insert(directories.end(), magic_directories.begin(), magic_directories.end());
  return directories;
}

std::expected<void, std::string> start_libvips() {
  ::setenv("VIPSHOME", prefix_without_modules, 1);
  ::setenv("VIPS_DISC_THRESHOLD", never_on_disc, 1);
  g_log_set_default_handler(ignore_log, nullptr);  // also keeps glib from looking for a journal's socket
  if (vips_init("rucola-worker") != 0) return std::unexpected(std::string("libvips: ") + vips_error_buffer());
  for (const Module& module : modules) {
    if (g_type_from_name(module.operation) == 0) g_module_open(path_of(module).c_str(), G_MODULE_BIND_LAZY);
  }
  vips_concurrency_set(1);  // until a job says otherwise
  vips_cache_set_max(0);
  vips_operation_block_set("VipsForeign", TRUE);
  for (const char* operation : needed_operations) {
    if (!allow(operation)) return lacking(operation);
  }
  if (std::ranges::count_if(png_writers, allow) == 0) return lacking(png_writers.front());
  std::ranges::for_each(optional_operations, allow);
  return {};
}

void warm_up_fonts() {
  constexpr std::string_view drawing =
      "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'><text y='8' font-size='8'>x</text></svg>";
  const auto read = SvgDrawing::read(drawing);
  if (!read) return;
  try {
    SvgDrawing::draw(*read, {8, 8}).avg();
  } catch (const vips::VError&) {
    vips_error_clear();  // the self-test tells
  }
}

}  // namespace rucola::render::worker
