// One planning: what its pictures (the image, the images composed onto it, the stack below) have in common.
//
// A planning that needs a measurement stops where it is asked for (outcome.h), and is begun anew once a
// worker has measured.
//
// Threads: an object belongs to one thread. Errors: those of the planner.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "render/operations/surroundings.h"
#include "render/plan/measurement.h"
#include "render/plan/plan.h"
#include "render/plan/planned_render.h"
#include "render/plan/render_keys.h"
#include "render/planning/library.h"
#include "render/settings.h"
#include "render/source/facts.h"
#include "render/stack/definition.h"
#include "render/stack/evaluation.h"
#include "render/stack/formula.h"

namespace rucola::render {

/// The stack with variables as the URL, and then whoever names the stack, set them.
StackDefinition with_variables(StackDefinition stack, const NamedValues& url, const NamedValues& named);

/// The uploaded file, as plans count it.
PlannedFile blob_of(const SourceFacts& image);

/// Of a document, the page that the stack asks for is the source, of a video the picture at its time; other
/// images as they are. Errors: bad_request where there is no such page or time.
Result<SourceFacts> with_page(const Options& stack_options, SourceFacts source);

class Planning final : public Surroundings {
 public:
  /// `url_variables`: those that the URL sets, for the stacks below and beside the one it names.
  /// `url_reads_private`: as EvaluationInputs::url_reads_private; those stacks have no expressions of the
  /// URL.
  Planning(Library& library, const Settings& settings, const RenderKeys& keys, bool save_data,
           NamedValues url_variables, bool url_reads_private = false)
      : library_(library),
        settings_(settings),
        keys_(keys),
        save_data_(save_data),
        url_variables_(std::move(url_variables)),
        url_reads_private_(url_reads_private) {}

  /// The steps of an evaluated stack over the image itself, file number 0, into the plan, which says whether
  /// all frames are kept.
  Outcome<void> draw(const StackDefinition& stack, const SourceFacts& image, Plan& plan);
  /// The files of a render that this was the planning of, its key, and its cost. Errors: unprocessable where
  /// it costs too much.
  Result<void> finish(PlannedRender& render) const;

  /// What has been looked at so far.
  [[nodiscard]] const LookedAt& looked_at() const { return looked_at_; }

  Result<SourceFacts> image(std::string_view reference) override { return library_.image(reference); }
  Result<std::int32_t> file_of(const SourceFacts& image) override { return add_file(blob_of(image)); }
  Outcome<Layer> layer(const SourceFacts& given, std::string_view stack_name, const NamedValues& variables,
                       std::vector<OperationCall> more) override;
  Outcome<Measured> measure(Measurement measurement, const SourceFacts& image, std::int32_t file,
                            const std::vector<Step>& steps,
                            const std::vector<SvgChange>& svg_changes) override;

  /// The number that a plan counts the file by. Errors: unprocessable past the limit of files.
  Result<std::int32_t> add_file(const PlannedFile& file);
  /// The stack without expressions.
  Outcome<StackDefinition> evaluated(const StackDefinition& stack, const SourceFacts& image,
                                     std::int32_t file);

 private:
  struct Picture;

  /// The steps of an evaluated stack over an image that is file number `file` of the job.
  Outcome<Picture> picture(const StackDefinition& stack, const SourceFacts& image, std::int32_t file,
                           std::int64_t frames);

  Library& library_;
  const Settings& settings_;
  const RenderKeys& keys_;
  bool save_data_;
  NamedValues url_variables_;
  bool url_reads_private_;
  std::vector<PlannedFile> files_;
  LookedAt looked_at_;  // by some stack, or by one below it
  int depth_ = 0;
  int layers_ = 0;
  std::int64_t frames_ = 1;  // that are kept
  FormulaBudget formulas_;
};

}  // namespace rucola::render
