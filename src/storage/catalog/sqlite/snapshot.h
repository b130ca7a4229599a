// A read transaction: all statements in it see the same commit.
//
// Threads and ownership: those of the connection, which must outlive it. Errors: DatabaseFailure.
#pragma once

#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage {

class Snapshot {
 public:
  /// The first statement that reads decides which commit that is.
  explicit Snapshot(Connection& connection) : connection_(connection) { connection_.run("BEGIN"); }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot();

 private:
  Connection& connection_;
};

}  // namespace rucola::storage
