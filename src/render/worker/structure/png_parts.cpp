#include "render/worker/structure/png_parts.h"

#include <algorithm>

#include "render/worker/structure/png_chunk.h"

namespace rucola::render::worker {
namespace {

bool has_pixels(std::string_view chunks) {
  for (auto chunk = take_png_chunk(chunks); chunk; chunk = take_png_chunk(chunks)) {
    if (chunk->type == "IDAT") return true;
  }
  return false;
}

}  // namespace

std::optional<PngParts> png_parts(std::string_view png) {
  PngParts parts;
  std::string_view rest = png.substr(std::min(png.size(), png_signature_bytes));
  auto chunk = take_png_chunk(rest);
  while (chunk && chunk->type != "IDAT")
    chunk = take_png_chunk(rest);
  if (!chunk) return {};
  parts.before = png.substr(0, png.size() - rest.size() - chunk->whole.size());
  parts.packed.reserve(rest.size() + chunk->content.size());
  for (; chunk && chunk->type == "IDAT"; chunk = take_png_chunk(rest)) {
    parts.packed += chunk->content;
    parts.behind = rest;
  }
  if (has_pixels(parts.behind)) return {};
  return parts;
}

}  // namespace rucola::render::worker
