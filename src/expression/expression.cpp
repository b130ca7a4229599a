#include "expression/expression.h"

#include <algorithm>
#include <utility>

#include "expression/ast.h"
#include "expression/parser.h"
#include "expression/problem.h"

namespace rucola::expression {
namespace {

/// Names and where they stand, in the order of their first appearance.
class Appearances {
 public:
  void add(std::size_t offset, std::string name) { found_.emplace_back(offset, std::move(name)); }

  std::vector<std::string> names() {
    std::ranges::sort(found_);
    std::vector<std::string> names;
    for (auto& [offset, name] : found_) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    }
    return names;
  }

 private:
  std::vector<std::pair<std::size_t, std::string>> found_;
};

/// `image.width`; up to the first computed key, and then only the whole is known.
std::string path_of(const std::string& root, const Access& access) {
  std::string path = root;
  for (const Step& step : access.steps) {
    if (step.index != no_node) return root;
    path += "." + step.name;
  }
  return path;
}

}  // namespace

Expression::Expression(std::shared_ptr<const Syntax> syntax) : syntax_(std::move(syntax)) {}

const std::string& Expression::text() const {
  return syntax_->text;
}

Result<Expression> parse(std::string_view text, const Limits& limits) {
  std::expected<Syntax, Problem> syntax = parse_syntax(text, limits);
  if (!syntax) return fail(ErrorCode::bad_request, failure_at(text, syntax.error()).text);
  return Expression(std::make_shared<const Syntax>(std::move(*syntax)));
}

std::vector<std::string> variables_used(const Expression& expression) {
  Appearances found;
  for (const Node& node : expression.syntax().nodes) {
    if (const auto* const variable = std::get_if<Variable>(&node.kind))
      found.add(node.offset, variable->name);
  }
  return found.names();
}

std::vector<std::string> paths_used(const Expression& expression) {
  const std::vector<Node>& nodes = expression.syntax().nodes;
  std::vector<bool> is_base(nodes.size());
  Appearances found;
  for (const Node& node : nodes) {
    const auto* const access = std::get_if<Access>(&node.kind);
    if (access == nullptr) continue;
    is_base[access->base] = true;
    if (const auto* const root = std::get_if<Root>(&nodes[access->base].kind)) {
      found.add(node.offset, path_of(root->name, *access));
    }
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto* const root = std::get_if<Root>(&nodes[i].kind);
    if (root != nullptr && !is_base[i]) found.add(nodes[i].offset, root->name);
  }
  return found.names();
}

}  // namespace rucola::expression
