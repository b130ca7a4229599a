#include "message/field_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "message/response.h"

namespace rucola::message {
namespace {

using testing::HasSubstr;
using testing::Not;

Response picture() {
  Response response;
  response.headers = {{"Cache-Control", "max-age=60"},
                      {"content-type", "image/jpeg"},
                      {"Content-Disposition", "inline"},
                      {"Date", "today"}};
  response.etag = "\"v1\"";
  response.last_modified = parse_http_date("Mon, 09 Dec 2019 00:00:00 GMT");
  return response;
}

std::string lines(const Response& response, Fields which = Fields::all) {
  std::string out;
  append_fields(out, response, which);
  return out;
}

TEST(FieldLines, ThoseOfTheBodyComeFirst) {
  EXPECT_EQ(lines(picture()),
            "content-type: image/jpeg\r\nCache-Control: max-age=60\r\nContent-Disposition: inline\r\n"
            "ETag: \"v1\"\r\nLast-Modified: Mon, 09 Dec 2019 00:00:00 GMT\r\n");
  EXPECT_EQ(lines(picture(), Fields::without_those_of_the_body),
            "Cache-Control: max-age=60\r\nContent-Disposition: inline\r\n"
            "ETag: \"v1\"\r\nLast-Modified: Mon, 09 Dec 2019 00:00:00 GMT\r\n");
}

TEST(FieldLines, WrittenOnceTheyAreTheSame) {
  Response written = picture();
  write_fields(written);
  for (const Fields which : {Fields::all, Fields::without_those_of_the_body})
    EXPECT_EQ(lines(written, which), lines(picture(), which));
}

TEST(FieldLines, NoValueForgesAHeader) {
  Response response;
  response.headers = {{"X-Note", "a\r\nSet-Cookie: b"}};
  write_fields(response);
  EXPECT_THAT(lines(response), HasSubstr("X-Note: a  Set-Cookie: b\r\n"));
  EXPECT_THAT(lines(response), Not(HasSubstr("\nSet-Cookie")));
}

}  // namespace
}  // namespace rucola::message
