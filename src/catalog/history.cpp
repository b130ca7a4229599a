#include "catalog/history.h"

#include <array>
#include <utility>

namespace rucola::catalog {
namespace {

constexpr std::array all_kinds{HistoryKind::alias,        HistoryKind::image,       HistoryKind::stack,
                               HistoryKind::organization, HistoryKind::signing_key, HistoryKind::membership,
                               HistoryKind::user,         HistoryKind::key,         HistoryKind::purge};

}  // namespace

std::span<const HistoryKind> all_history_kinds() {
  return all_kinds;
}

std::string_view name_of(HistoryKind kind) {
  switch (kind) {
    case HistoryKind::alias:
      return "alias";
    case HistoryKind::image:
      return "image";
    case HistoryKind::stack:
      return "stack";
    case HistoryKind::organization:
      return "organization";
    case HistoryKind::signing_key:
      return "signing_key";
    case HistoryKind::membership:
      return "membership";
    case HistoryKind::user:
      return "user";
    case HistoryKind::key:
      return "key";
    case HistoryKind::purge:
      return "purge";
  }
  return {};
}

std::optional<HistoryKind> parse_history_kind(std::string_view name) {
  for (const HistoryKind kind : all_kinds) {
    if (name_of(kind) == name) return kind;
  }
  return std::nullopt;
}

}  // namespace rucola::catalog
