#include "message/content_disposition.h"

#include <gtest/gtest.h>

namespace rucola::message {
namespace {

TEST(ContentDisposition, KeepsAPlainName) {
  EXPECT_EQ(content_disposition("attachment", "summer 1.jpg"), "attachment; filename=\"summer 1.jpg\"");
}

TEST(ContentDisposition, CannotBeBrokenOutOf) {
  EXPECT_EQ(content_disposition("attachment", "a\"; evil=\"1\r\nX: y\\"),
            "attachment; filename=\"a_; evil=_1__X: y_\"");
}

TEST(ContentDisposition, GivesOtherAlphabetsTheirOwnForm) {
  EXPECT_EQ(content_disposition("attachment", "Zürich.jpg"),
            "attachment; filename=\"Z__rich.jpg\"; filename*=UTF-8''Z%C3%BCrich.jpg");
}

}  // namespace
}  // namespace rucola::message
