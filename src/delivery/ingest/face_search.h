// Looks for the face that an image is about, in a worker, and says it as dynamic metadata does.
//
// Threads: find_face() as Renderer. The rest is pure.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "base/error.h"
#include "catalog/types.h"
#include "render/renderer.h"
#include "render/source/faces.h"

namespace rucola::delivery {

struct Searched {
  render::Format format = render::Format::jpg;
  render::Size size;  ///< upright
};

Searched searched(const catalog::SourceImage& image);

using FoundFace = Result<std::optional<render::Face>>;

/// The largest face that is found, of the first frame or page. Errors: as Renderer; unsupported_media_type
/// for a font or another file that is no image, unprocessable where the size is not known.
void find_face(render::Renderer& renderer, render::Source source, const Searched& image, render::JobFor whom,
               const std::function<void(FoundFace)>& done);

/// {"detection_face": its box in pixels of the upright image}; empty where there is no face.
boost::json::object metadata_of(const std::optional<render::Face>& face, render::Size image);

}  // namespace rucola::delivery
