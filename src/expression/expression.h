// The expressions of stacks: `$w == 0 ? $defaultWidth : $w`, `options.dpr >= 2`. The language is that of
// Symfony's ExpressionLanguage as the rokka API uses it, with PHP 8's semantics; docs/expressions.md
// describes it.
//
// Threads: an Expression is immutable and shared freely; evaluate() keeps everything else on its stack.
// Ownership: an Expression shares its syntax tree with its copies. A Scope must outlive the call it is given
// to. Bounds: Limits; no recursion goes deeper than `depth`, no evaluation takes more than `steps`. Errors:
// for the person who wrote the expression: `Expression "…" has an error at column 5: …`; parse() has them as
// bad_request. Columns count characters from 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "expression/value.h"

namespace rucola::expression {

struct Limits {
  std::size_t bytes = 4096;         ///< of an expression
  int depth = 64;                   ///< how deep expressions and arrays may nest
  std::int64_t steps = 100'000;     ///< of an evaluation; an operand costs 1, an element of an array as well
  std::size_t text_bytes = 65'536;  ///< of every text that is made on the way
};

struct Syntax;

class Expression {
 public:
  explicit Expression(std::shared_ptr<const Syntax> syntax);

  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] const Syntax& syntax() const { return *syntax_; }

 private:
  std::shared_ptr<const Syntax> syntax_;
};

Result<Expression> parse(std::string_view text, const Limits& limits = {});

/// Where the names of an expression lead to. Called only for what the evaluation really reaches: the branch
/// of a condition that is not taken asks for nothing.
class Scope {
 public:
  virtual ~Scope() = default;

  /// `$name`. Nothing: there is no such variable.
  [[nodiscard]] virtual std::optional<Value> variable(std::string_view name) const = 0;
  /// The whole of `image`, `options` or `request`. Nothing: there is no such name.
  [[nodiscard]] virtual std::optional<Value> root(std::string_view name) const = 0;
  /// `root.a.b` without building the whole of the root: path "a.b", longest first. Nothing: root() is asked.
  [[nodiscard]] virtual std::optional<Value> property(std::string_view /*root*/,
                                                      std::string_view /*path*/) const {
    return std::nullopt;
  }

  // For messages only: what there is. Where these are empty, messages name what is missing and no more.
  [[nodiscard]] virtual std::vector<std::string> variable_names() const { return {}; }
  [[nodiscard]] virtual std::vector<std::string> root_names() const { return {}; }
  /// Of a root; when empty, the keys of root() are listed.
  [[nodiscard]] virtual std::vector<std::string> property_names(std::string_view /*root*/) const {
    return {};
  }
};

/// Why there is no value. Who asked for it need not be who may read what it quotes, so it is no Error yet.
struct Failure {
  std::size_t column = 1;  ///< where in the expression
  std::string text;        ///< quotes the expression, and values that it has read
};

/// `spent`, where it is given, grows by the steps that were taken, whatever came of them.
std::expected<Value, Failure> evaluate(const Expression& expression, const Scope& scope,
                                       const Limits& limits = {}, std::int64_t* spent = nullptr);

/// The names of its $variables, each once, in the order of their first appearance.
std::vector<std::string> variables_used(const Expression& expression);

/// "image.entropy", "request.headers.save_data", "options.jpg.quality" (also for options['jpg.quality']);
/// "image" where the whole is used or the key is computed. Each once, in the order of their first appearance.
std::vector<std::string> paths_used(const Expression& expression);

/// A row of the list of functions.
struct FunctionInfo {
  std::string_view name;
  std::string_view usage;  ///< "round(number, places = 0)"
  std::string_view help;
};

/// All functions that expressions may call, in the order in which they are documented.
std::span<const FunctionInfo> functions();

}  // namespace rucola::expression
