#include "catalog/blob_store.h"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace rucola::catalog {
namespace {

constexpr std::size_t piece_bytes = std::size_t{256} << 10;

std::unexpected<Error> unreadable(std::string detail) {
  return fail(ErrorCode::internal, "An original could not be read; the server's log says why.",
              std::move(detail));
}

struct ReadSome {
  std::span<char> into;

  Result<std::size_t> operator()(const UniqueFd& fd) const {
    for (;;) {
      const ssize_t got = ::read(fd.get(), into.data(), into.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return unreadable("read a blob: " + std::generic_category().message(errno));
    }
  }
  Result<std::size_t> operator()(const std::unique_ptr<BlobStream>& stream) const {
    return stream->read(into);
  }
};

}  // namespace

Result<std::int64_t> BlobStore::bytes_of(std::string_view sha256) {
  const auto blob = open(sha256);
  if (!blob) return std::unexpected(blob.error());
  return blob->bytes;
}

Result<std::size_t> read_some(const OpenBlob& blob, std::span<char> into) {
  return std::visit(ReadSome{into}, blob.content);
}

Result<void> read_pieces(OpenBlob blob, const std::function<Result<void>(std::string_view)>& take) {
  std::string buffer(piece_bytes, '\0');
  std::int64_t missing = blob.bytes;
  for (;;) {
    const auto got = read_some(blob, buffer);
    if (!got) return std::unexpected(got.error());
    missing -= static_cast<std::int64_t>(*got);
    if (missing < 0 || (*got == 0 && missing > 0)) {
      return unreadable("a blob of " + std::to_string(blob.bytes) + " bytes has " +
                        (missing < 0 ? "more" : std::to_string(blob.bytes - missing)));
    }
    if (*got == 0) return {};
    if (auto taken = take({buffer.data(), *got}); !taken) return taken;
  }
}

namespace {

std::unexpected<Error> damaged(const Original& original, const std::string& what) {
  return fail(
      ErrorCode::internal,
      "The original of this image is damaged on the server; uploading the same file once more heals it.",
      "the blob " + std::string(original.sha256) + " " + what);
}

}  // namespace

Result<OpenBlob> open_original(BlobStore& blobs, const Original& original) {
  auto blob = blobs.open(original.sha256);
  if (!blob && blob.error().code == ErrorCode::not_found) return damaged(original, "is lost");
  if (!blob) return blob;
  if (original.bytes == 0 || blob->bytes == original.bytes) return blob;
  return damaged(
      original, "has " + std::to_string(blob->bytes) + " bytes instead of " + std::to_string(original.bytes));
}

Result<BlobFile> open_as_file(BlobStore& blobs, const Original& original, const Spool& spool) {
  auto blob = open_original(blobs, original);
  if (!blob) return std::unexpected(blob.error());
  const std::int64_t bytes = blob->bytes;
  if (auto* fd = std::get_if<UniqueFd>(&blob->content)) return BlobFile{std::move(*fd), bytes};

  auto writer = spool.new_file(bytes);
  if (!writer) return std::unexpected(writer.error());
  auto copied = read_pieces(*std::move(blob), [&](std::string_view piece) { return writer->write(piece); });
  if (!copied) return std::unexpected(copied.error());
  const auto file = writer->finish();
  if (!file) return std::unexpected(file.error());
  UniqueFd fd(::open(file->path().c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return unreadable("open a blob's copy: " + std::generic_category().message(errno));
  return BlobFile{std::move(fd), bytes};
}

}  // namespace rucola::catalog
