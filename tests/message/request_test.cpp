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

TEST(QueryFields, AreThoseOfTheQueryInTheirOrder) {
  using Fields = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(with_query("").query_fields(), Fields());
  EXPECT_EQ(with_query("a=1&&b&c=x%20y+z&a=2&").query_fields(),
            (Fields{{"a", "1"}, {"b", ""}, {"c", "x y z"}, {"a", "2"}}));
  for (const char* bad : {"a=%4", "%=1", "a=%00"})
    EXPECT_EQ(with_query(bad).query_fields(), std::nullopt) << bad;
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
