// SQLite said no, or the catalog is none that this program may touch. Thrown inside storage/catalog/sqlite
// only and turned into an Error where the store begins (database.h), so that the SQL in between reads as what
// it does.
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

  /// Nothing failed: the catalog is refused as it is. `why` is a sentence without its dot, for the operator,
  /// that begins with what is refused and says what to do.
  static DatabaseFailure refusal(std::string why);

  /// What a look at the pages has found.
  static DatabaseFailure damage(const std::string& what);

  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
  [[nodiscard]] int code() const { return code_; }  ///< SQLite's primary result code
  [[nodiscard]] bool is_refusal() const { return refused_; }
  [[nodiscard]] bool disk_is_full() const { return disk_full_; }
  /// What is read is not what was written once: a page makes no sense, or can't be read from the disk.
  [[nodiscard]] bool means_damage() const;
  [[nodiscard]] Error to_error() const;

 private:
  explicit DatabaseFailure(std::string why);

  int code_;
  bool disk_full_ = false;
  bool moved_ = false;
  bool refused_ = false;
  bool unreadable_ = false;  ///< the disk did not give a page
  std::string text_;
};

}  // namespace rucola::storage
