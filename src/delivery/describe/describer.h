// Descriptions and labels of images, made by the service that the operator has named (vision/provider.h), and
// stored as user metadata (catalog/descriptions.h).
//
//   image ──catalog──▶ found ──workers──▶ shown in small ──vision──▶ described ──catalog──▶ stored
//
// Threads: describe() and label() from any; they return at once, and each step waits where its own kind of
// thing is waited for. `done` is called exactly once, on a thread of the last step or of whoever refused one,
// and must be quick. Cancellation: whose departure has happened (render::JobFor) gets nothing more done; what
// the service has answered by then is stored. Ownership: what is passed in outlives what is under way, and
// the object, too. Errors: not_found, forbidden (the image is locked, or what `may_be_shown` says), those of
// vision/provider.h and of renders, and those of executors.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/executor.h"
#include "catalog/images.h"
#include "delivery/make/render_maker.h"
#include "render/planning/planner.h"
#include "vision/provider.h"

namespace rucola::delivery {

struct DescriberParts {
  catalog::Images& images;
  vision::Provider& provider;
  std::shared_ptr<RenderMaker> maker;
  const render::Planner planner;
  BlockingExecutor& catalog;
  BlockingExecutor& vision;
};

/// The image as it is then, and what it has of what was asked for.
struct Described {
  catalog::SourceImage image;
  std::map<std::string, std::string> descriptions{};  ///< by language
  std::vector<std::string> labels{};
};

/// May whoever wants to know be told what is to be seen on this image? Empty: of every image.
using MayBeShown = std::function<Result<void>(const catalog::SourceImage&)>;

struct LabelsWanted {
  std::string organization;
  std::string hash;  ///< or an unambiguous beginning of it
  MayBeShown may_be_shown{};
};

struct DescriptionsWanted {
  std::string organization;
  std::string hash;  ///< as in LabelsWanted
  std::vector<std::string> languages;
  bool force = false;  ///< also in languages in which it has one already
  MayBeShown may_be_shown{};
};

class Describer {
 public:
  using Done = std::function<void(Result<Described>)>;

  explicit Describer(DescriberParts parts) : parts_(std::move(parts)) {}
  Describer(const Describer&) = delete;
  Describer& operator=(const Describer&) = delete;
  ~Describer() = default;

  /// Errors: not_implemented where there is nobody who does it.
  [[nodiscard]] Result<void> is_there() const { return parts_.provider.is_there(); }
  /// Where nothing is missing, nobody is asked.
  void describe(DescriptionsWanted wanted, const render::JobFor& whom, Done done) const;
  /// The labels that it has are replaced.
  void label(LabelsWanted wanted, const render::JobFor& whom, Done done) const;

 private:
  class Asking;

  const DescriberParts parts_;
};

}  // namespace rucola::delivery
