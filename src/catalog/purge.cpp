#include "catalog/purge.h"

#include "base/hashing.h"

namespace rucola::catalog {
namespace {

std::string tag(char kind, std::string_view organization, std::string_view name) {
  // The length keeps ("ab", "c") and ("a", "bc") apart whatever characters names may one day have.
  std::string tuple(1, kind);
  tuple.append(std::to_string(organization.size())).append(":").append(organization).append(name);
  return kind + sha256_hex(tuple).substr(0, 16);
}

}  // namespace

std::string_view name_of(PurgeKind kind) {
  switch (kind) {
    case PurgeKind::alias:
      return "alias";
    case PurgeKind::stack:
      return "stack";
    case PurgeKind::source_image:
      return "source_image";
    case PurgeKind::organization:
      return "organization";
  }
  return {};
}

std::optional<PurgeKind> parse_purge_kind(std::string_view name) {
  for (const PurgeKind kind :
       {PurgeKind::alias, PurgeKind::stack, PurgeKind::source_image, PurgeKind::organization}) {
    if (name_of(kind) == name) return kind;
  }
  return std::nullopt;
}

std::string organization_tag(std::string_view organization) {
  return tag('o', organization, {});
}
std::string image_tag(std::string_view organization, std::string_view hash) {
  return tag('i', organization, hash);
}
std::string stack_tag(std::string_view organization, std::string_view stack) {
  return tag('s', organization, stack);
}
std::string alias_tag(std::string_view organization, std::string_view alias) {
  return tag('a', organization, alias);
}
std::string render_tag(std::string_view key) {
  return tag('r', {}, key);
}

}  // namespace rucola::catalog
