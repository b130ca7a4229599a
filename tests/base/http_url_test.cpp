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

/// Others who work in the organization read what is configured.
TEST(HttpUrl, CarriesNoNameAndNoPassword) {
  for (const char* url : {"https://ann:secret@a.example/", "https://ann@a.example", "https://@a.example/",
                          "https://ann:secret@a.example?b", "https://?a", "https://#a"})
    EXPECT_FALSE(is_http_url(url)) << url;
  for (const char* url : {"https://a.example/@b/", "https://a.example?b@c", "https://a.example#@"})
    EXPECT_TRUE(is_http_url(url)) << url;
}

}  // namespace
}  // namespace rucola
