#include "http/router.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace rucola::http {

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> piece;
  std::vector<const message::Route*> routes;  ///< those whose pattern ends here
};

namespace {

using message::Method;
using message::Route;

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return segments;
  for (;;) {
    const std::size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool is_piece(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

/// Nothing where a segment can't be decoded.
std::optional<std::vector<std::string>> decoded_segments(std::string_view path) {
  std::vector<std::string> decoded;
  for (const std::string_view segment : split(path)) {
    auto text = message::percent_decode(segment);
    if (!text) return std::nullopt;
    decoded.push_back(std::move(*text));
  }
  return decoded;
}

const Route* with_method(const std::vector<const Route*>& routes, Method method) {
  const auto found = std::ranges::find(routes, method, &Route::method);
  return found == routes.end() ? nullptr : *found;
}

std::string allow_field(const std::vector<const Route*>& routes) {
  std::string allow;
  for (const Route* route : routes) {
    allow.append(message::name_of(route->method)).append(", ");
    if (route->method == Method::get) allow.append("HEAD, ");
  }
  return allow.append("OPTIONS");
}

/// The pieces' names stand in the route's own pattern: two routes may call one position differently.
Router::PathValues bind(const Route& route, std::vector<std::string> segments) {
  Router::PathValues values;
  const auto names = split(route.pattern);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (is_piece(names[i]))
      values[std::string(names[i].substr(1, names[i].size() - 2))] = std::move(segments[i]);
  }
  return values;
}

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)), root_(std::make_unique<Node>()) {
  for (const Route& route : routes_)
    insert(route);
}

Router::~Router() = default;

void Router::insert(const Route& route) {
  Node* node = root_.get();
  for (const std::string_view segment : split(route.pattern)) {
    auto& next = is_piece(segment) ? node->piece : node->literals[std::string(segment)];
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  if (with_method(node->routes, route.method) != nullptr) {
    throw std::logic_error("two routes for " + std::string(message::name_of(route.method)) + " " +
                           route.pattern);
  }
  node->routes.push_back(&route);
}

/// Literal first, then the piece; a literal that leads nowhere does not hide the piece beside it.
const Router::Node* Router::descend(const Node& node, const std::vector<std::string>& segments,
                                    std::size_t depth) {
  if (depth == segments.size()) return node.routes.empty() ? nullptr : &node;
  const auto literal = node.literals.find(segments[depth]);
  if (literal != node.literals.end()) {
    if (const Node* found = descend(*literal->second, segments, depth + 1)) return found;
  }
  if (!node.piece || segments[depth].empty()) return nullptr;
  return descend(*node.piece, segments, depth + 1);
}

Router::Outcome Router::find(Method method, std::string_view path) const {
  auto segments = decoded_segments(path);
  if (!segments) return BadEncoding{};
  const Node* node = descend(*root_, *segments, 0);
  if (node == nullptr) return NotFound{};
  const Route* route = with_method(node->routes, method);
  if (route == nullptr && method == Method::head) route = with_method(node->routes, Method::get);
  if (route == nullptr) return MethodNotAllowed{allow_field(node->routes)};
  return Match{route, bind(*route, std::move(*segments))};
}

std::string Router::allowed(std::string_view path) const {
  const auto segments = decoded_segments(path);
  const Node* node = segments ? descend(*root_, *segments, 0) : nullptr;
  return node != nullptr ? allow_field(node->routes) : std::string();
}

std::vector<std::string> Router::patterns() const {
  std::vector<std::string> patterns;
  patterns.reserve(routes_.size());
  for (const Route& route : routes_)
    patterns.push_back(route.pattern);
  return patterns;
}

}  // namespace rucola::http
