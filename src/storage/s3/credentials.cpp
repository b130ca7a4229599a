#include "storage/s3/credentials.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "base/text.h"

namespace rucola::storage {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::filesystem::path shared_file() {
  const std::string named = variable("AWS_SHARED_CREDENTIALS_FILE");
  return named.empty() ? std::filesystem::path(variable("HOME")) / ".aws" / "credentials"
                       : std::filesystem::path(named);
}

std::string profile() {
  const std::string named = variable("AWS_PROFILE");
  return named.empty() ? "default" : named;
}

S3Credentials of_environment() {
  return {.access_key = variable("AWS_ACCESS_KEY_ID"),
          .secret_key = variable("AWS_SECRET_ACCESS_KEY"),
          .session_token = variable("AWS_SESSION_TOKEN")};
}

void take(S3Credentials& credentials, std::string_view name, std::string_view value) {
  if (name == "aws_access_key_id") credentials.access_key = value;
  if (name == "aws_secret_access_key") credentials.secret_key = value;
  if (name == "aws_session_token") credentials.session_token = value;
}

S3Credentials of_file(const std::filesystem::path& path, const std::string& profile) {
  std::ifstream file(path);
  S3Credentials credentials;
  bool is_of_profile = false;
  for (std::string text; std::getline(file, text);) {
    const std::string_view line = trimmed(text, " \t\r");
    if (line.starts_with('#') || line.starts_with(';')) continue;
    if (line.starts_with('[')) {
      is_of_profile = line == '[' + profile + ']';
      continue;
    }
    const std::size_t equals = line.find('=');
    if (!is_of_profile || equals == std::string_view::npos) continue;
    take(credentials, trimmed(line.substr(0, equals), " \t"), trimmed(line.substr(equals + 1), " \t"));
  }
  return credentials;
}

bool are_there(const S3Credentials& credentials) {
  return !credentials.access_key.empty() && !credentials.secret_key.empty();
}

}  // namespace

Result<S3Credentials> find_credentials(const S3Settings& settings) {
  if (!settings.access_key.empty() || !settings.secret_key.empty()) {
    S3Credentials configured{.access_key = settings.access_key,
                             .secret_key = settings.secret_key,
                             .session_token = settings.session_token};
    if (are_there(configured)) return configured;
    return fail(ErrorCode::internal,
                "blobs.access_key and blobs.secret_key belong together, and one is missing.");
  }
  if (S3Credentials found = of_environment(); are_there(found)) return found;
  if (S3Credentials found = of_file(shared_file(), profile()); are_there(found)) return found;
  return fail(ErrorCode::internal,
              "There are no keys for the S3 server: neither blobs.access_key and blobs.secret_key, nor "
              "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, nor the profile \"" +
                  profile() + "\" in " + shared_file().string() + ".");
}

}  // namespace rucola::storage
