// The syntax tree, as nodes that point at each other by their place in one vector: destroying it needs no
// recursion.
//
// Threads: immutable once parsed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "expression/function_table.h"
#include "expression/operator_table.h"
#include "expression/pattern.h"
#include "expression/value.h"

namespace rucola::expression {

using NodeId = std::uint32_t;
inline constexpr NodeId no_node = static_cast<NodeId>(-1);

struct Literal {
  Value value;
};

/// `$name`
struct Variable {
  std::string name;
};

/// `image`
struct Root {
  std::string name;
};

/// One of `.name`, `?.name`, `['name']` and `[expression]`.
struct Step {
  std::string name;        // where the index is no_node
  NodeId index = no_node;  // of a computed key
  bool is_null_safe = false;
  std::size_t offset = 0;
};

struct Access {
  NodeId base;
  std::vector<Step> steps;
};

struct Unary {
  UnaryOperator symbol;
  NodeId operand;
};

struct Binary {
  BinaryOperator symbol;
  NodeId left;
  NodeId right;
};

/// `left matches '/…/'`, compiled once.
struct Match {
  NodeId left;
  Pattern pattern;
};

/// `condition ? then : otherwise`. Without `then` the condition's value; without `otherwise` null.
struct Conditional {
  NodeId condition;
  NodeId then;
  NodeId otherwise;
};

/// `left ?? right`
struct Coalesce {
  NodeId left;
  NodeId right;
};

struct Call {
  const Function* function;  // in the table of functions, which lives as long as the program
  std::vector<NodeId> arguments;
};

/// `[a, b]` and `{key: a}`; in a list the keys are no_node.
struct Collection {
  bool is_list;
  std::vector<std::pair<NodeId, NodeId>> entries;
};

struct Node {
  std::size_t offset;  // of what an error is about: an operator's symbol, a name
  std::variant<Literal, Variable, Root, Access, Unary, Binary, Match, Conditional, Coalesce, Call, Collection>
      kind;
};

struct Syntax {
  std::string text;
  std::vector<Node> nodes;
  NodeId root = 0;
  int height = 1;  // how deep evaluating it recurses
};

}  // namespace rucola::expression
