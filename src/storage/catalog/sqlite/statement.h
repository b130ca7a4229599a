// Prepared statements over SQLite's C API.
//
// Threads: belong to their connection, which one thread uses at a time.
// Ownership: a Statement owns what was prepared and lives in its connection's cache; a Query borrows it for
// one run and gives it back, reset, when it goes. Bound texts are copied. Errors: DatabaseFailure.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <sqlite3.h>

#include "base/c_handle.h"
#include "base/time.h"
#include "catalog/image_search.h"

namespace rucola::storage {

/// SQL that stands in the program as a literal: nothing from outside can get into it, and its address is a
/// quick key for the cache.
class Sql {
 public:
  template <std::size_t Length>
  consteval Sql(const char (&text)[Length])
      : text_(text, Length - 1) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

class Statement {
 public:
  Statement(sqlite3* connection, std::string_view sql);
  [[nodiscard]] sqlite3_stmt* handle() const { return statement_.get(); }

 private:
  CHandle<sqlite3_stmt, sqlite3_finalize> statement_;
};

class Query {
 public:
  explicit Query(Statement& statement) : statement_(statement.handle()) {}
  Query(Query&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  Query& operator=(Query&&) = delete;
  ~Query();

  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view value);
  /// Only of such a value itself: whatever could become one has its own way.
  void bind(int index, const std::same_as<catalog::SearchValue> auto& value) {
    std::visit([&](const auto& one) { bind(index, one); }, value);
  }
  void bind(int index, const std::same_as<double> auto& value) { bind_real(index, value); }
  void bind(int index, Time value) { bind(index, std::int64_t{value.time_since_epoch().count()}); }
  void bind_null(int index);
  template <class Value>
  void bind(int index, const std::optional<Value>& value) {
    value ? bind(index, *value) : bind_null(index);
  }

  /// True while there is a row; the columns below are then good until the next step.
  bool step();
  /// For statements whose rows, if any, don't matter: runs to the end.
  void run();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  /// Of whatever type the value is; nothing where it is NULL.
  [[nodiscard]] std::optional<catalog::SearchValue> value(int column) const;
  [[nodiscard]] std::int32_t integer32(int column) const {
    return static_cast<std::int32_t>(integer(column));
  }
  [[nodiscard]] bool boolean(int column) const { return integer(column) != 0; }
  [[nodiscard]] std::string_view view(int column) const;
  [[nodiscard]] std::string text(int column) const { return std::string(view(column)); }
  [[nodiscard]] Time time(int column) const { return Time{std::chrono::milliseconds{integer(column)}}; }
  [[nodiscard]] std::optional<Time> optional_time(int column) const {
    return is_null(column) ? std::nullopt : std::optional(time(column));
  }

 private:
  void bind_real(int index, double value);
  void require_ok(int code, const char* doing) const;

  sqlite3_stmt* statement_;
};

}  // namespace rucola::storage
