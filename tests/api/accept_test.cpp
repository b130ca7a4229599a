#include "api/accept.h"

#include <gtest/gtest.h>

namespace rucola::api {
namespace {

message::Request accepting(const char* accept) {
  message::Request request;
  if (accept != nullptr) request.headers.add("Accept", accept);
  return request;
}

TEST(Accept, NamesTypesAndNoWildcards) {
  EXPECT_TRUE(accept_names(accepting("text/html"), "text/html"));
  EXPECT_TRUE(accept_names(accepting("image/*, Text/HTML ;q=0.1"), "text/html"));
  EXPECT_FALSE(accept_names(accepting("text/html5, */*, text/*"), "text/html"));
  EXPECT_FALSE(accept_names(accepting(""), "text/html"));
  EXPECT_FALSE(accept_names(accepting(",,"), "text/html"));
  EXPECT_FALSE(accept_names(accepting(nullptr), "text/html"));
}

TEST(Accept, WhoNamesHtmlTooIsABrowser) {
  EXPECT_TRUE(wants_json(accepting("application/json, text/plain, */*")));
  EXPECT_FALSE(wants_json(accepting("text/html,application/json;q=0.9")));
  EXPECT_FALSE(wants_json(accepting("*/*")));
}

}  // namespace
}  // namespace rucola::api
