#include "http/path_prefix.h"

#include <gtest/gtest.h>

namespace rucola::http {
namespace {

TEST(PathPrefix, IsPlainSegmentsFromTheRoot) {
  EXPECT_EQ(parse_path_prefix("/img"), "/img");
  EXPECT_EQ(parse_path_prefix("/img/"), "/img");
  EXPECT_EQ(parse_path_prefix("/media/img-2.0_a~b"), "/media/img-2.0_a~b");
  EXPECT_EQ(parse_path_prefix("/"), "");
}

TEST(PathPrefix, NeverLeadsToAnotherServerOrIntoAnotherHeader) {
  for (const char* text : {"",
                           "img",
                           "//evil.example",
                           "//",
                           "/img//x",
                           "/img//",
                           "/../img",
                           "/img/..",
                           "/.",
                           "/\\evil.example",
                           "/img\r\nX: 1",
                           "/img;a",
                           "/img?x",
                           "/img#x",
                           "/%2f",
                           "/a b",
                           "/<b>",
                           "/\"",
                           "/,",
                           "https://evil.example",
                           "/\xc3\xa4"}) {
    EXPECT_EQ(parse_path_prefix(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_path_prefix("/" + std::string(255, 'a')).value().size(), 256U);
  EXPECT_EQ(parse_path_prefix("/" + std::string(256, 'a')), std::nullopt);
}

struct Mounted {
  std::string path;
  std::string client_path;
  bool operator==(const Mounted&) const = default;
};

Mounted mounted(std::string_view prefix, std::string path) {
  message::Request request;
  request.path = std::move(path);
  mount_at(prefix, request);
  return {request.path, request.client_path()};
}

TEST(PathPrefix, IsTakenOffWhereTheProxyHasLeftIt) {
  EXPECT_EQ(mounted("/img", "/img/thumb/abcdef.jpg"),
            (Mounted{"/thumb/abcdef.jpg", "/img/thumb/abcdef.jpg"}));
  EXPECT_EQ(mounted("/img", "/thumb/abcdef.jpg"), (Mounted{"/thumb/abcdef.jpg", "/img/thumb/abcdef.jpg"}));
  EXPECT_EQ(mounted("/img", "/img"), (Mounted{"/", "/img/"}));
  EXPECT_EQ(mounted("/img", "/img/"), (Mounted{"/", "/img/"}));
  EXPECT_EQ(mounted("", "/img/x"), (Mounted{"/img/x", "/img/x"}));
}

TEST(PathPrefix, IsTakenOffOnceAndOnlyAtTheEndOfASegment) {
  EXPECT_EQ(mounted("/img", "/img/img/x").path, "/img/x");
  EXPECT_EQ(mounted("/img", "/images/x").path, "/images/x");
  EXPECT_EQ(mounted("/img", "/imgs").path, "/imgs");
}

}  // namespace
}  // namespace rucola::http
