// What a planning may ask of the catalog: other images and stacks of the same organization. It takes note of
// what caches in front have to know of them: tags, and the times of changes.
//
// Threads: an object belongs to one request; blocks on the catalog, inside its snapshot. Errors: as
// render::Library.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "delivery/look_up/look_up.h"
#include "render/planning/library.h"

namespace rucola::delivery {

class CatalogLibrary final : public render::Library {
 public:
  using FindMeasured = std::function<std::optional<render::Measured>(std::string_view key)>;

  /// `resolved` gets the tags and the times of what is used. It and the view outlive the object.
  CatalogLibrary(CatalogView& catalog, Resolved& resolved, FindMeasured find_measured);

  Result<render::SourceFacts> image(std::string_view reference) override;
  Result<render::SourceFacts> linked_video(std::string_view hash) override;
  Result<render::StackDefinition> stack(std::string_view name) override;
  std::optional<render::Measured> measured(std::string_view key) override { return find_measured_(key); }

 private:
  CatalogView& catalog_;
  Resolved& resolved_;
  FindMeasured find_measured_;
};

}  // namespace rucola::delivery
