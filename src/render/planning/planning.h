// One planning: what its pictures (the image, the images composed onto it, the stack below) have in common.
//
// A planning that needs a measurement stops at the step that asks for it: measure() returns nothing, the step
// is left out, and the caller plans anew once the worker has measured.
//
// Threads: an object belongs to one thread. Errors: those of the planner.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "render/operations/surroundings.h"
#include "render/plan/measurement.h"
#include "render/plan/plan.h"
#include "render/planning/library.h"
#include "render/planning/planned_render.h"
#include "render/settings.h"
#include "render/source/facts.h"
#include "render/stack/definition.h"
#include "render/stack/formula.h"

namespace rucola::render {

/// The stack with variables as the URL, and then whoever names the stack, set them.
StackDefinition with_variables(StackDefinition stack, const NamedValues& url, const NamedValues& named);

/// Of a document, the page that the stack asks for is the source; other images as they are.
Result<SourceFacts> with_page(const Options& stack_options, SourceFacts source);

struct Picture {
  Size source;  ///< as Plan::source
  std::vector<SvgChange> svg_changes;
  std::vector<Step> steps;
  Size size;  ///< after the steps
};

class Planning final : public Surroundings {
 public:
  /// `url_variables`: those that the URL sets, for the stacks below and beside the one it names.
  Planning(Library& library, const Settings& settings, bool save_data, NamedValues url_variables)
      : library_(library),
        settings_(settings),
        save_data_(save_data),
        url_variables_(std::move(url_variables)) {}

  /// The steps of an evaluated stack over an image that is file number `file` of the job.
  Result<Picture> picture(const StackDefinition& stack, const SourceFacts& image, std::int32_t file,
                          std::int64_t frames);
  Result<SourceFacts> image(std::string_view reference) override { return library_.image(reference); }
  Result<std::int32_t> file_of(const SourceFacts& image) override {
    return add_file({.sha256 = image.sha256});
  }
  Result<Layer> layer(const SourceFacts& image, std::string_view stack_name, const NamedValues& variables,
                      std::vector<OperationCall> more) override;
  std::optional<Measured> measure(Measurement measurement, const SourceFacts& image, std::int32_t file,
                                  const std::vector<Step>& steps,
                                  const std::vector<SvgChange>& svg_changes) override;

  /// The number that a plan counts the file by. Errors: unprocessable past the limit of files.
  Result<std::int32_t> add_file(const PlannedFile& file);
  /// The stack without expressions; of no use where a measurement is needed().
  Result<StackDefinition> evaluated(const StackDefinition& stack, const SourceFacts& image,
                                    std::int32_t file);

  /// Did any stack look at the request header Save-Data?
  [[nodiscard]] bool varies_on_save_data() const { return varies_on_save_data_; }
  [[nodiscard]] const std::vector<PlannedFile>& files() const { return files_; }
  [[nodiscard]] const std::optional<NeededMeasurement>& needed() const { return needed_; }

 private:
  Library& library_;
  const Settings& settings_;
  bool save_data_;
  NamedValues url_variables_;
  std::vector<PlannedFile> files_;
  std::optional<NeededMeasurement> needed_;
  bool varies_on_save_data_ = false;
  int depth_ = 0;
  int layers_ = 0;
  FormulaBudget formulas_;
};

}  // namespace rucola::render
