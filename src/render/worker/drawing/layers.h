// Pictures that steps of another one use: a source file of its own, and what is done to it first.
//
// Threads: a worker has one. Errors: Refused, vips::VError.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include <vips/vips8>

#include "render/plan/step.h"
#include "render/protocol/messages.h"
#include "render/worker/memory/files.h"

namespace rucola::render::worker {

/// The file with the changes made, which lie in `changed`; the file itself where there are none.
std::string_view with_changes(std::string_view bytes, std::span<const SvgChange> changes,
                              std::string& changed);

class Layers {
 public:
  /// The limits outlive the object.
  Layers(Files files, const protocol::Limits& limits) : files_(files), limits_(limits) {}

  /// One still frame in memory, upright, sRGB. Painted once, however many frames use it. `layer` is part of
  /// the plan.
  const vips::VImage& picture(const Layer& layer);
  [[nodiscard]] const File& file(std::int32_t index) const;
  [[nodiscard]] const protocol::Limits& limits() const { return limits_; }

 private:
  Files files_;
  const protocol::Limits& limits_;
  std::map<const Layer*, vips::VImage> painted_;
};

}  // namespace rucola::render::worker
