#include "storage/catalog/sqlite/statement.h"

#include <utility>

#include "storage/catalog/sqlite/database_failure.h"

namespace rucola::storage {

Statement::Statement(sqlite3* connection, std::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v3(connection, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  statement_.reset(prepared);
  if (code != SQLITE_OK) throw DatabaseFailure(connection, code, "prepare \"" + std::string(sql) + "\"");
}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);  // repeats the error that step() has thrown already
  sqlite3_clear_bindings(statement_);
}

void Query::require_ok(int code, const char* doing) const {
  if (code == SQLITE_OK) return;
  throw DatabaseFailure(sqlite3_db_handle(statement_), code,
                        std::string(doing) + " \"" + sqlite3_sql(statement_) + "\"");
}

void Query::bind(int index, std::int64_t value) {
  require_ok(sqlite3_bind_int64(statement_, index, value), "bind a number to");
}

void Query::bind(int index, std::string_view value) {
  const char* start = value.data() == nullptr ? "" : value.data();  // a null pointer would bind NULL
  require_ok(sqlite3_bind_text64(statement_, index, start, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8),
             "bind a text to");
}

void Query::bind_real(int index, double value) {
  require_ok(sqlite3_bind_double(statement_, index, value), "bind a number to");
}

void Query::bind_null(int index) {
  require_ok(sqlite3_bind_null(statement_, index), "bind NULL to");
}

bool Query::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  throw DatabaseFailure(sqlite3_db_handle(statement_), code,
                        std::string("run \"") + sqlite3_sql(statement_) + "\"");
}

void Query::run() {
  while (step()) {
  }
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::optional<catalog::SearchValue> Query::value(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER:
      return integer(column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement_, column);
    case SQLITE_NULL:
      return std::nullopt;
    default:
      return text(column);
  }
}

std::string_view Query::view(int column) const {
  const auto* start = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (start == nullptr) return {};
  return {start, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

}  // namespace rucola::storage
