#include "base/author.h"

#include <utility>

namespace rucola {
namespace {

thread_local std::shared_ptr<const Author> current;

constexpr std::pair<Via, std::string_view> via_names[] = {{Via::api, "api"},
                                                          {Via::cli, "cli"},
                                                          {Via::server, "server"},
                                                          {Via::sql, "sql"},
                                                          {Via::before_history, "before_history"}};

}  // namespace

std::string_view name_of(Via via) {
  for (const auto& [known, name] : via_names) {
    if (known == via) return name;
  }
  return {};
}

std::optional<Via> parse_via(std::string_view name) {
  for (const auto& [via, known] : via_names) {
    if (known == name) return via;
  }
  return std::nullopt;
}

Author system_author() {
  return {.user_id = {}, .email = "system", .key_id = {}, .via = Via::cli};
}

const std::shared_ptr<const Author>& current_author() {
  return current;
}

AuthorScope::AuthorScope(std::shared_ptr<const Author> author)
    : outer_(std::exchange(current, std::move(author))) {}

AuthorScope::AuthorScope(Author author) : AuthorScope(std::make_shared<const Author>(std::move(author))) {}

AuthorScope::~AuthorScope() {
  current = std::move(outer_);
}

}  // namespace rucola
