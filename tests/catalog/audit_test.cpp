#include "catalog/audit.h"

#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::catalog {
namespace {

using test::FailsWith;

TEST(AuditCursor, LeadsToWhereItWasMade) {
  for (const AuditPosition& position :
       {AuditPosition{}, AuditPosition{Time{std::chrono::milliseconds{1'700'000'000'123}}, 42}}) {
    const auto parsed = parse_audit_cursor(cursor_text(position));
    ASSERT_TRUE(parsed) << cursor_text(position);
    EXPECT_EQ(*parsed, position);
  }
}

TEST(AuditCursor, WhatIsNoneIsRefused) {
  for (const char* text : {"", "1", "-", "1-", "-1", "1-2-3", "1-2 ", " 1-2", "01-2", "1-+2", "1--2", "-1-2",
                           "a-b", "99999999999999999999-1", "1-99999999999999999999"})
    EXPECT_THAT(parse_audit_cursor(text), FailsWith(ErrorCode::bad_request)) << text;
}

}  // namespace
}  // namespace rucola::catalog
