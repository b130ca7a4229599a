// A portrait that nobody sat for: simple shapes, which a detector takes for a face.
#pragma once

#include <string>

#include "render/sample_images.h"
#include "render/worker/memory/vips_blob.h"

namespace rucola::render::samples {

/// Two hundred by two hundred, and where things are on it.
inline constexpr int portrait_side = 200;
inline constexpr double left_eye = 82;
inline constexpr double right_eye = 118;
inline constexpr double eyes_down = 99;
inline constexpr double mouth_down = 141;

/// `scale` times as large, upright.
inline VImage portrait(double scale = 1) {
  const std::string drawing = R"(<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200">
    <rect width="200" height="200" fill="#5a6e82"/>
    <ellipse cx="100" cy="92" rx="50" ry="62" fill="#3c281e"/>
    <rect x="82" y="140" width="36" height="50" fill="#a0826c"/>
    <ellipse cx="100" cy="215" rx="75" ry="45" fill="#3c466e"/>
    <ellipse cx="100" cy="105" rx="40" ry="52" fill="#deb496"/>
    <ellipse cx="100" cy="66" rx="34" ry="16" fill="#f0c2a2"/>
    <ellipse cx="100" cy="52" rx="42" ry="16" fill="#3c281e"/>
    <g fill="#a0826c"><ellipse cx="58" cy="105" rx="6" ry="12"/><ellipse cx="142" cy="105" rx="6" ry="12"/>
      <ellipse cx="82" cy="98" rx="12" ry="8"/><ellipse cx="118" cy="98" rx="12" ry="8"/></g>
    <g fill="#f0f0f0"><ellipse cx="82" cy="99" rx="9" ry="5"/><ellipse cx="118" cy="99" rx="9" ry="5"/></g>
    <g fill="#322319"><circle cx="82" cy="99" r="4.6"/><circle cx="118" cy="99" r="4.6"/></g>
    <g fill="none" stroke="#3c281e" stroke-width="4"><path d="M71 89L82 86L93 89M107 89L118 86L129 89"/></g>
    <ellipse cx="100" cy="118" rx="6" ry="10" fill="#f0c2a2"/>
    <ellipse cx="100" cy="126" rx="8" ry="4" fill="#a0826c"/>
    <g fill="#f0c2a2"><ellipse cx="80" cy="126" rx="8" ry="6"/><ellipse cx="120" cy="126" rx="8" ry="6"/></g>
    <ellipse cx="100" cy="141" rx="16" ry="5" fill="#aa5050"/>
    <path d="M84 141H116" stroke="#5a2828" stroke-width="1.5"/></svg>)";
  const worker::OwnedBlob blob(vips_blob_new(nullptr, drawing.data(), drawing.size()));
  return VImage::svgload_buffer(blob.get(), VImage::option()->set("scale", scale))
      .flatten()
      .gaussblur(1.6 * scale)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB))
      .copy_memory();
}

}  // namespace rucola::render::samples
