#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "expression/ast.h"
#include "expression/budget.h"
#include "expression/expression.h"
#include "expression/names.h"
#include "expression/number_text.h"
#include "expression/operators.h"
#include "expression/problem.h"

namespace rucola::expression {
namespace {

using Evaluated = std::expected<Value, Problem>;

class Evaluation {
 public:
  Evaluation(const Syntax& syntax, const Scope& scope, const Limits& limits)
      : syntax_(syntax), scope_(scope), budget_(limits) {}

  /// `may_miss`: what is not there is null, for the left side of `??`.
  Evaluated value(NodeId id, bool may_miss = false) {
    const Node& node = syntax_.nodes[id];
    if (!budget_.spend(1)) return failed(node.offset, budget_.too_many_steps());
    return std::visit([&](const auto& kind) { return of(node.offset, kind, may_miss); }, node.kind);
  }

  [[nodiscard]] std::int64_t spent() const { return budget_.spent(); }

 private:
  static std::unexpected<Problem> failed(std::size_t offset, Reason reason) {
    return std::unexpected(Problem{offset, std::move(reason.text)});
  }

  static Evaluated at(std::size_t offset, Outcome outcome) {
    if (!outcome) return failed(offset, std::move(outcome.error()));
    return std::move(*outcome);
  }

  Evaluated of(std::size_t /*offset*/, const Literal& literal, bool /*may_miss*/) { return literal.value; }

  Evaluated of(std::size_t offset, const Variable& variable, bool may_miss) {
    std::optional<Value> value = scope_.variable(variable.name);
    if (value) return std::move(*value);
    if (may_miss) return Value();
    return failed(offset, Reason{missing_variable(variable.name, scope_)});
  }

  Evaluated of(std::size_t offset, const Root& root, bool may_miss) {
    std::optional<Value> value = scope_.root(root.name);
    if (value) return std::move(*value);
    if (may_miss) return Value();
    return failed(offset, Reason{missing_root(root.name, scope_)});
  }

  Evaluated of(std::size_t offset, const Unary& unary, bool /*may_miss*/) {
    const Evaluated operand = value(unary.operand);
    return operand ? at(offset, apply(unary.symbol, *operand)) : operand;
  }

  /// A chain that leans to the left, a + b + c, is walked in a loop, however long it is.
  Evaluated of(std::size_t offset, const Binary& top, bool /*may_miss*/) {
    std::vector<std::pair<std::size_t, const Binary*>> chain{{offset, &top}};
    while (const auto* const next = std::get_if<Binary>(&syntax_.nodes[chain.back().second->left].kind)) {
      chain.emplace_back(syntax_.nodes[chain.back().second->left].offset, next);
    }
    Evaluated result = value(chain.back().second->left);
    while (result && !chain.empty()) {
      const auto [place, binary] = chain.back();
      chain.pop_back();
      result = combined(place, *binary, *result);
    }
    return result;
  }

  Evaluated combined(std::size_t offset, const Binary& binary, const Value& left) {
    const bool is_and = binary.symbol == BinaryOperator::logical_and;
    const bool is_or = binary.symbol == BinaryOperator::logical_or;
    if (!budget_.spend(1)) return failed(offset, budget_.too_many_steps());
    if ((is_and && !left.truthy()) || (is_or && left.truthy())) return Value(is_or);
    const Evaluated right = value(binary.right);
    return right ? at(offset, apply(binary.symbol, left, *right, budget_)) : right;
  }

  Evaluated of(std::size_t offset, const Match& match, bool /*may_miss*/) {
    const Evaluated left = value(match.left);
    if (!left) return left;
    if (left->is_array()) return failed(offset, Reason{"\"matches\" looks into a text, not into an array"});
    const std::string text = left->to_text();
    if (!budget_.spend(match.pattern.cost(text))) return failed(offset, budget_.too_many_steps());
    return Value(match.pattern.matches(text));
  }

  Evaluated of(std::size_t /*offset*/, const Conditional& conditional, bool /*may_miss*/) {
    const Evaluated condition = value(conditional.condition);
    if (!condition) return condition;
    const bool holds = condition->truthy();
    if (holds && conditional.then == no_node) return condition;
    const NodeId branch = holds ? conditional.then : conditional.otherwise;
    return branch == no_node ? Evaluated(Value()) : value(branch);
  }

  Evaluated of(std::size_t /*offset*/, const Coalesce& coalesce, bool /*may_miss*/) {
    const Evaluated left = value(coalesce.left, true);
    if (!left || !left->is_null()) return left;
    return value(coalesce.right);
  }

  Evaluated of(std::size_t offset, const Call& call, bool /*may_miss*/) {
    std::vector<Value> arguments;
    for (const NodeId id : call.arguments) {
      Evaluated argument = value(id);
      if (!argument) return argument;
      arguments.push_back(std::move(*argument));
    }
    Outcome outcome = call.function->call(arguments, budget_);
    if (!outcome) outcome.error().text.insert(0, std::string(call.function->info.name) + "(): ");
    return at(offset, std::move(outcome));
  }

  Evaluated of(std::size_t offset, const Collection& collection, bool /*may_miss*/) {
    return collection.is_list ? list(offset, collection) : hash(offset, collection);
  }

  Evaluated list(std::size_t offset, const Collection& collection) {
    std::vector<Value> values;
    for (const auto& [no_key, id] : collection.entries) {
      Evaluated element = value(id);
      if (!element) return element;
      values.push_back(std::move(*element));
    }
    return at(offset, budget_.made(Value::list(std::move(values))));
  }

  Evaluated hash(std::size_t offset, const Collection& collection) {
    std::vector<std::pair<std::string, Value>> entries;
    for (const auto& [key_id, id] : collection.entries) {
      const Evaluated key = value(key_id);
      if (!key) return key;
      Evaluated element = value(id);
      if (!element) return element;
      const std::expected<std::string, Reason> name = key_of(*key);
      if (!name) return failed(syntax_.nodes[key_id].offset, name.error());
      entries.emplace_back(*name, std::move(*element));
    }
    return at(offset, budget_.made(Value::map(std::move(entries))));
  }

  /// PHP's rules for keys: 1.7 and true are 1, null is "".
  static std::expected<std::string, Reason> key_of(const Value& key) {
    if (key.is_array()) return refuse("an array can't be a key");
    if (key.is_bool()) return key.as_bool() ? "1" : "0";
    if (!key.is_double()) return key.to_text();
    const std::optional<std::int64_t> integer = integer_of(key.as_double());
    if (!integer) return refuse(described(key) + " is too large for a key");
    return std::to_string(*integer);
  }

  // --- properties

  struct Key {
    std::string name;
    bool is_null_safe;
    std::size_t offset;
  };

  Evaluated of(std::size_t offset, const Access& access, bool may_miss) {
    std::vector<Key> keys;
    for (const Step& step : access.steps) {
      std::expected<Key, Problem> key = key_of(step);
      if (!key) return std::unexpected(key.error());
      keys.push_back(std::move(*key));
    }
    const auto* const root = std::get_if<Root>(&syntax_.nodes[access.base].kind);
    if (root == nullptr) {
      const Evaluated base = value(access.base, may_miss);
      return base ? walk(*base, keys, described_base(access.base), may_miss) : base;
    }
    if (std::optional<Evaluated> known = property(root->name, keys, may_miss)) return std::move(*known);
    const Evaluated base = of(offset, *root, may_miss);
    return base ? walk(*base, keys, root->name, may_miss) : base;
  }

  std::expected<Key, Problem> key_of(const Step& step) {
    if (step.index == no_node) return Key{step.name, step.is_null_safe, step.offset};
    const Evaluated index = value(step.index);
    if (!index) return std::unexpected(index.error());
    const std::expected<std::string, Reason> name = key_of(*index);
    if (!name) return failed(step.offset, name.error());
    return Key{*name, step.is_null_safe, step.offset};
  }

  [[nodiscard]] std::string described_base(NodeId id) const {
    const auto* const variable = std::get_if<Variable>(&syntax_.nodes[id].kind);
    return variable != nullptr ? "$" + variable->name : "the value before it";
  }

  static std::string path_of(const std::vector<Key>& keys, std::size_t first, std::size_t count) {
    std::string path;
    for (std::size_t i = first; i < first + count; ++i)
      path += (i > first ? "." : "") + keys[i].name;
    return path;
  }

  /// The scope's short way: the longest path that it knows, and from there on step by step.
  std::optional<Evaluated> property(const std::string& root, const std::vector<Key>& keys, bool may_miss) {
    for (std::size_t count = keys.size(); count > 0; --count) {
      const std::string path = path_of(keys, 0, count);
      if (!budget_.spend(1 + static_cast<std::int64_t>(count)))
        return failed(keys[0].offset, budget_.too_many_steps());
      const std::optional<Value> value = scope_.property(root, path);
      if (!value) continue;
      const std::vector<Key> rest(keys.begin() + static_cast<std::ptrdiff_t>(count), keys.end());
      return walk(*value, rest, std::string(root).append(".").append(path), may_miss);
    }
    return std::nullopt;
  }

  /// Names may contain points (options.jpg.quality), so at each array the longest name that it knows is
  /// taken.
  Evaluated walk(Value value, const std::vector<Key>& keys, std::string walked, bool may_miss) {
    std::size_t place = 0;
    while (place < keys.size()) {
      std::size_t taken = 0;
      const Value* member = nullptr;
      for (std::size_t count = keys.size() - place; count > 0 && member == nullptr && value.is_array();
           --count) {
        if (!budget_.spend(1 + static_cast<std::int64_t>(count))) {
          return failed(keys[place].offset, budget_.too_many_steps());
        }
        member = value.member(path_of(keys, place, count));
        taken = count;
      }
      if (member == nullptr) {
        if (may_miss || keys[place].is_null_safe) return Value();
        return failed(keys[place].offset, Reason{missing_property(walked, value, keys[place].name, scope_)});
      }
      walked += "." + path_of(keys, place, taken);
      place += taken;
      value = Value(*member);
    }
    return value;
  }

  const Syntax& syntax_;
  const Scope& scope_;
  Budget budget_;
};

}  // namespace

std::expected<Value, Failure> evaluate(const Expression& expression, const Scope& scope, const Limits& limits,
                                       std::int64_t* spent) {
  const Syntax& syntax = expression.syntax();
  if (syntax.height > limits.depth) {
    return std::unexpected(failure_at(
        syntax.text,
        {.offset = 0,
         .text = "expressions may be nested " + std::to_string(limits.depth) + " deep, not deeper"}));
  }
  Evaluation evaluation(syntax, scope, limits);
  Evaluated result = evaluation.value(syntax.root);
  if (spent != nullptr) *spent += evaluation.spent();
  if (!result) return std::unexpected(failure_at(syntax.text, result.error()));
  return std::move(*result);
}

}  // namespace rucola::expression
