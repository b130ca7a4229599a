#include "render/worker/self_test.h"

#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <vips/vips8>

#include "base/unique_fd.h"
#include "render/worker/decoding/source.h"
#include "render/worker/drawing/draw.h"
#include "render/worker/encoding/encode.h"
#include "render/worker/inspection/inspect.h"
#include "render/worker/self_test_images.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

constexpr Size size{16, 16};
constexpr protocol::Limits limits{.source_pixels = 100'000,
                                  .source_frames = 1,
                                  .output_pixels = 100'000,
                                  .output_side = 1000,
                                  .cpu_seconds = 1};

std::unexpected<Error> failed(const std::string& what, const std::string& detail = {}) {
  return fail(ErrorCode::internal, "The render worker's self-test failed: " + what + ".", detail);
}

VImage white() {
  return (VImage::black(size.width, size.height, VImage::option()->set("bands", 3)) + 255)
      .cast(VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

VImage open_png(std::string_view bytes) {
  const SourceHeader header{.format = Format::png, .stored = {}, .upright = {}};
  return decode(bytes, header, {});
}

/// Reads it, and renders it to something that can be looked at.
Result<void> decodes(Format format, std::string_view bytes) {
  const std::string name(name_of(format));
  const Result<Inspection> inspection = inspect_source({bytes}, limits);
  if (!inspection) return failed(name + " can't be read", inspection.error().message.text);
  if (inspection->format != format || inspection->size != size) return failed(name + " is misunderstood");
  const Plan plan{.source = size, .steps = {}, .encoding = {.format = Format::png}};
  const File file{bytes};
  const Result<Drawing> png = draw(Files(&file, 1), plan, limits);
  if (!png) return failed(name + " can't be rendered", png.error().message.text);
  const VImage image = open_png(png->bytes);
  constexpr double almost_white = 250;
  if (image.avg() < almost_white) return failed(name + " comes out with wrong colours");
  return {};
}

Result<void> what_was_written_is_not_executed() {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  constexpr int code = PROT_READ | PROT_WRITE | PROT_EXEC;
  if (::mmap(nullptr, page, code, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
    return failed("it can make memory that is written and executed");
  void* const written = ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const bool executable = written != MAP_FAILED && ::mprotect(written, page, PROT_READ | PROT_EXEC) == 0;
  if (written != MAP_FAILED) ::munmap(written, page);
  return executable ? failed("it can execute what it wrote") : Result<void>{};
}

Result<void> every_format_works() {
  const VImage image = white();
  for (const Format format : {Format::jpg, Format::png, Format::webp, Format::avif, Format::gif}) {
    if (auto good = decodes(format, encode(image, {.format = format})); !good) return good;
  }
  // What libvips may have been built without.
  for (const Format format : {Format::heif, Format::jxl, Format::jp2, Format::tiff}) {
    if (!check_writable(format) || !check_readable(format)) continue;
    if (auto good = decodes(format, encode(image, {.format = format})); !good) return good;
  }
  if (auto good = decodes(Format::heif, white_heic()); !good) return good;
  return decodes(Format::tiff, white_tiff());
}

/// Without fonts, text renders blank and nobody complains.
Result<void> text_is_visible() {
  constexpr std::string_view drawing =
      "<svg xmlns='http://www.w3.org/2000/svg' width='64' height='32'>"
      "<text x='2' y='24' font-size='24'>Rucola</text></svg>";
  const Plan plan{.source = {64, 32}, .steps = {}, .encoding = {.format = Format::png}};
  const File file{drawing};
  const Result<Drawing> png = draw(Files(&file, 1), plan, limits);
  if (!png) return failed("SVG can't be rendered", png.error().message.text);
  const VImage image = open_png(png->bytes);
  if (!image.has_alpha() || image.extract_band(image.bands() - 1).max() == 0) {
    return failed("text in an SVG is blank; install a font, such as the package fonts-dejavu-core");
  }
  return {};
}

Result<void> files_are_out_of_reach(bool files_restricted) {
  if (files_restricted && UniqueFd(::open("/etc/passwd", O_RDONLY | O_CLOEXEC))) {
    return failed("it can read /etc/passwd");
  }
  for (const char* path : {"/tmp/rucola-self-test", "/dev/shm/rucola-self-test"}) {
    if (UniqueFd(::open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600))) return failed("it can write files");
  }
  // Nobody's limit counts them: 64 of them would hold 32 GiB.
  if (UniqueFd(::memfd_create("self-test", MFD_CLOEXEC))) return failed("it can make files in memory");
  return {};
}

}  // namespace

Result<void> self_test(bool files_restricted) {
  try {
    if (auto good = files_are_out_of_reach(files_restricted); !good) return good;
    if (auto good = what_was_written_is_not_executed(); !good) return good;
    if (auto good = every_format_works(); !good) return good;
    return text_is_visible();
  } catch (const vips::VError& error) {
    return failed("libvips can't do its work", error.what());
  }
}

}  // namespace rucola::render::worker
