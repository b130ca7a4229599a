#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.h"
#include "scratch_folder.h"
#include "storage/s3/credentials.h"

namespace rucola::test {
namespace {

using storage::find_credentials;
using storage::S3Settings;

class S3Credentials : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE",
                             "AWS_SHARED_CREDENTIALS_FILE"})
      ::unsetenv(name);
    ::setenv("HOME", folder.path().c_str(), 1);
  }
  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((folder.path() / name).parent_path());
    std::ofstream(folder.path() / name) << text;
  }

  ScratchFolder folder;
};

TEST_F(S3Credentials, AreThoseOfTheConfiguration) {
  ::setenv("AWS_ACCESS_KEY_ID", "other", 1);
  ::setenv("AWS_SECRET_ACCESS_KEY", "other", 1);
  const auto found =
      find_credentials({.access_key = "key", .secret_key = "secret", .session_token = "token"});
  ASSERT_THAT(found, Succeeds());
  EXPECT_EQ(found->access_key, "key");
  EXPECT_EQ(found->secret_key, "secret");
  EXPECT_EQ(found->session_token, "token");
}

TEST_F(S3Credentials, HalfOfThemIsAMistake) {
  ::setenv("AWS_ACCESS_KEY_ID", "other", 1);
  ::setenv("AWS_SECRET_ACCESS_KEY", "other", 1);
  EXPECT_THAT(find_credentials({.access_key = "key"}), FailsWith(ErrorCode::internal));
  EXPECT_THAT(find_credentials({.secret_key = "secret"}), FailsWith(ErrorCode::internal));
}

TEST_F(S3Credentials, AreThoseOfTheEnvironment) {
  write(".aws/credentials", "[default]\naws_access_key_id = other\naws_secret_access_key = other\n");
  ::setenv("AWS_ACCESS_KEY_ID", "key", 1);
  ::setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
  ::setenv("AWS_SESSION_TOKEN", "token", 1);
  const auto found = find_credentials({});
  ASSERT_THAT(found, Succeeds());
  EXPECT_EQ(found->access_key, "key");
  EXPECT_EQ(found->session_token, "token");
}

constexpr std::string_view file =
    "# two of them\r\n[default]\r\naws_access_key_id = key\r\naws_secret_access_key=sec=ret\r\n"
    "; aws_session_token = none\r\n[profile other]\naws_access_key_id = wrong\n"
    "[other]\n  aws_access_key_id=other-key  \naws_secret_access_key = other-secret\naws_session_token = "
    "token\nregion = x\n";

TEST_F(S3Credentials, AreThoseOfAProfileInTheFile) {
  write(".aws/credentials", file);
  const auto usual = find_credentials({});
  ASSERT_THAT(usual, Succeeds());
  EXPECT_EQ(usual->access_key, "key");
  EXPECT_EQ(usual->secret_key, "sec=ret");
  EXPECT_EQ(usual->session_token, "");
  ::setenv("AWS_PROFILE", "other", 1);
  const auto other = find_credentials({});
  ASSERT_THAT(other, Succeeds());
  EXPECT_EQ(other->access_key, "other-key");
  EXPECT_EQ(other->secret_key, "other-secret");
  EXPECT_EQ(other->session_token, "token");
}

TEST_F(S3Credentials, FollowAFileThatIsWrittenAnew) {
  ::setenv("AWS_SHARED_CREDENTIALS_FILE", (folder.path() / "keys").c_str(), 1);
  EXPECT_THAT(find_credentials({}), FailsWith(ErrorCode::internal));
  write("keys", "[default]\naws_access_key_id = key\naws_secret_access_key = secret\n");
  EXPECT_EQ(find_credentials({})->access_key, "key");
  write("keys", "[default]\naws_access_key_id = newer\naws_secret_access_key = secret\n");
  EXPECT_EQ(find_credentials({})->access_key, "newer");
}

TEST_F(S3Credentials, WhoHasNoneIsToldWhereTheyWereLookedFor) {
  const auto found = find_credentials({});
  ASSERT_THAT(found, FailsWith(ErrorCode::internal));
  for (const std::string& place : {std::string("blobs.access_key"), std::string("AWS_ACCESS_KEY_ID"),
                                   (folder.path() / ".aws" / "credentials").string(), std::string("default")})
    EXPECT_THAT(found.error().message.text, testing::HasSubstr(place));
}

}  // namespace
}  // namespace rucola::test
