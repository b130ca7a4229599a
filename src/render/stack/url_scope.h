// What the names in a URL's expressions lead to. Anybody writes those, and what they come to can be seen: as
// a text in the picture, as its size, in an error message. So they read what everybody may know, and what the
// URL itself says; user metadata, and what a stored stack sets, only by the stack's own expressions.
//
// Threads: an object belongs to one evaluation. Errors: bad_request, naming what can't be read and what would
// allow it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "base/error.h"
#include "expression/expression.h"
#include "render/stack/definition.h"
#include "render/stack/expression_scope.h"

namespace rucola::render {

class UrlScope final : public expression::Scope {
 public:
  /// `all` and `stack` outlive the object; the stack's variables may change meanwhile, and its options as the
  /// functions below say.
  UrlScope(const ExpressionScope& all, const StackDefinition& stack);

  /// The value of the option is now the URL's, or now the stack's.
  void option_is_of_url(const std::string& name) { options_of_url_.insert(name); }
  void option_is_of_stack(std::string_view name);

  /// Of a formula of the URL, before it is evaluated, so that a name in a branch that is not taken, or before
  /// `??`, is no silent null.
  [[nodiscard]] Result<void> check_readable(const boost::json::value& formula) const;

  [[nodiscard]] std::optional<expression::Value> variable(std::string_view name) const override;
  [[nodiscard]] std::optional<expression::Value> root(std::string_view name) const override;
  [[nodiscard]] std::optional<expression::Value> property(std::string_view root,
                                                          std::string_view path) const override;
  [[nodiscard]] std::vector<std::string> variable_names() const override;
  [[nodiscard]] std::vector<std::string> root_names() const override { return all_.root_names(); }
  [[nodiscard]] std::vector<std::string> property_names(std::string_view root) const override;

 private:
  [[nodiscard]] bool is_variable_of_stack(std::string_view name) const;
  [[nodiscard]] bool is_option_of_stack(std::string_view name) const;
  /// The option of the stack that `path`, "jpg.quality" or "jpg.quality.x", leads to; empty where there is
  /// none.
  [[nodiscard]] std::string_view option_of_stack_in(std::string_view path) const;

  const ExpressionScope& all_;
  const StackDefinition& stack_;
  std::set<std::string, std::less<>> options_of_url_;
};

}  // namespace rucola::render
