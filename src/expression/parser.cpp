#include "expression/parser.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/ascii.h"
#include "base/wording.h"
#include "expression/lexer.h"

namespace rucola::expression {
namespace {

using Parsed = std::expected<NodeId, Problem>;

/// What may stand where a value has to; the token that stands there instead is named.
constexpr std::string_view operand_expected =
    R"(an operand is expected (a number, a text, $variable, image.…, a function call, "(", "[" or "{"))";

std::unexpected<Problem> fail_at(std::size_t offset, std::string text) {
  return std::unexpected(Problem{offset, std::move(text)});
}

/// A binary operator in the stream of tokens, one or two of them.
struct FoundOperator {
  BinaryRow row;
  std::size_t tokens;
};

class Parser {
 public:
  Parser(std::vector<Token> tokens, const Limits& limits) : tokens_(std::move(tokens)), limits_(limits) {}

  std::expected<Syntax, Problem> run() {
    if (here().kind == Token::Kind::end) return fail_at(0, "it is empty; " + std::string(operand_expected));
    const Parsed root = expression(0);
    if (!root) return std::unexpected(root.error());
    if (here().kind != Token::Kind::end) return fail_at(here().offset, end_expected());
    return Syntax{.text = {}, .nodes = std::move(nodes_), .root = *root, .height = heights_[*root]};
  }

 private:
  // --- tokens

  [[nodiscard]] const Token& here() const { return tokens_[at_]; }
  [[nodiscard]] const Token& after(std::size_t count) const {
    return tokens_[std::min(at_ + count, tokens_.size() - 1)];
  }
  void skip(std::size_t count = 1) { at_ = std::min(at_ + count, tokens_.size() - 1); }

  bool take(std::string_view symbol) {
    if (!here().is_symbol(symbol)) return false;
    skip();
    return true;
  }

  [[nodiscard]] std::string found() const {
    if (here().kind == Token::Kind::end) return "the expression ends";
    if (here().kind == Token::Kind::variable) return "\"$" + std::string(here().words) + "\" stands";
    return (here().kind == Token::Kind::text ? "a text" : in_quotes(here().words)) + " stands";
  }

  [[nodiscard]] std::string end_expected() const {
    if (here().is_symbol(")") || here().is_symbol("]") || here().is_symbol("}")) {
      return "this " + in_quotes(here().words) + " closes nothing that was opened";
    }
    return "an operator (such as + - * / ~ == and or ?) or the end is expected, but " + found() + " here";
  }

  // --- nodes

  Parsed add(std::size_t offset, decltype(Node::kind) kind, int height) {
    if (height > limits_.depth) return fail_at(offset, too_deep());
    nodes_.push_back({.offset = offset, .kind = std::move(kind)});
    heights_.push_back(height);
    return static_cast<NodeId>(nodes_.size() - 1);
  }

  [[nodiscard]] std::string too_deep() const {
    return "expressions may be nested " + std::to_string(limits_.depth) + " deep, not deeper";
  }

  [[nodiscard]] int height(NodeId node) const { return node == no_node ? 0 : heights_[node]; }

  template <class Kind>
  [[nodiscard]] bool is(NodeId node) const {
    return std::holds_alternative<Kind>(nodes_[node].kind);
  }

  /// A chain such as a + b + c leans to the left and is evaluated in a loop: it is no higher than its
  /// operands.
  Parsed add_binary(std::size_t offset, BinaryOperator symbol, NodeId left, NodeId right) {
    const int left_height = is<Binary>(left) ? height(left) : 1 + height(left);
    return add(offset, Binary{symbol, left, right}, std::max(left_height, 1 + height(right)));
  }

  // --- grammar

  Parsed expression(int precedence) {
    if (++depth_ > limits_.depth) return fail_at(here().offset, too_deep());
    Parsed result = operand();
    while (result) {
      const std::optional<FoundOperator> next = binary_here();
      if (!next || next->row.precedence < precedence) break;
      result = binary(*result, *next);
    }
    if (result && precedence == 0) result = conditional(*result);
    --depth_;
    return result;
  }

  [[nodiscard]] std::optional<FoundOperator> binary_here() const {
    if (here().kind != Token::Kind::symbol && here().kind != Token::Kind::name) return std::nullopt;
    if (here().kind == Token::Kind::name && after(1).kind == Token::Kind::name) {
      const std::string two_words = std::string(here().words) + " " + std::string(after(1).words);
      if (const auto row = binary_operator(two_words)) return FoundOperator{*row, 2};
    }
    if (const auto row = binary_operator(here().words)) return FoundOperator{*row, 1};
    return std::nullopt;
  }

  Parsed binary(NodeId left, const FoundOperator& found) {
    const std::size_t offset = here().offset;
    skip(found.tokens);
    const BinaryRow& row = found.row;
    const Parsed right = expression(row.is_right_associative ? row.precedence : row.precedence + 1);
    if (!right) return right;
    if (row.symbol == BinaryOperator::matches && is<Literal>(*right)) return match(offset, left, *right);
    return add_binary(offset, row.symbol, left, *right);
  }

  /// The usual case, a pattern that is written out, is compiled here: once, and checked when a stack is
  /// saved.
  Parsed match(std::size_t offset, NodeId left, NodeId right) {
    const Value& written = std::get<Literal>(nodes_[right].kind).value;
    if (!written.is_string()) return add_binary(offset, BinaryOperator::matches, left, right);
    std::expected<Pattern, Reason> pattern = Pattern::compile(written.as_string());
    if (!pattern) return fail_at(nodes_[right].offset, pattern.error().text);
    return add(offset, Match{left, std::move(*pattern)}, 1 + height(left));
  }

  Parsed conditional(NodeId left) {
    const std::size_t offset = here().offset;
    if (take("??")) {
      const Parsed right = expression(0);
      if (!right) return right;
      return add(offset, Coalesce{left, *right}, 1 + std::max(height(left), height(*right)));
    }
    if (!take("?")) return left;
    NodeId then = no_node;
    if (!here().is_symbol(":")) {
      const Parsed parsed = expression(0);
      if (!parsed) return parsed;
      then = *parsed;
    }
    NodeId otherwise = no_node;
    if (take(":")) {
      const Parsed parsed = expression(0);
      if (!parsed) return parsed;
      otherwise = *parsed;
    }
    const int highest = std::max({height(left), height(then), height(otherwise)});
    return add(offset, Conditional{left, then, otherwise}, 1 + highest);
  }

  Parsed operand() {
    const Token& token = here();
    const bool may_be_operator = token.kind == Token::Kind::symbol || token.kind == Token::Kind::name;
    if (const auto row = may_be_operator ? unary_operator(token.words) : std::nullopt) {
      skip();
      const Parsed operand = expression(row->precedence);
      if (!operand) return operand;
      return add(token.offset, Unary{row->symbol, *operand}, 1 + height(*operand));
    }
    switch (token.kind) {
      case Token::Kind::number:
      case Token::Kind::text:
        skip();
        return add(token.offset, Literal{token.value}, 1);
      case Token::Kind::variable:
        skip();
        return with_steps(add(token.offset, Variable{std::string(token.words)}, 1));
      case Token::Kind::name:
        return name();
      case Token::Kind::symbol:
        return bracket();
      case Token::Kind::end:
        break;
    }
    return fail_at(token.offset, std::string(operand_expected));
  }

  Parsed bracket() {
    const Token& token = here();
    if (take("(")) {
      const Parsed inner = expression(0);
      if (!inner) return inner;
      if (!take(")")) return fail_at(here().offset, closing_expected(token, "\")\""));
      return with_steps(inner);
    }
    if (take("[")) return with_steps(list(token));
    if (take("{")) return with_steps(hash(token));
    return fail_at(token.offset, std::string(operand_expected) + ", but " + found() + " here");
  }

  /// `closing` is the bracket, or a comma and the bracket.
  [[nodiscard]] std::string closing_expected(const Token& opening, std::string_view closing) const {
    return std::string(closing) + " is expected after the \"" + std::string(opening.words) +
           "\" before it, but " + found() + " here";
  }

  Parsed name() {
    const Token& token = here();
    if (binary_here())
      return fail_at(token.offset, std::string(operand_expected) + ", but " + found() + " here");
    skip();
    if (here().is_symbol("(")) return with_steps(call(token));
    const std::string word = lower(token.words);
    if (word == "true" || word == "false") return add(token.offset, Literal{word == "true"}, 1);
    if (word == "null") return add(token.offset, Literal{nullptr}, 1);
    return with_steps(add(token.offset, Root{std::string(token.words)}, 1));
  }

  Parsed call(const Token& name) {
    const Function* const function = find_function(name.words);
    if (function == nullptr) {
      return fail_at(name.offset, "there is no function " + in_quotes(name.words) + "; the functions are " +
                                      function_names());
    }
    const Token& opening = here();
    skip();
    Call call{.function = function, .arguments = {}};
    int highest = 0;
    while (!take(")")) {
      if (!call.arguments.empty() && !take(",")) {
        return fail_at(here().offset, closing_expected(opening, "\",\" or \")\""));
      }
      const Parsed argument = expression(0);
      if (!argument) return argument;
      call.arguments.push_back(*argument);
      highest = std::max(highest, height(*argument));
    }
    const std::string problem = wrong_count(*function, call.arguments.size());
    if (!problem.empty()) return fail_at(name.offset, problem);
    return add(name.offset, std::move(call), 1 + highest);
  }

  Parsed list(const Token& opening) {
    Collection collection{.is_list = true, .entries = {}};
    int highest = 0;
    while (!take("]")) {
      if (!collection.entries.empty()) {
        if (!take(",")) return fail_at(here().offset, closing_expected(opening, "\",\" or \"]\""));
        if (take("]")) break;
      }
      const Parsed value = expression(0);
      if (!value) return value;
      collection.entries.emplace_back(no_node, *value);
      highest = std::max(highest, height(*value));
    }
    return add(opening.offset, std::move(collection), 1 + highest);
  }

  Parsed hash(const Token& opening) {
    Collection collection{.is_list = false, .entries = {}};
    int highest = 0;
    while (!take("}")) {
      if (!collection.entries.empty()) {
        if (!take(",")) return fail_at(here().offset, closing_expected(opening, "\",\" or \"}\""));
        if (take("}")) break;
      }
      const Parsed key = hash_key();
      if (!key) return key;
      if (!take(":"))
        return fail_at(here().offset, "\":\" is expected after a key, but " + found() + " here");
      const Parsed value = expression(0);
      if (!value) return value;
      collection.entries.emplace_back(*key, *value);
      highest = std::max({highest, height(*key), height(*value)});
    }
    return add(opening.offset, std::move(collection), 1 + highest);
  }

  Parsed hash_key() {
    const Token& token = here();
    if (token.is_symbol("(")) return bracket();
    if (token.kind == Token::Kind::number || token.kind == Token::Kind::text) {
      skip();
      return add(token.offset, Literal{token.value}, 1);
    }
    if (token.kind == Token::Kind::name) {
      skip();
      return add(token.offset, Literal{std::string(token.words)}, 1);
    }
    return fail_at(token.offset,
                   "a key is expected (a name, a text, a number or an expression in parentheses), but " +
                       found() + " here");
  }

  /// `.name`, `?.name` and `[…]` after a value.
  Parsed with_steps(Parsed base) {
    if (!base) return base;
    Access access{.base = *base, .steps = {}};
    const std::size_t offset = nodes_[*base].offset;
    int highest = height(*base);
    while (here().is_symbol(".") || here().is_symbol("?.") || here().is_symbol("[")) {
      const std::expected<Step, Problem> step = here().is_symbol("[") ? computed_step() : named_step();
      if (!step) return std::unexpected(step.error());
      highest = std::max(highest, height(step->index));
      access.steps.push_back(*step);
    }
    if (access.steps.empty()) return base;
    return add(offset, std::move(access), 1 + highest);
  }

  std::expected<Step, Problem> named_step() {
    const bool is_null_safe = here().is_symbol("?.");
    skip();
    const Token& token = here();
    if (token.kind != Token::Kind::name) {
      return fail_at(token.offset, "a property's name is expected after the point, but " + found() + " here");
    }
    skip();
    if (here().is_symbol("(")) {
      return fail_at(here().offset,
                     "properties can't be called; functions stand alone, as in \"round(image.width / 2)\"");
    }
    return Step{.name = std::string(token.words),
                .index = no_node,
                .is_null_safe = is_null_safe,
                .offset = token.offset};
  }

  std::expected<Step, Problem> computed_step() {
    const Token& opening = here();
    skip();
    const Parsed index = expression(0);
    if (!index) return std::unexpected(index.error());
    if (!take("]")) return fail_at(here().offset, closing_expected(opening, "\"]\""));
    Step step{.name = {}, .index = *index, .is_null_safe = false, .offset = opening.offset};
    // options['jpg.quality'] means the same as options.jpg.quality, and may be asked for in the same way.
    if (const auto* const literal = std::get_if<Literal>(&nodes_[*index].kind);
        literal != nullptr && literal->value.is_string()) {
      step.name = literal->value.as_string();
      step.index = no_node;
    }
    return step;
  }

  const std::vector<Token> tokens_;
  const Limits& limits_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::vector<Node> nodes_;
  std::vector<int> heights_;
};

}  // namespace

std::expected<Syntax, Problem> parse_syntax(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes) {
    return fail_at(
        0, "it has " + std::to_string(text.size()) + " bytes, and may have " + std::to_string(limits.bytes));
  }
  std::expected<std::vector<Token>, Problem> tokens = tokenize(text);
  if (!tokens) return std::unexpected(tokens.error());
  std::expected<Syntax, Problem> syntax = Parser(std::move(*tokens), limits).run();
  if (syntax) syntax->text = text;
  return syntax;
}

}  // namespace rucola::expression
