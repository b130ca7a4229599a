#include "message/request.h"

#include <gmock/gmock.h>

namespace rucola::message {
namespace {

Request with_query(std::string query) {
  Request request;
  request.query = std::move(query);
  return request;
}

TEST(PercentDecode, DecodesOnce) {
  EXPECT_EQ(percent_decode("a%20b%2Fc"), "a b/c");
  EXPECT_EQ(percent_decode("%2541"), "%41");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
}

TEST(PercentDecode, RefusesBrokenEscapesAndNul) {
  for (const char* text : {"%", "%4", "%G1", "%1G", "a%00b"})
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
}

TEST(PercentEncode, IsUndoneByDecoding) {
  std::string every_byte;
  for (int byte = 1; byte < 256; ++byte)
    every_byte += static_cast<char>(byte);
  EXPECT_EQ(percent_decode(percent_encode(every_byte)), every_byte);
  EXPECT_EQ(percent_encode("a-b_c.d~e"), "a-b_c.d~e");
}

TEST(QueryValue, FindsTheDecodedParameter) {
  const Request request = with_query("a=1&user%3Aint%3Aid=42&empty=&flag&space=a+b");
  EXPECT_EQ(request.query_value("a"), "1");
  EXPECT_EQ(request.query_value("user:int:id"), "42");
  EXPECT_EQ(request.query_value("empty"), "");
  EXPECT_EQ(request.query_value("flag"), "");
  EXPECT_EQ(request.query_value("space"), "a b");
  EXPECT_EQ(request.query_value("absent"), std::nullopt);
}

TEST(QueryFlag, TakesTheFourFormsOnly) {
  for (const char* yes : {"overwrite=true", "overwrite=1"})
    EXPECT_EQ(with_query(yes).query_flag("overwrite"), true);
  for (const char* no : {"overwrite=false", "overwrite=0", ""})
    EXPECT_EQ(with_query(no).query_flag("overwrite"), false);
  for (const char* bad : {"overwrite=yes", "overwrite=", "overwrite=TRUE"}) {
    const auto flag = with_query(bad).query_flag("overwrite");
    ASSERT_FALSE(flag) << bad;
    EXPECT_EQ(flag.error().code, ErrorCode::bad_request);
  }
}

TEST(QueryInteger, ChecksTheRange) {
  EXPECT_EQ(with_query("").query_integer("limit", 7, 0, 10), 7);
  EXPECT_EQ(with_query("limit=10").query_integer("limit", 7, 0, 10), 10);
  for (const char* bad : {"limit=11", "limit=-1", "limit=1x", "limit=", "limit=99999999999999999999"}) {
    EXPECT_FALSE(with_query(bad).query_integer("limit", 7, 0, 10)) << bad;
  }
}

TEST(PathValue, OfAPatternWithoutItIsAMistakeOfTheProgram) {
  EXPECT_THROW(static_cast<void>(Request{}.path_value("org")), std::logic_error);
}

TEST(Method, EveryNameIsReadBack) {
  for (const Method method : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                              Method::delete_, Method::options, Method::copy}) {
    EXPECT_EQ(parse_method(name_of(method)), method);
  }
  EXPECT_EQ(parse_method("get"), std::nullopt);
  EXPECT_EQ(parse_method("TRACE"), std::nullopt);
}

}  // namespace
}  // namespace rucola::message
