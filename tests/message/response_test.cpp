#include "message/response.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace rucola::message {
namespace {

boost::json::object body_of(const Response& response) {
  return boost::json::parse(std::get<std::string>(response.body)).as_object();
}

TEST(ErrorResponse, HasTheOneShape) {
  const Response response = error_response({ErrorCode::not_found, {"No such alias."}, {"SELECT …"}});
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
  EXPECT_EQ(
      body_of(response),
      boost::json::parse(
          R"({"error":{"code":404,"message":"No such alias."},"code":404,"message":"No such alias."})"));
}

TEST(ErrorResponse, KeepsThePrivateDetailToItself) {
  const Response response = error_response({ErrorCode::internal, {"It failed."}, {"secret path"}});
  EXPECT_THAT(std::get<std::string>(response.body), testing::Not(testing::HasSubstr("secret")));
}

TEST(ErrorResponse, MarksBadCredentials) {
  Error error{ErrorCode::unauthenticated, {"Expired."}};
  error.invalid_authentication = true;
  EXPECT_EQ(body_of(error_response(error)).at("invalid_authentication"), true);
  error.invalid_authentication = false;
  EXPECT_FALSE(body_of(error_response(error)).contains("invalid_authentication"));
}

TEST(ErrorResponse, IsNeverKeptLongAndSaysWhenToComeBack) {
  Error error{ErrorCode::overloaded, {"Busy."}};
  error.retry_after = std::chrono::seconds{3};
  const Response response = error_response(error);
  EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
  EXPECT_EQ(response.headers.get("Retry-After"), "3");
}

TEST(JsonResponse, IsValidWhateverATextHolds) {
  const Response response = json_response(404, boost::json::object{{"message", "no stack \xff here"}});
  EXPECT_EQ(body_of(response)["message"], "no stack \uFFFD here");
}

TEST(Response, KnowsTheSizeOfEveryKindOfBody) {
  Response response;
  EXPECT_EQ(response.body_bytes(), 0);
  response.body = std::string("four");
  EXPECT_EQ(response.body_bytes(), 4);
  response.body = std::make_shared<const Bytes>(std::string("shared"));
  EXPECT_EQ(response.body_bytes(), 6);
  response.body = FileBody{nullptr, 70};
  EXPECT_EQ(response.body_bytes(), 70);
}

}  // namespace
}  // namespace rucola::message
