// SQL whose shape depends on what was asked: put together from literals, so that nothing from outside can get
// into it, with a place for each value.
//
// Threads and ownership: those of the connection, which must outlive a BuiltQuery. Errors: DatabaseFailure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/image_search.h"
#include "storage/catalog/sqlite/connection.h"
#include "storage/catalog/sqlite/statement.h"

namespace rucola::storage {

class BuiltSql {
 public:
  BuiltSql() = default;
  BuiltSql(Sql literal) : text_(literal.text()) {}  // NOLINT(google-explicit-constructor): it is SQL

  BuiltSql& add(Sql literal) {
    text_.append(literal.text());
    return *this;
  }
  BuiltSql& add(const BuiltSql& other) {
    text_.append(other.text_);
    values_.insert(values_.end(), other.values_.begin(), other.values_.end());
    return *this;
  }
  BuiltSql& add_value(catalog::SearchValue value) {
    text_.append("?");
    values_.push_back(std::move(value));
    return *this;
  }

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<catalog::SearchValue>& values() const { return values_; }

 private:
  std::string text_;
  std::vector<catalog::SearchValue> values_;
};

/// Prepared for one run.
class BuiltQuery {
 public:
  BuiltQuery(Connection& connection, const BuiltSql& sql)
      : statement_(connection.handle(), sql.text()), rows_(statement_) {
    int index = 0;
    for (const catalog::SearchValue& value : sql.values())
      rows_.bind(++index, value);
  }

  Query& rows() { return rows_; }

 private:
  Statement statement_;
  Query rows_;
};

}  // namespace rucola::storage
