// The port to what else planning needs to know: other images and stacks of the organization, and what has
// been measured already. delivery/ implements it over the catalog and the render cache.
//
// Threads: an object belongs to one planning. Its functions may block.
#pragma once

#include <optional>
#include <string_view>

#include "base/error.h"
#include "render/plan/measurement.h"
#include "render/source/facts.h"
#include "render/stack/definition.h"

namespace rucola::render {

class Library {
 public:
  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  virtual ~Library() = default;

  /// By hash, unambiguous short hash, or alias (its name, with or without the `-_…_-` of URLs).
  /// Errors: not_found, forbidden (protected), bad_request (ambiguous).
  virtual Result<SourceFacts> image(std::string_view reference) = 0;
  /// One that the metadata of the video that is asked for link to it. Errors: as of image(), in words about
  /// such a video.
  virtual Result<SourceFacts> linked_video(std::string_view hash) = 0;
  /// Errors: not_found.
  virtual Result<StackDefinition> stack(std::string_view name) = 0;
  /// Nothing: it has yet to be measured.
  virtual std::optional<Measured> measured(std::string_view key) = 0;
};

}  // namespace rucola::render
