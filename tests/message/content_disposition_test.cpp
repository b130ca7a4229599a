#include "message/content_disposition.h"

#include <regex>

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
            "attachment; filename*=UTF-8''Z%C3%BCrich.jpg; filename=\"Z__rich.jpg\"");
}

/// What they save as aexe.jpg could be a program.
TEST(ContentDisposition, TurnsNobodysNameAround) {
  EXPECT_EQ(content_disposition("attachment", "\u00fc\u202egpj.exe"),
            "attachment; filename*=UTF-8''%C3%BC_gpj.exe; filename=\"_____gpj.exe\"");
  EXPECT_EQ(content_disposition("attachment", "\u00fc\n.jpg"),
            "attachment; filename*=UTF-8''%C3%BC_.jpg; filename=\"___.jpg\"");
}

/// It looks for filename="([^"]+)" at the very end, and ends with a panic where that is not.
TEST(ContentDisposition, IsReadByTheGoClient) {
  const std::regex looked_for("filename=\"([^\"]+)\"$");
  for (const char* name : {"summer 1.jpg", "Zürich.jpg", "\"", ""})
    EXPECT_TRUE(std::regex_search(content_disposition("attachment", name), looked_for)) << name;
}

}  // namespace
}  // namespace rucola::message
