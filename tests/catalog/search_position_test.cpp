#include "catalog/search_position.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64url.h"
#include "result_matchers.h"

namespace rucola::catalog {
namespace {

using test::FailsWith;
using test::Succeeds;

std::vector<SearchOrder> order(std::string_view text) {
  return parse_order(text).value();
}

TEST(SearchPosition, ComesBackFromItsText) {
  const auto sorted = order("name,size desc,user:double:weight,user:str:author");
  const SearchPosition position{.keys = {"a \"b\"", std::int64_t{17}, 2.0, std::nullopt}, .row = 5};
  const std::string text = cursor_text(sorted, position).value();
  const auto parsed = parse_cursor(text, sorted);
  ASSERT_THAT(parsed, Succeeds());
  EXPECT_EQ(*parsed, position);
}

TEST(SearchPosition, ThatFitsIntoNoRequestIsRefused) {
  const std::string longest(1024, '\x01');
  const auto sorted = order("user:str:a,user:str:b");
  EXPECT_THAT(cursor_text(sorted, {.keys = {longest, longest}, .row = 1}), FailsWith(ErrorCode::bad_request))
      << "the next page was 431";
  EXPECT_THAT(cursor_text(sorted, {.keys = {std::string(1024, 'a'), std::string(1024, 'b')}, .row = 1}),
              Succeeds());
}

TEST(SearchPosition, IsOfOneOrderOnly) {
  const std::string text =
      cursor_text(order("size"), SearchPosition{.keys = {std::int64_t{1}}, .row = 1}).value();
  EXPECT_THAT(parse_cursor(text, order("size desc")), FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(parse_cursor(text, order("width")), FailsWith(ErrorCode::bad_request));
}

TEST(SearchPosition, WhatIsNoneIsRefused) {
  for (const std::string& text :
       {std::string("x"), std::string(""), base64url("[]"), base64url("{}"), base64url("[1]"),
        base64url(R"(["size+"])"), base64url(R"(["size+"])") + "=", base64url(R"(["size+","text",1])"),
        base64url(R"(["size+",1])"), base64url(R"(["size+",1,"1"])"), base64url(R"(["size+",1,1,1])"),
        base64url(R"(["size+",1.5,1])")})
    EXPECT_THAT(parse_cursor(text, order("size")), FailsWith(ErrorCode::bad_request)) << text;
}

}  // namespace
}  // namespace rucola::catalog
