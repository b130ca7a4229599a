// SQLite said no. Thrown inside storage/catalog/sqlite only and turned into an Error where the store begins
// (database.h), so that the SQL in between reads as what it does.
#pragma once

#include <exception>
#include <string>

#include <sqlite3.h>

#include "base/error.h"

namespace rucola::storage {

class DatabaseFailure : public std::exception {
 public:
  /// Takes code and message from the connection, before another call changes them; `connection` may be null.
  DatabaseFailure(sqlite3* connection, int code, std::string doing);

  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
  [[nodiscard]] int code() const { return code_; }  ///< SQLite's primary result code
  [[nodiscard]] bool disk_is_full() const { return disk_full_; }
  [[nodiscard]] Error to_error() const;

 private:
  int code_;
  bool disk_full_;
  bool moved_;
  std::string text_;
};

}  // namespace rucola::storage
