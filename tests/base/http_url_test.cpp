#include "base/http_url.h"

#include <gtest/gtest.h>

namespace rucola {
namespace {

TEST(HttpUrl, NeedsASchemeAndAHost) {
  for (const char* url : {"http://a", "https://a.example/b/", "https://a.example:81/?c"})
    EXPECT_TRUE(is_http_url(url)) << url;
  for (const char* url : {"", "a", "a.example/b", "ftp://a/", "https:/a", "https://", "https:///a",
                          "HTTPS://a", "https://a b", "https://\xc3\xbc"}) {
    EXPECT_FALSE(is_http_url(url)) << url;
  }
}

}  // namespace
}  // namespace rucola
