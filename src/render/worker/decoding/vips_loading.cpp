#include "render/worker/decoding/vips_loading.h"

#include <memory>
#include <utility>

namespace rucola::render::worker {

using vips::VImage;

OwnedBlob blob_of(std::string_view bytes) {
  return OwnedBlob(vips_blob_new(nullptr, bytes.data(), bytes.size()));
}

OwnedBlob blob_with(std::string bytes) {
  auto owner = std::make_unique<std::string>(std::move(bytes));
  const auto free_owner = [](void* /*bytes*/, void* area) {
    delete static_cast<std::string*>(static_cast<VipsArea*>(area)->client);
    return 0;
  };
  OwnedBlob blob(vips_blob_new(free_owner, owner->data(), owner->size()));
  VIPS_AREA(blob.get())->client = owner.release();
  return blob;
}

vips::VOption* loader_options(VipsFailOn fail_on) {
  return VImage::option()->set("access", VIPS_ACCESS_SEQUENTIAL)->set("fail_on", fail_on);
}

VImage load(const OwnedBlob& blob, Format format, vips::VOption* options) {
  switch (format) {
    case Format::jpg:
      return VImage::jpegload_buffer(blob.get(), options);
    case Format::png:
      return VImage::pngload_buffer(blob.get(), options);
    case Format::webp:
      return VImage::webpload_buffer(blob.get(), options);
    case Format::avif:
    case Format::heif:
      return VImage::heifload_buffer(blob.get(), options);
    case Format::gif:
      return VImage::gifload_buffer(blob.get(), options);
    case Format::tiff:
      return VImage::tiffload_buffer(blob.get(), options);
    case Format::jxl:
      return VImage::jxlload_buffer(blob.get(), options);
    case Format::jp2:
      return VImage::jp2kload_buffer(blob.get(), options);
    case Format::pdf:
      return VImage::pdfload_buffer(blob.get(), options);
    default:
      delete options;
      throw vips::VError("no loader for this format");
  }
}

int integer_field(const VImage& image, const char* name, int otherwise) {
  return image.get_typeof(name) == G_TYPE_INT ? image.get_int(name) : otherwise;
}

}  // namespace rucola::render::worker
