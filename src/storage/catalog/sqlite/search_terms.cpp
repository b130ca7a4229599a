#include "storage/catalog/sqlite/search_terms.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "storage/catalog/sqlite/image_values.h"

namespace rucola::storage::images {
namespace {

using catalog::ImageColumn;
using catalog::SearchCondition;
using catalog::SearchValue;
using catalog::Span;

/// What a flag is asked to be; nothing: it may be either, or it is none.
std::optional<bool> flag_of(const Term& term) {
  if (term.field->kind != catalog::SearchKind::flag || !term.span->from) return std::nullopt;
  return term.span->from->value == SearchValue(std::int64_t{1});
}

/// Which index has those of the living images that have the flag: few, mostly.
BuiltSql index_of_flag(ImageColumn column) {
  switch (column) {
    case ImageColumn::locked:
      return Sql(" INDEXED BY images_locked");
    case ImageColumn::is_protected:
      return Sql(" INDEXED BY images_protected");
    case ImageColumn::animated:
      return Sql(" INDEXED BY images_animated");
    default:
      return {};
  }
}

/// Behind all texts that begin so: no UTF-8 has that byte.
SearchValue end_of(const SearchValue& beginning) {
  return std::get<std::string>(beginning) + '\xFF';
}

/// " AND value >= ? AND value < ?"
BuiltSql within(const BuiltSql& value, const Span& span) {
  BuiltSql sql;
  const auto bound = [&](Sql comparison, SearchValue to) {
    sql.add(Sql(" AND ")).add(value).add(comparison).add_value(std::move(to));
  };
  if (span.prefix) {
    bound(" >= ", span.from->value);
    bound(" < ", end_of(span.from->value));
  } else if (span.from && span.to && span.from->included && span.to->included &&
             span.from->value == span.to->value) {
    bound(" = ", span.from->value);
  } else {
    if (span.from) bound(span.from->included ? Sql(" >= ") : Sql(" > "), span.from->value);
    if (span.to) bound(span.to->included ? Sql(" <= ") : Sql(" < "), span.to->value);
  }
  return sql;
}

bool is_one_value(const Span& span) {
  return !span.prefix && span.from && span.to && span.from->value == span.to->value;
}

BuiltSql alone(std::int64_t organization, const Span& span) {
  return BuiltSql(" AND (SELECT count(*) FROM images a WHERE a.organization = ")
      .add_value(organization)
      .add(within(Sql("a.hash"), span))
      .add(Sql(") = 1"));
}

bool has_column(const Term& term) {
  return term.field->column.has_value();
}

/// " AND i.bytes IS NOT NULL AND i.bytes >= ?". Flags are literals: an index of those that have one is of no
/// use to a value that is bound.
BuiltSql column_test(const Term& term) {
  const Sql column = expression(*term.field->column);
  if (const auto flag = flag_of(term))
    return BuiltSql(" AND ").add(column).add(*flag ? Sql(" = 1") : Sql(" = 0"));
  return BuiltSql(" AND ").add(column).add(Sql(" IS NOT NULL")).add(within(column, *term.span));
}

/// The index that has what the term finds, where there is one.
BuiltSql index_of(const Term& term, bool deleted) {
  if (deleted || !has_column(term)) return {};
  const ImageColumn column = *term.field->column;
  return flag_of(term) == true ? index_of_flag(column) : in_order_of(column, deleted);
}

/// Can it be counted without a look at every image?
bool has_index(const Term& term, bool deleted) {
  if (!has_column(term)) return true;
  const ImageColumn column = *term.field->column;
  return column == ImageColumn::hash || column == ImageColumn::binary_hash ||
         !index_of(term, deleted).text().empty();
}

/// Reading an image's row costs as much as putting so many into a set.
constexpr std::int64_t rows_dearer_than_sets = 8;

enum class TestBy {
  seek,  ///< in the term's index, where the images of one value lie in their order
  set,   ///< of all that the term finds
  row,   ///< of the image
};

/// How to test `images` of which the rows are not at hand.
TestBy test_by(const Term& term, std::int64_t images, bool deleted) {
  if (term.span->alone || index_of(term, deleted).text().empty()) return TestBy::row;
  if (flag_of(term) || is_one_value(*term.span)) return TestBy::seek;
  const bool is_cheap = term.found < SearchTerms::too_many && term.found <= images * rows_dearer_than_sets;
  return is_cheap ? TestBy::set : TestBy::row;
}

}  // namespace

BuiltSql in_order_of(ImageColumn column, bool deleted) {
  if (deleted) return {};
  switch (column) {
    case ImageColumn::name:
      return Sql(" INDEXED BY images_by_name");
    case ImageColumn::format:
      return Sql(" INDEXED BY images_by_format");
    case ImageColumn::bytes:
      return Sql(" INDEXED BY images_by_bytes");
    case ImageColumn::width:
      return Sql(" INDEXED BY images_by_width");
    case ImageColumn::height:
      return Sql(" INDEXED BY images_by_height");
    case ImageColumn::created:
      return Sql(" INDEXED BY images_living");
    default:
      return {};
  }
}

Sql expression(ImageColumn column) {
  switch (column) {
    case ImageColumn::hash:
      return "i.hash";
    case ImageColumn::binary_hash:
      return "i.binary_hash";
    case ImageColumn::name:
      return "i.name";
    case ImageColumn::format:
      return "i.format";
    case ImageColumn::mimetype:
      return "i.mimetype";
    case ImageColumn::bytes:
      return "i.bytes";
    case ImageColumn::width:
      return "i.width";
    case ImageColumn::height:
      return "i.height";
    case ImageColumn::created:
      return "i.created";
    case ImageColumn::deleted:
      return "i.deleted";
    case ImageColumn::opaque:
      return "i.opaque";
    case ImageColumn::animated:
      return "(i.frames > 1)";
    case ImageColumn::is_protected:
      return "i.protected";
    case ImageColumn::locked:
      return "i.locked";
  }
  std::unreachable();
}

BuiltSql whose(std::int64_t organization, bool deleted) {
  return BuiltSql(" i.organization = ")
      .add_value(organization)
      .add(deleted ? Sql(" AND i.deleted IS NOT NULL") : Sql(" AND i.deleted IS NULL"));
}

SearchTerms::SearchTerms(Connection& connection, std::int64_t organization, const catalog::ImageSearch& asked)
    : organization_(organization), deleted_(asked.deleted) {
  for (const SearchCondition& condition : asked.conditions) {
    Group group = group_of(connection, condition);
    if (asked.any || groups_.empty()) {
      groups_.push_back(std::move(group));
    } else {
      groups_.front().insert(groups_.front().end(), group.begin(), group.end());
    }
  }
  for (Group& group : groups_) {
    count(connection, group);
    std::ranges::sort(group, {}, &Term::found);
  }
}

/// What has no index is counted only where nothing else finds few: it would take the longest.
void SearchTerms::count(Connection& connection, Group& group) const {
  std::int64_t fewest = too_many;
  for (Term& term : group) {
    if (!has_index(term, deleted_)) continue;
    term.found = count(connection, term);
    fewest = std::min(fewest, term.found);
  }
  for (Term& term : group) {
    if (!has_index(term, deleted_)) term.found = fewest < too_many ? too_many : count(connection, term);
  }
}

SearchTerms::Group SearchTerms::group_of(Connection& connection, const SearchCondition& condition) const {
  Group group;
  for (const Span& span : condition.spans) {
    Term term{.field = &condition.field, .span = &span};
    if (!has_column(term))
      term.field_row = image_values::field_row(connection, organization_, condition.field.key).value_or(0);
    group.push_back(term);
  }
  return group;
}

std::int64_t SearchTerms::count(Connection& connection, const Term& term) const {
  BuiltQuery query(connection, BuiltSql("SELECT count(*) FROM (")
                                   .add(ids_of(term))
                                   .add(Sql(" LIMIT "))
                                   .add_value(too_many)
                                   .add(Sql(")")));
  query.rows().step();
  return query.rows().integer(0);
}

std::int64_t SearchTerms::found() const {
  std::int64_t all = 0;
  for (const Group& group : groups_)
    all += group.front().found;
  return all;
}

BuiltSql SearchTerms::ids_of(const Term& term) const {
  if (has_column(term)) {
    BuiltSql sql = BuiltSql("SELECT i.id AS id FROM images i")
                       .add(index_of(term, deleted_))
                       .add(Sql(" WHERE"))
                       .add(whose(organization_, deleted_))
                       .add(column_test(term));
    if (term.span->alone) sql.add(alone(organization_, *term.span));
    return sql;
  }
  const bool may_repeat = term.field->many && !is_one_value(*term.span);
  return BuiltSql(may_repeat ? Sql("SELECT DISTINCT v.image AS id") : Sql("SELECT v.image AS id"))
      .add(Sql(" FROM image_values v WHERE v.field = "))
      .add_value(term.field_row)
      .add(Sql(" AND v.deleted = "))
      .add_value(std::int64_t{deleted_})
      .add(within(Sql("v.value"), *term.span));
}

BuiltSql SearchTerms::test_of(const Term& term, Sql image) const {
  if (has_column(term)) {
    BuiltSql sql = column_test(term);
    if (term.span->alone) sql.add(alone(organization_, *term.span));
    return sql;
  }
  return BuiltSql(
             " AND EXISTS (SELECT 1 FROM image_values w INDEXED BY image_values_by_image WHERE w.image = ")
      .add(image)
      .add(Sql(" AND w.field = "))
      .add_value(term.field_row)
      .add(within(Sql("w.value"), *term.span))
      .add(Sql(")"));
}

BuiltSql SearchTerms::ids_of(const Group& group) const {
  const Term& first = group.front();
  if (group.size() == 1) return ids_of(first);
  BuiltSql tests;
  bool reads_rows = false;
  for (auto term = group.begin() + 1; term != group.end(); ++term) {
    const TestBy by = test_by(*term, first.found, deleted_);
    if (by == TestBy::seek) {
      tests.add(Sql(" AND EXISTS (")).add(ids_of(*term)).add(Sql(" AND i.id = d.id)"));
    } else if (by == TestBy::set) {
      tests.add(Sql(" AND d.id IN (")).add(ids_of(*term)).add(Sql(")"));
    } else {
      tests.add(test_of(*term, "d.id"));
      reads_rows |= has_column(*term);
    }
  }
  return BuiltSql("SELECT d.id AS id FROM (")
      .add(ids_of(first))
      .add(reads_rows ? Sql(") d CROSS JOIN images i ON i.id = d.id WHERE 1") : Sql(") d WHERE 1"))
      .add(tests);
}

BuiltSql SearchTerms::ids() const {
  BuiltSql sql;
  for (const Group& group : groups_) {
    if (&group != &groups_.front()) sql.add(Sql(" UNION "));
    sql.add(ids_of(group));
  }
  return sql;
}

BuiltSql SearchTerms::test() const {
  if (groups_.empty()) return {};
  BuiltSql sql(" AND (");
  for (const Group& group : groups_) {
    if (&group != &groups_.front()) sql.add(Sql(" OR "));
    sql.add(Sql("(1"));
    for (const Term& term : group)
      sql.add(test_of(term, "i.id"));
    sql.add(Sql(")"));
  }
  return sql.add(Sql(")"));
}

}  // namespace rucola::storage::images
