#include "catalog/history.h"

#include <utility>

namespace rucola::catalog {
namespace {

constexpr std::pair<Via, std::string_view> via_names[] = {
    {Via::api, "api"}, {Via::cli, "cli"}, {Via::sql, "sql"}, {Via::before_history, "before_history"}};

constexpr std::pair<HistoryAction, std::string_view> action_names[] = {{HistoryAction::put, "put"},
                                                                       {HistoryAction::remove, "delete"}};

template <class Value, std::size_t Count>
std::string_view name_in(const std::pair<Value, std::string_view> (&names)[Count], Value value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  return {};
}

template <class Value, std::size_t Count>
std::optional<Value> named_in(const std::pair<Value, std::string_view> (&names)[Count],
                              std::string_view text) {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Via via) {
  return name_in(via_names, via);
}

std::optional<Via> parse_via(std::string_view name) {
  return named_in(via_names, name);
}

Author system_author() {
  return {.user_id = {}, .email = "system", .key_id = {}, .via = Via::cli};
}

std::string_view name_of(HistoryKind kind) {
  switch (kind) {
    case HistoryKind::alias:
      return "alias";
  }
  return {};
}

std::string_view name_of(HistoryAction action) {
  return name_in(action_names, action);
}

std::optional<HistoryAction> parse_history_action(std::string_view name) {
  return named_in(action_names, name);
}

}  // namespace rucola::catalog
