// Sources for tests, made by libvips in the test process, never committed as files. Starting libvips is done
// by whoever includes this.
#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <vips/vips8>

namespace rucola::render::samples {

using vips::VImage;

inline const bool libvips_started = [] {
  g_log_set_default_handler([](const char*, GLogLevelFlags, const char*, void*) {}, nullptr);
  if (vips_init("test_render") != 0) std::abort();
  vips_concurrency_set(1);
  return true;
}();

/// A gradient with a red corner at the top left and a blue one at the bottom right: no symmetry, so that
/// every wrong turn shows, and smooth, so that encoders' losses are small.
inline VImage photo(int width, int height) {
  const VImage position = VImage::xyz(width, height);
  const VImage across = position.extract_band(0) * (255.0 / width);
  const VImage down = position.extract_band(1) * (255.0 / height);
  return VImage::bandjoin(std::vector<VImage>{255 - across, (across + down) / 2, down})
      .cast(VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB))
      .copy_memory();
}

/// Hard to compress, so that a file of it has bytes to cut off everywhere.
inline VImage noise(int width, int height) {
  const auto band = [&](int seed) {
    return VImage::gaussnoise(width, height,
                              VImage::option()->set("mean", 128)->set("sigma", 50)->set("seed", seed));
  };
  return VImage::bandjoin(std::vector<VImage>{band(1), band(2), band(3)})
      .cast(VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB))
      .copy_memory();
}

/// From transparent on the left to opaque on the right.
inline VImage translucent(int width, int height) {
  const VImage alpha =
      (VImage::xyz(width, height).extract_band(0) * (255.0 / (width - 1))).cast(VIPS_FORMAT_UCHAR);
  return photo(width, height).bandjoin(alpha).copy_memory();
}

inline VImage uniform(int width, int height, const std::vector<double>& color) {
  return VImage::black(width, height)
      .new_from_image(color)
      .cast(VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation",
                                  color.size() < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB));
}

/// `suffix` as libvips reads it: ".jpg[Q=95]".
inline std::string file(const VImage& image, const std::string& suffix) {
  void* data = nullptr;
  std::size_t size = 0;
  image.write_to_buffer(suffix.c_str(), &data, &size);
  std::string bytes(static_cast<const char*>(data), size);
  g_free(data);
  return bytes;
}

/// Decoded at once. `options` as libvips reads them: "n=-1".
inline VImage open(std::string_view bytes, const std::string& options = {}) {
  return VImage::new_from_buffer(bytes.data(), bytes.size(), options.c_str()).copy_memory();
}

struct Animation {
  int width = 40;
  int height = 30;
  std::vector<std::vector<double>> colors{{255, 0, 0}, {0, 255, 0}, {0, 0, 255}};
  std::vector<int> delays{50, 120, 300};
  int loop = 3;
};

/// One colour a frame.
inline VImage frames_of(const Animation& animation) {
  std::vector<VImage> frames;
  for (const auto& color : animation.colors)
    frames.push_back(uniform(animation.width, animation.height, color));
  VImage joined = VImage::arrayjoin(frames, VImage::option()->set("across", 1)).copy();
  joined.set("page-height", animation.height);
  joined.set("delay", animation.delays);
  joined.set("loop", animation.loop);
  return joined;
}

inline std::string animated(const Animation& animation, const std::string& suffix) {
  return file(frames_of(animation), suffix);
}

/// A GIF of one pixel with so many frames, byte by byte: libvips would take minutes to write it.
inline std::string gif_with_frames(int frames) {
  using namespace std::string_literals;
  std::string bytes = "GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0"s;
  for (int i = 0; i < frames; ++i)
    bytes += "\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0"s;
  return bytes + ";";
}

/// A PNG that claims to be so large, with a valid header and no pixels to speak of.
inline std::string png_claiming(int width, int height, bool interlaced = false) {
  const auto big = [](std::uint32_t value) {
    return std::string{static_cast<char>(value >> 24), static_cast<char>(value >> 16),
                       static_cast<char>(value >> 8), static_cast<char>(value)};
  };
  const auto chunk = [&](const std::string& type, const std::string& data) {
    std::uint32_t crc = 0xffffffff;
    for (const char c : type + data) {
      crc ^= static_cast<unsigned char>(c);
      for (int bit = 0; bit < 8; ++bit)
        crc = (crc & 1U) != 0 ? (crc >> 1U) ^ 0xedb88320U : crc >> 1U;
    }
    return big(static_cast<std::uint32_t>(data.size())) + type + data + big(~crc);
  };
  using namespace std::string_literals;
  const std::string header = big(static_cast<std::uint32_t>(width)) +
                             big(static_cast<std::uint32_t>(height)) + "\x08\x02\0\0"s +
                             (interlaced ? "\x01"s : "\0"s);
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + chunk("IDAT", "\x78\x9c\x63\0\0"s) + chunk("IEND", "");
}

/// An ICC profile, version 2.1, for grey whose numbers are light itself.
inline std::string linear_grey_profile() {
  using namespace std::string_literals;
  const auto big = [](std::uint32_t value) {
    return std::string{static_cast<char>(value >> 24U), static_cast<char>(value >> 16U),
                       static_cast<char>(value >> 8U), static_cast<char>(value)};
  };
  const std::string d50 = big(0xf6d6) + big(0x10000) + big(0xd32d);
  const std::string white = "XYZ \0\0\0\0"s + d50;
  const std::string curve = "curv\0\0\0\0\0\0\0\0"s;  // no entries: the identity
  const std::string description = "desc\0\0\0\0"s + big(2) + "x\0"s + std::string(78, '\0');
  const std::uint32_t first = 128 + 4 + 3 * 12;
  const std::string tags = big(3) + "wtpt" + big(first) + big(20) + "kTRC" + big(first + 20) + big(12) +
                           "desc" + big(first + 32) + big(static_cast<std::uint32_t>(description.size()));
  const std::string body = tags + white + curve + description;
  const std::string header = big(static_cast<std::uint32_t>(128 + body.size())) + "lcms" + big(0x02100000) +
                             "mntrGRAYXYZ " + std::string(12, '\0') + "acsp" + std::string(28, '\0') + d50;
  return header + std::string(128 - header.size(), '\0') + body;
}

/// The largest difference between two images of equal size and bands.
inline double difference(const VImage& one, const VImage& other) {
  if (one.width() != other.width() || one.height() != other.height() || one.bands() != other.bands()) {
    throw std::runtime_error("images of different shapes: " + std::to_string(one.width()) + "x" +
                             std::to_string(one.height()) + "x" + std::to_string(one.bands()) + " and " +
                             std::to_string(other.width()) + "x" + std::to_string(other.height()) + "x" +
                             std::to_string(other.bands()));
  }
  return (one.cast(VIPS_FORMAT_FLOAT) - other).abs().max();
}

}  // namespace rucola::render::samples
