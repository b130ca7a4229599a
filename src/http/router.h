// Finds the route of a request by method and path.
//
// A pattern's `{piece}` matches one path segment that is not empty, percent-decoded once; at every segment a
// literal beats a piece. The path alone decides which routes are candidates; the method then chooses among
// them, so that `GET /sourceimages/acme/copy` is 405 where only POST is offered there, and never an image
// called "copy".
//
// Threads: immutable once built, find() may run on any thread. Ownership: owns the routes; a Match points to
// them. Errors: a table with two routes of one method and pattern is a bug and throws std::logic_error.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "message/route.h"

namespace rucola::http {

class Router {
 public:
  using PathValues = std::map<std::string, std::string, std::less<>>;

  struct Match {
    const message::Route* route;
    PathValues values;
  };
  struct NotFound {};
  struct MethodNotAllowed {
    std::string allow;  ///< as the Allow field has it: "GET, HEAD, OPTIONS"
  };
  struct BadEncoding {};
  using Outcome = std::variant<Match, NotFound, MethodNotAllowed, BadEncoding>;

  explicit Router(std::vector<message::Route> routes);
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;
  ~Router();

  /// `path` as on the wire, percent-encoded. HEAD finds the GET route. One '/' at the end is ignored.
  [[nodiscard]] Outcome find(message::Method method, std::string_view path) const;

  /// What the Allow field has for the path: "GET, HEAD, OPTIONS". Empty where there is no route.
  [[nodiscard]] std::string allowed(std::string_view path) const;

  /// Of all routes, in their order.
  [[nodiscard]] std::vector<std::string> patterns() const;

 private:
  struct Node;

  void insert(const message::Route& route);
  static const Node* descend(const Node& node, const std::vector<std::string>& segments, std::size_t depth);

  const std::vector<message::Route> routes_;
  std::unique_ptr<Node> root_;
};

}  // namespace rucola::http
