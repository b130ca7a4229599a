// What the names in a stack's expressions lead to: `$variables`, `image.*`, `options.*`, `request.headers.*`.
//
// Threads: an object belongs to one evaluation. Errors: none; what is not there is reported by the room
// expression.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expression/expression.h"
#include "render/operations/surroundings.h"
#include "render/plan/outcome.h"
#include "render/stack/definition.h"
#include "render/stack/evaluation.h"

namespace rucola::render {

class ExpressionScope final : public expression::Scope {
 public:
  /// Both outlive the object; options may change meanwhile.
  ExpressionScope(const EvaluationInputs& inputs, const Options& options);

  /// Set by the first look at something that is not known yet.
  [[nodiscard]] const std::optional<Stop>& stopped() const { return stopped_; }

  void clear_variables() { variables_.clear(); }
  void set_variable(const std::string& name, expression::Value value);

  [[nodiscard]] std::optional<expression::Value> variable(std::string_view name) const override;
  [[nodiscard]] std::optional<expression::Value> root(std::string_view name) const override;
  [[nodiscard]] std::optional<expression::Value> property(std::string_view root,
                                                          std::string_view path) const override;
  [[nodiscard]] std::vector<std::string> variable_names() const override;
  [[nodiscard]] std::vector<std::string> root_names() const override;
  [[nodiscard]] std::vector<std::string> property_names(std::string_view root) const override;

 private:
  [[nodiscard]] std::optional<expression::Value> option(std::string_view name) const;
  [[nodiscard]] expression::Value image() const;

  const EvaluationInputs& inputs_;
  const Options& options_;
  expression::Value user_metadata_;
  expression::Value dynamic_metadata_;
  NamedValues variables_;
  mutable std::optional<Stop> stopped_;  // looking is const, for all of a scope's users
};

}  // namespace rucola::render
