// What an operation may ask of the planning that it is part of: other images, and what has been measured.
//
// Threads: an object belongs to one planning. Its functions may block. Errors: not_found, forbidden
// (protected), bad_request and unprocessable, as the planner has them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "expression/value.h"
#include "render/operations/operation_call.h"
#include "render/plan/measurement.h"
#include "render/plan/outcome.h"
#include "render/plan/step.h"
#include "render/source/facts.h"

namespace rucola::render {

/// Variables and what they are.
using NamedValues = std::vector<std::pair<std::string, expression::Value>>;

class Surroundings {
 public:
  Surroundings() = default;
  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;
  virtual ~Surroundings() = default;

  /// By hash, short hash or alias.
  virtual Result<SourceFacts> image(std::string_view reference) = 0;
  /// The number that the plan counts the image's file by. Errors: unprocessable past the limit of files.
  virtual Result<std::int32_t> file_of(const SourceFacts& image) = 0;
  /// The picture as a layer of another one: with a stack of that name (none: as it is), and then `more`
  /// operations. `variables` win over those of the URL. The stack's options are of no effect.
  virtual Outcome<Layer> layer(const SourceFacts& image, std::string_view stack_name,
                               const NamedValues& variables, std::vector<OperationCall> more) = 0;
  /// Of the image, which is file number `file`, after the steps. A stop, where it has yet to be measured.
  virtual Outcome<Measured> measure(Measurement measurement, const SourceFacts& image, std::int32_t file,
                                    const std::vector<Step>& steps,
                                    const std::vector<SvgChange>& svg_changes) = 0;
};

}  // namespace rucola::render
