// The filters of a search as SQL. A term asks for one thing of an image, a group for several at once; an
// image is found where one of the groups fits.
//
// In the SQL, `i` is a row of images. Threads and ownership: those of the connection; the search outlives the
// terms. Errors: DatabaseFailure.
#pragma once

#include <cstdint>
#include <vector>

#include "catalog/image_search.h"
#include "storage/catalog/sqlite/built_sql.h"

namespace rucola::storage::images {

/// i.bytes
Sql expression(catalog::ImageColumn column);

/// " INDEXED BY …": by which index the living images are walked in the order of that column, where there is
/// one.
BuiltSql in_order_of(catalog::ImageColumn column, bool deleted);

/// Whose images: " i.organization = ? AND i.deleted IS NULL"
BuiltSql whose(std::int64_t organization, bool deleted);

struct Term {
  const catalog::SearchField* field = nullptr;
  const catalog::Span* span = nullptr;
  std::int64_t field_row = 0;  ///< of a field without a column; 0: no image has it
  std::int64_t found = 0;      ///< images that it finds; too_many where they are more, or were not counted
};

class SearchTerms {
 public:
  /// Images that are read one by one, and sorted, in some hundredths of a second.
  static constexpr std::int64_t too_many = 20'001;

  SearchTerms(Connection& connection, std::int64_t organization, const catalog::ImageSearch& asked);

  /// There are no filters: all are found.
  [[nodiscard]] bool none() const { return groups_.empty(); }
  /// Images that are found, or too_many and more.
  [[nodiscard]] std::int64_t found() const;
  /// "SELECT … AS id": each image that is found, once.
  [[nodiscard]] BuiltSql ids() const;
  /// " AND (…)": does `i` pass?
  [[nodiscard]] BuiltSql test() const;

 private:
  using Group = std::vector<Term>;  ///< the one that finds the fewest first

  Group group_of(Connection& connection, const catalog::SearchCondition& condition) const;
  void count(Connection& connection, Group& group) const;
  [[nodiscard]] std::int64_t count(Connection& connection, const Term& term) const;
  [[nodiscard]] BuiltSql ids_of(const Term& term) const;
  [[nodiscard]] BuiltSql ids_of(const Group& group) const;
  [[nodiscard]] BuiltSql test_of(const Term& term, Sql image) const;

  const std::int64_t organization_;
  const bool deleted_;
  std::vector<Group> groups_;
};

}  // namespace rucola::storage::images
