#include "storage/blobs/blob_names.h"

#include "base/hex.h"

namespace rucola::storage {
namespace {

constexpr std::size_t key_length = 64;

}  // namespace

bool is_blob_key(std::string_view text) {
  return text.size() == key_length && is_lower_hex(text);
}

std::string blob_path(std::string_view sha256) {
  return std::string(blobs_folder).append("/").append(sha256.substr(0, 2)).append("/").append(sha256);
}

std::unexpected<Error> no_such_blob(std::string_view sha256) {
  return fail(ErrorCode::not_found, "The original of this image is missing on the server.",
              "blob \"" + std::string(sha256) + "\"");
}

}  // namespace rucola::storage
