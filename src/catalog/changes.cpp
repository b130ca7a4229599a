#include "catalog/changes.h"

#include <algorithm>
#include <array>

namespace rucola::catalog {
namespace {

struct Row {
  ChangeKind kind;
  std::string_view name;
};

constexpr std::array rows = {
    Row{ChangeKind::organization, "organization"},
    Row{ChangeKind::signing_keys, "signing_keys"},
    Row{ChangeKind::stack, "stack"},
    Row{ChangeKind::alias, "alias"},
    Row{ChangeKind::image, "image"},
    Row{ChangeKind::remote_image, "remote_image"},
};

}  // namespace

std::string_view name_of(ChangeKind kind) {
  return std::ranges::find(rows, kind, &Row::kind)->name;
}

std::optional<ChangeKind> parse_change_kind(std::string_view name) {
  const auto* const row = std::ranges::find(rows, name, &Row::name);
  return row == rows.end() ? std::nullopt : std::optional(row->kind);
}

}  // namespace rucola::catalog
