#include "storage/catalog/sqlite/database_failure.h"

#include <cerrno>
#include <chrono>
#include <utility>

namespace rucola::storage {
namespace {

bool means_disk_full(sqlite3* connection, int code) {
  const int primary = code & 0xFF;
  if (primary == SQLITE_FULL) return true;
  if (primary != SQLITE_IOERR && primary != SQLITE_CANTOPEN) return false;
  const int error = connection == nullptr ? 0 : sqlite3_system_errno(connection);
  return error == ENOSPC || error == EDQUOT;
}

}  // namespace

DatabaseFailure::DatabaseFailure(sqlite3* connection, int code, std::string doing)
    : code_(code & 0xFF),
      disk_full_(means_disk_full(connection, code)),
      moved_(code == SQLITE_READONLY_DBMOVED),
      unreadable_(code == SQLITE_IOERR_READ || code == SQLITE_IOERR_SHORT_READ ||
                  code == SQLITE_IOERR_CORRUPTFS),
      text_(std::move(doing)) {
  text_.append(": ").append(connection == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection));
  text_.append(" (SQLite ").append(std::to_string(code)).append(")");
}

DatabaseFailure::DatabaseFailure(std::string why)
    : code_(SQLITE_MISMATCH), refused_(true), text_(std::move(why)) {}

DatabaseFailure DatabaseFailure::refusal(std::string why) {
  return DatabaseFailure(std::move(why));
}

DatabaseFailure DatabaseFailure::damage(const std::string& what) {
  return {nullptr, SQLITE_CORRUPT, what};
}

bool DatabaseFailure::means_damage() const {
  return code_ == SQLITE_CORRUPT || code_ == SQLITE_NOTADB || unreadable_;
}

Error DatabaseFailure::to_error() const {
  if (refused_) {
    return {
        .code = ErrorCode::overloaded,
        .message = {"The server's catalog was replaced by one that this server can't use; nothing is read "
                    "or changed until its operator has seen to it. The server's log says more."},
        .detail = {text_},
        .retry_after = std::chrono::seconds{5}};
  }
  if (disk_full_) {
    return {ErrorCode::storage_full,
            {"The server's disk is full; nothing was changed. Try again when its operator has made room."},
            {text_}};
  }
  if (code_ == SQLITE_BUSY) {
    return {.code = ErrorCode::overloaded,
            .message = {"Another program has had the server's catalog locked for too long; nothing was "
                        "changed. Try again in a moment."},
            .detail = {text_},
            .retry_after = std::chrono::seconds{5}};
  }
  if (code_ == SQLITE_INTERRUPT) {
    return {
        .code = ErrorCode::overloaded,
        .message = {"The search took longer than is allowed and was given up. Ask for less: with a filter "
                    "that few images pass, a range, or sorted by a field that it filters by."},
        .detail = {text_},
        .retry_after = std::chrono::seconds{5}};
  }
  if (moved_) {
    return {.code = ErrorCode::overloaded,
            .message = {"The catalog's files were removed or replaced while the server runs; nothing is read "
                        "or changed until its operator has put them back, or started it again."},
            .detail = {text_},
            .retry_after = std::chrono::seconds{5}};
  }
  if (means_damage()) {
    // Not this request's, and over once a backup was restored, as what was replaced is.
    return {.code = ErrorCode::overloaded,
            .message = {"The server's catalog is damaged; its log says where, and `rucola doctor` tells its "
                        "operator more."},
            .detail = {text_},
            .retry_after = std::chrono::seconds{5}};
  }
  return {
      ErrorCode::internal, {"The catalog could not be read or written; the server's log says why."}, {text_}};
}

}  // namespace rucola::storage
