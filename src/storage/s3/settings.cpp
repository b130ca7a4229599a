#include "storage/s3/settings.h"

namespace rucola::storage {

void describe(config::Table& table, S3Settings& settings) {
  auto blobs = table.section("blobs");
  blobs.text(
      "url", settings.url,
      "Where originals lie: `s3://bucket/prefix` on an S3 server. Empty = in the folder blobs/ of the data "
      "folder.");
  blobs.text("endpoint", settings.endpoint,
             "The S3 server's address, such as `https://s3.example.org`. Empty = Amazon's in the region.");
  blobs.text("region", settings.region, "The bucket's region, which is a part of each signature.");
  blobs.boolean(
      "path_style", settings.path_style,
      "Name the bucket in the path, which all S3 servers know; false = in front of the host's name.");
  blobs.text(
      "access_key", settings.access_key,
      "Empty = AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the environment, else the profile AWS_PROFILE "
      "of the file ~/.aws/credentials, or AWS_SHARED_CREDENTIALS_FILE.");
  blobs.secret("secret_key", settings.secret_key, "The secret of blobs.access_key.");
  blobs.secret("session_token", settings.session_token, "For keys that are good for a while.");
  blobs.choice("encryption", settings.encryption, {"none", "AES256", "aws:kms"},
               "How the server is to encrypt what it stores. none = as the bucket has it.");
  blobs.text("encryption_key", settings.encryption_key,
             "For aws:kms: the key's identifier. Empty = the bucket's own.");
  blobs.seconds("timeout", settings.timeout, {1, 3600},
                "How long the S3 server may send or take less than 1 KiB a second before a request is given "
                "up, and tried "
                "again.");
  constexpr std::int64_t most = std::int64_t{1} << 50;
  blobs.bytes("copies_bytes", settings.copies_bytes, {0, most},
              "Disk space for copies of originals that lie on an S3 server, in the folder copies/ of the "
              "data folder. "
              "It can be removed while the server is stopped. 0 = each is fetched whenever it is needed.");
}

}  // namespace rucola::storage
