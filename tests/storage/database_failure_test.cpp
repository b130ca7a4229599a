#include "storage/catalog/sqlite/database_failure.h"

#include <gmock/gmock.h>

namespace rucola::storage {
namespace {

using testing::HasSubstr;

/// Somebody else's long transaction was answered with 500, as if the catalog were broken.
TEST(DatabaseFailure, ALockedCatalogIsBusyNotBroken) {
  for (const int code : {SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_BUSY_RECOVERY}) {
    const Error error = DatabaseFailure(nullptr, code, "run \"BEGIN IMMEDIATE\"").to_error();
    EXPECT_EQ(error.code, ErrorCode::overloaded) << code;
    ASSERT_TRUE(error.retry_after) << code;
    EXPECT_GE(error.retry_after->count(), 1);
    EXPECT_THAT(error.detail.text, HasSubstr("BEGIN IMMEDIATE")) << "the log says what could not be done";
  }
}

/// It was 500 once, and 503 from then on, by another way.
TEST(DatabaseFailure, ADamagedCatalogIsTheOperatorsToPutRight) {
  for (const int code : {SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_IOERR_SHORT_READ}) {
    const Error error = DatabaseFailure(nullptr, code, "read").to_error();
    EXPECT_EQ(error.code, ErrorCode::overloaded) << code;
    EXPECT_TRUE(error.retry_after) << code;
    EXPECT_THAT(error.message.text, HasSubstr("rucola doctor"));
  }
}

TEST(DatabaseFailure, EverythingElseIsOurs) {
  EXPECT_EQ(DatabaseFailure(nullptr, SQLITE_ERROR, "read").to_error().code, ErrorCode::internal);
  EXPECT_EQ(DatabaseFailure(nullptr, SQLITE_FULL, "write").to_error().code, ErrorCode::storage_full);
}

}  // namespace
}  // namespace rucola::storage
