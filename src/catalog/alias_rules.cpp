#include "catalog/alias_rules.h"

#include <algorithm>
#include <utility>

#include "catalog/moments.h"

namespace rucola::catalog {
namespace {

Result<void> require(const Precondition& precondition, const Alias* living) {
  const auto failed = [](std::string message) {
    return fail(ErrorCode::precondition_failed, std::move(message));
  };
  if (precondition.must_not_exist && living != nullptr) {
    return failed("If-None-Match: * wants a new alias, but there is one of that name already.");
  }
  if (living == nullptr) {
    if (!precondition.must_exist && !precondition.match_any_of) return {};
    return failed("If-Match wants an alias that exists, but there is none of that name.");
  }
  if (precondition.match_any_of &&
      std::ranges::find(*precondition.match_any_of, living->version) == precondition.match_any_of->end()) {
    return failed("The alias has moved meanwhile: its ETag is " + etag_of(*living) +
                  " now, and If-Match names another. Read it again, then decide.");
  }
  if (std::ranges::find(precondition.match_none_of, living->version) != precondition.match_none_of.end()) {
    return failed("The alias' ETag is " + etag_of(*living) + ", which If-None-Match does not want.");
  }
  return {};
}

}  // namespace

Result<void> may_put_alias(const std::optional<AliasRow>& before, std::string_view name, Overwrite overwrite,
                           const Precondition& precondition) {
  const bool exists = before && !before->deleted;
  if (auto met = require(precondition, exists ? &before->alias : nullptr); !met) return met;
  if (!exists || overwrite == Overwrite::yes) return {};
  return fail(ErrorCode::conflict, "There is an alias \"" + std::string(name) +
                                       "\" already; add ?overwrite=true to the URL to move it.");
}

MovedAlias put_alias(const std::optional<AliasRow>& before, std::string_view organization,
                     std::string_view name, std::string hash, Time at) {
  const bool exists = before && !before->deleted;
  if (exists && before->alias.hash == hash) return {.put = {before->alias, false}, .moved = false};
  Alias alias{.organization = std::string(organization),
              .name = std::string(name),
              .hash = std::move(hash),
              .created = before ? before->alias.created : at,
              .updated = before ? moment_after(before->alias.updated, at) : at,
              .version = before ? before->alias.version + 1 : 1};
  return {.put = {.alias = std::move(alias), .created = !exists}, .moved = true};
}

Result<Alias> living_alias(std::optional<AliasRow> row, std::string_view organization,
                           std::string_view name) {
  if (row && !row->deleted) return std::move(row->alias);
  return fail(ErrorCode::not_found, "There is no alias \"" + std::string(name) + "\" in the organization \"" +
                                        std::string(organization) + "\".");
}

Result<Alias> may_delete_alias(std::optional<AliasRow> row, std::string_view organization,
                               std::string_view name, const Precondition& precondition) {
  Result<Alias> alias = living_alias(std::move(row), organization, name);
  if (!alias) return alias;
  if (auto met = require(precondition, &*alias); !met) return std::unexpected(std::move(met.error()));
  return alias;
}

AliasVersion alias_version(const HistoryEntry& entry) {
  return {.version = entry.version,
          .hash = entry.hash,
          .at = entry.at,
          .by = entry.by,
          .deleted = entry.action == delete_action};
}

}  // namespace rucola::catalog
