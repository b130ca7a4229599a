#include "storage/catalog/sqlite/image_search.h"

#include <optional>
#include <utility>
#include <vector>

#include "storage/catalog/sqlite/built_sql.h"
#include "storage/catalog/sqlite/image_values.h"
#include "storage/catalog/sqlite/images.h"
#include "storage/catalog/sqlite/organizations_and_users.h"
#include "storage/catalog/sqlite/search_terms.h"
#include "storage/catalog/sqlite/snapshot.h"
#include "storage/catalog/sqlite/time_limit.h"

namespace rucola::storage::images {
namespace {

using catalog::FacetCount;
using catalog::FacetField;
using catalog::FoundImages;
using catalog::ImageSearch;
using catalog::SearchOrder;
using catalog::SearchPosition;
using catalog::SearchValue;

constexpr std::int64_t most_facet_values = 1000;

/// Bytes of a page's images; where they have more, it ends before it has all that was asked for.
constexpr std::size_t most_metadata = std::size_t{8} << 20;

std::size_t bytes_of_metadata(const catalog::SourceImage& image) {
  return image.user_metadata_json.size() + image.dynamic_metadata_json.size() +
         image.static_metadata_json.size();
}

/// One of what the images are sorted by.
struct Key {
  BuiltSql value;
  bool descending = false;
  bool may_lack = false;  ///< those without it come last
};

/// A list of images that are sorted by the keys and by `image` in the end.
struct Source {
  BuiltSql with{};          ///< "WITH found AS …", where all that are found are at hand
  BuiltSql from{};          ///< " FROM … WHERE …"
  std::vector<Key> keys{};  ///< for all of the order; for all but the first where none of the images has that
  Sql image = "i.id";
  bool images_descend = false;
};

BuiltSql select(const Source& source) {
  BuiltSql sql = BuiltSql(source.with).add(Sql("SELECT ")).add(source.image);
  for (const Key& key : source.keys)
    sql.add(Sql(", ")).add(key.value);
  if (!source.with.text().empty()) sql.add(Sql(", (SELECT count(*) FROM found)"));
  return sql.add(source.from);
}

BuiltSql sorted(const Source& source) {
  BuiltSql sql(" ORDER BY ");
  for (const Key& key : source.keys) {
    if (key.may_lack) sql.add(key.value).add(Sql(" IS NULL, "));
    sql.add(key.value).add(key.descending ? Sql(" DESC, ") : Sql(", "));
  }
  return sql.add(source.image).add(source.images_descend ? Sql(" DESC") : Sql(""));
}

/// "(key > ? OR key IS NULL)": strictly behind that value.
BuiltSql behind(const Key& key, const SearchValue& value) {
  BuiltSql sql = BuiltSql("(").add(key.value).add(key.descending ? Sql(" < ") : Sql(" > ")).add_value(value);
  if (key.may_lack) sql.add(Sql(" OR ")).add(key.value).add(Sql(" IS NULL"));
  return sql.add(Sql(")"));
}

/// What comes behind the position, as far as the keys from `first` on tell; those before are the same.
BuiltSql behind(const Source& source, const SearchPosition& position, std::size_t first) {
  const std::size_t given = position.keys.size() - source.keys.size() + first;
  if (first == source.keys.size()) {
    return BuiltSql(source.image)
        .add(source.images_descend ? Sql(" < ") : Sql(" > "))
        .add_value(position.row);
  }
  const Key& key = source.keys[first];
  const std::optional<SearchValue>& value = position.keys[given];
  BuiltSql same = BuiltSql("(").add(key.value);
  value ? same.add(Sql(" = ")).add_value(*value) : same.add(Sql(" IS NULL"));
  same.add(Sql(" AND ")).add(behind(source, position, first + 1)).add(Sql(")"));
  if (!value) return same;
  return BuiltSql("(").add(behind(key, *value)).add(Sql(" OR ")).add(same).add(Sql(")"));
}

BuiltSql behind(const Source& source, const SearchPosition& position) {
  BuiltSql sql(" AND ");
  // Said apart, so that an index in that order is entered there.
  if (!source.keys.empty() && !source.keys.front().may_lack) {
    const Key& key = source.keys.front();
    const std::size_t given = position.keys.size() - source.keys.size();
    sql.add(key.value).add(key.descending ? Sql(" <= ") : Sql(" >= "));
    sql.add_value(position.keys[given].value_or(SearchValue())).add(Sql(" AND "));
  }
  return sql.add(behind(source, position, 0));
}

class Search {
 public:
  Search(Connection& connection, std::int64_t organization, const ImageSearch& asked)
      : connection_(connection),
        organization_(organization),
        asked_(asked),
        order_(catalog::order_of(asked)),
        terms_(connection, organization, asked) {}

  FoundImages run() {
    std::vector<Row> rows = page();
    FoundImages found{.total = total_ ? *total_ : total()};
    for (const FacetField& facet : asked_.facets)
      found.facets.push_back(counts(facet));
    std::size_t metadata = 0;
    for (Row& row : rows) {
      found.more = std::ssize(found.items) == asked_.limit || metadata > most_metadata;
      if (found.more) break;
      found.items.push_back(load(connection_, row.image));
      found.last = SearchPosition{std::move(row.keys), row.image};
      metadata += bytes_of_metadata(found.items.back());
    }
    return found;
  }

 private:
  struct Row {
    std::int64_t image;
    std::vector<std::optional<SearchValue>> keys;
  };

  std::int64_t number(const BuiltSql& sql) {
    BuiltQuery query(connection_, sql);
    query.rows().step();
    return query.rows().integer(0);
  }

  std::int64_t total() {
    if (terms_.none()) return count_all(connection_, organization_, asked_.deleted);
    return number(BuiltSql("SELECT count(*) FROM (").add(terms_.ids()).add(Sql(")")));
  }

  // ---- Facets --------------------------------------------------------------------------------------------

  std::vector<FacetCount> counts(const FacetField& facet) {
    const auto field = image_values::field_row(connection_, organization_, facet.field.key);
    if (!field) return {};
    BuiltQuery query(connection_, facet_sql(*field));
    std::vector<FacetCount> counted;
    while (query.rows().step())
      counted.push_back({query.rows().text(0), query.rows().integer(1)});
    return counted;
  }

  BuiltSql facet_sql(std::int64_t field) const {
    BuiltSql sql;
    if (terms_.none() && !asked_.deleted) {
      sql.add(Sql("SELECT value, images FROM value_counts WHERE field = ")).add_value(field);
    } else if (terms_.none()) {
      sql.add(Sql("SELECT value, count(*) AS images FROM image_values WHERE deleted = 1 AND field = "))
          .add_value(field)
          .add(Sql(" GROUP BY value"));
    } else {
      sql.add(Sql("SELECT v.value AS value, count(*) AS images FROM ("))
          .add(terms_.ids())
          .add(Sql(") d CROSS JOIN image_values v INDEXED BY image_values_by_image ON v.image = d.id "
                   "WHERE v.field = "))
          .add_value(field)
          .add(Sql(" GROUP BY v.value"));
    }
    return sql.add(Sql(" ORDER BY images DESC, value LIMIT ")).add_value(most_facet_values);
  }

  // ---- The page ------------------------------------------------------------------------------------------

  /// One more than is asked for, where there is one.
  std::vector<Row> page() {
    std::vector<Row> rows;
    if (asked_.limit == 0) return rows;
    std::int64_t offset = asked_.offset;
    for (Source& source : sources()) {
      source.images_descend = order_.back().descending;
      const auto wanted = asked_.limit + 1 - std::ssize(rows);
      if (wanted == 0) break;
      const auto before = std::ssize(rows);
      read(source, wanted, offset, rows);
      const bool left_all_out = std::ssize(rows) == before && offset > 0;
      offset = left_all_out ? std::max<std::int64_t>(0, offset - count(source)) : 0;
    }
    return rows;
  }

  /// Where what they are sorted by has an index, those that have it, then the others.
  std::vector<Source> sources() {
    if (!terms_.none() && terms_.found() < SearchTerms::too_many) return {candidates()};
    const SearchOrder& first = order_.front();
    if (first.field.column) return {along_columns()};
    const auto field = image_values::field_row(connection_, organization_, first.field.key);
    std::vector<Source> all;
    const bool is_past_values = asked_.after && !asked_.after->keys.front();
    if (field && !is_past_values) all.push_back(along_values(*field));
    all.push_back(without_values(field.value_or(0)));
    return all;
  }

  /// All that the filters find.
  Source candidates() {
    Source source;
    // Found once, for the page and for the total.
    source.with = BuiltSql("WITH found AS MATERIALIZED (").add(terms_.ids()).add(Sql(") "));
    source.from = Sql(" FROM found d CROSS JOIN images i ON i.id = d.id WHERE 1");
    source.keys = keys_from(0);
    return source;
  }

  /// By the index of what it sorts by: left to itself, SQLite might collect and sort what a filter finds.
  Source along_columns() {
    Source source;
    source.from = BuiltSql(" FROM images i")
                      .add(in_order_of(*order_.front().field.column, asked_.deleted))
                      .add(Sql(" WHERE"))
                      .add(whose(organization_, asked_.deleted))
                      .add(terms_.test());
    source.keys = keys_from(0);
    return source;
  }

  Source along_values(std::int64_t field) {
    Source source{.image = "s.image"};
    source.from = BuiltSql(" FROM image_values s CROSS JOIN images i ON i.id = s.image WHERE s.field = ")
                      .add_value(field)
                      .add(Sql(" AND s.deleted = "))
                      .add_value(std::int64_t{asked_.deleted})
                      .add(terms_.test());
    source.keys = keys_from(1);
    source.keys.insert(source.keys.begin(),
                       {.value = Sql("s.value"), .descending = order_.front().descending});
    return source;
  }

  Source without_values(std::int64_t field) {
    Source source;
    source.keys = keys_from(1);
    source.from =
        BuiltSql(" FROM images i WHERE")
            .add(whose(organization_, asked_.deleted))
            .add(Sql(" AND NOT EXISTS (SELECT 1 FROM image_values n INDEXED BY image_values_by_image "
                     "WHERE n.image = i.id AND n.field = "))
            .add_value(field)
            .add(Sql(")"))
            .add(terms_.test());
    return source;
  }

  std::vector<Key> keys_from(std::size_t first) {
    std::vector<Key> keys;
    for (std::size_t i = first; i < order_.size(); ++i)
      keys.push_back(key_of(order_[i]));
    return keys;
  }

  Key key_of(const SearchOrder& order) {
    if (order.field.column) {
      return {.value = expression(*order.field.column),
              .descending = order.descending,
              .may_lack = order.field.column == catalog::ImageColumn::deleted};
    }
    const auto field = image_values::field_row(connection_, organization_, order.field.key);
    return {.value = BuiltSql("(SELECT k.value FROM image_values k INDEXED BY image_values_by_image "
                              "WHERE k.image = i.id AND k.field = ")
                         .add_value(field.value_or(0))
                         .add(Sql(")")),
            .descending = order.descending,
            .may_lack = true};
  }

  [[nodiscard]] BuiltSql rest_of(const Source& source) const {
    if (!asked_.after) return {};
    const bool lacks_first = source.keys.size() < order_.size();
    if (lacks_first && asked_.after->keys.front()) return {};  // all of them are behind
    return behind(source, *asked_.after);
  }

  void read(const Source& source, std::int64_t wanted, std::int64_t offset, std::vector<Row>& rows) {
    BuiltQuery query(connection_, select(source)
                                      .add(rest_of(source))
                                      .add(sorted(source))
                                      .add(Sql(" LIMIT "))
                                      .add_value(wanted)
                                      .add(Sql(" OFFSET "))
                                      .add_value(offset));
    while (query.rows().step()) {
      Row row{.image = query.rows().integer(0), .keys = {}};
      row.keys.resize(order_.size() - source.keys.size());  // those that all of the source lack
      for (int column = 0; std::cmp_less(column, source.keys.size()); ++column)
        row.keys.push_back(query.rows().value(1 + column));
      if (!source.with.text().empty())
        total_ = query.rows().integer(1 + static_cast<int>(source.keys.size()));
      rows.push_back(std::move(row));
    }
  }

  std::int64_t count(const Source& source) {
    return number(BuiltSql(source.with).add(Sql("SELECT count(*)")).add(source.from).add(rest_of(source)));
  }

  Connection& connection_;
  const std::int64_t organization_;
  const ImageSearch& asked_;
  const std::vector<SearchOrder>& order_;
  const SearchTerms terms_;
  std::optional<std::int64_t> total_{};  ///< where the page's query has counted it
};

/// What metadata there is to sort and to count by, for who misspelt it.
std::string known_fields(Connection& connection, std::int64_t organization) {
  Query row = connection.query(
      "SELECT name FROM search_fields WHERE organization = ?1 AND name LIKE 'user:%' ORDER BY name LIMIT 20",
      organization);
  std::string names;
  while (row.step())
    names.append(names.empty() ? "" : ", ").append(row.view(0));
  return names.empty() ? "There is no user metadata yet." : "The user metadata there is: " + names + ".";
}

/// A field that no image has puts none before another, and has nothing to count: whoever asks for it has
/// misspelt it, unless there are no images yet.
Result<void> check_fields(Connection& connection, std::int64_t organization, const ImageSearch& asked) {
  if (count_all(connection, organization, asked.deleted) == 0) return {};
  const auto check = [&](const catalog::SearchField& field, const std::string& name) -> Result<void> {
    if (field.column || image_values::field_row(connection, organization, field.key)) return {};
    return fail(ErrorCode::bad_request, "No image of this organization has the field \"" + name + "\". " +
                                            known_fields(connection, organization));
  };
  for (const SearchOrder& order : asked.order) {
    if (auto known = check(order.field, order.name); !known) return known;
  }
  for (const FacetField& facet : asked.facets) {
    if (auto known = check(facet.field, facet.name); !known) return known;
  }
  return {};
}

}  // namespace

Result<FoundImages> search(Connection& connection, std::string_view organization, const ImageSearch& asked) {
  const Result<std::int64_t> row = organizations::row_id(connection, organization);
  if (!row) return std::unexpected(row.error());
  const Snapshot snapshot(connection);
  const TimeLimit limit(connection, longest_search);
  if (auto known = check_fields(connection, *row, asked); !known) return std::unexpected(known.error());
  return Search(connection, *row, asked).run();
}

}  // namespace rucola::storage::images
