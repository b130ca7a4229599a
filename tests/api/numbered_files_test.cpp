#include "api/numbered_files.h"

#include <array>
#include <string>
#include <utility>

#include <gmock/gmock.h>

#include "result_matchers.h"

namespace rucola::api {
namespace {

using message::Part;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr std::array<std::string_view, 1> per_file{"options"};

Part file(std::string name) {
  return {.name = std::move(name), .filename = "a.jpg", .text = {}, .file = SpooledFile({}, 0, {}, {})};
}

Part text(std::string name) {
  return {.name = std::move(name), .filename = {}, .text = "x", .file = {}};
}

template <class... Parts>
std::vector<Part> form(Parts... parts) {
  std::vector<Part> all;
  (all.push_back(std::move(parts)), ...);
  return all;
}

std::vector<std::pair<std::size_t, std::string>> numbers(std::vector<Part> parts) {
  std::vector<std::pair<std::size_t, std::string>> found;
  const auto files = number_files(parts, per_file);
  EXPECT_TRUE(files) << (files ? "" : files.error().message.text);
  for (const NumberedFile& one : files ? *files : std::vector<NumberedFile>())
    found.emplace_back(one.number, one.part->name);
  return found;
}

std::string refusal(std::vector<Part> parts) {
  const auto files = number_files(parts, per_file);
  if (files) return "taken";
  EXPECT_EQ(files.error().code, ErrorCode::bad_request);
  return files.error().message.text;
}

/// options[1] went to the second in the form, which was filedata[0].
TEST(NumberedFiles, AreOrderedByTheNumberThatTheySay) {
  EXPECT_THAT(numbers(form(file("filedata[1]"), text("options[1]"), file("filedata[0]"))),
              ElementsAre(Pair(0, "filedata[0]"), Pair(1, "filedata[1]")));
  EXPECT_THAT(numbers(form(file("filedata[7]"), text("url[3]"), file("photo[05]"))),
              ElementsAre(Pair(3, "url[3]"), Pair(5, "photo[05]"), Pair(7, "filedata[7]")));
}

TEST(NumberedFiles, WithoutANumberTakeTheFreeOnesInTheirOrder) {
  EXPECT_THAT(numbers(form(file("filename"), file("photo[front]"), file("f[]"), text("url"))),
              ElementsAre(Pair(0, "filename"), Pair(1, "photo[front]"), Pair(2, "f[]"), Pair(3, "url")));
  EXPECT_THAT(
      numbers(form(file("a"), file("b"), file("filedata[1]"), file("filedata[0]"), file("c"))),
      ElementsAre(Pair(0, "filedata[0]"), Pair(1, "filedata[1]"), Pair(2, "a"), Pair(3, "b"), Pair(4, "c")));
  EXPECT_THAT(numbers(form(text("options"))), IsEmpty());
}

TEST(NumberedFiles, ANumberThatTwoHaveIsRefused) {
  EXPECT_THAT(refusal(form(file("filedata[0]"), file("filedata[0]"))), HasSubstr("number 0 stands twice"));
  EXPECT_THAT(refusal(form(file("filedata[2]"), text("url[2]"))),
              AllOf(HasSubstr("\"filedata[2]\""), HasSubstr("\"url[2]\"")));
  EXPECT_THAT(refusal(form(file("filedata[1]"), file("filedata[01]"))), HasSubstr("number 1 stands twice"));
}

TEST(NumberedFiles, ANumberThatCantBeReadIsRefused) {
  for (const char* name : {"filedata[99999]", "filedata[1", "filedata[1]x", "filedata[-1]", "filedata[ 1]",
                           "photo[front][1]", "filedata[0][]"})
    EXPECT_THAT(refusal(form(file(name))), HasSubstr("can't be read")) << name;
  EXPECT_THAT(refusal(form(file("filedata[1000]"))), HasSubstr("too large: at most 999"));
}

TEST(NumberedFiles, AFieldWithoutANumberIsRefusedWhereItCouldBeOfEither) {
  for (const char* name : {"options", "options[]", "options[][protected]"}) {
    EXPECT_THAT(refusal(form(file("filedata[1]"), text(name), file("filedata[0]"))),
                HasSubstr("needs a number, as in \"options[0]\""))
        << name;
    EXPECT_EQ(refusal(form(file("filedata[0]"), text(name), file("filedata[1]"))), "taken") << name;
    EXPECT_EQ(refusal(form(file("filedata"), text(name), file("filedata"))), "taken") << name;
  }
  EXPECT_THAT(refusal(form(file("filedata"), text("options"), file("filedata[0]"))),
              HasSubstr("needs a number"));
  EXPECT_EQ(refusal(form(file("filedata[1]"), file("filedata[0]"), text("optimize_source"))), "taken");
}

}  // namespace
}  // namespace rucola::api
