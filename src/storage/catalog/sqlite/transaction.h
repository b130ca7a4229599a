// A transaction that is rolled back unless commit() was called.
//
// Threads and ownership: those of the connection, which must outlive it. Errors: DatabaseFailure.
#pragma once

#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage {

/// Takes the write lock at once, so that what it reads can't change before it writes.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {
    connection_.run("BEGIN IMMEDIATE");
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  /// When it returns, the changes are on disk.
  void commit() { connection_.run("COMMIT"); }

 private:
  Connection& connection_;
};

}  // namespace rucola::storage
