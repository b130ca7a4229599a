#include "api/image_zip.h"

#include <utility>

namespace rucola::api {
namespace {

constexpr std::size_t piece_bytes = std::size_t{256} << 10;
/// Of small files a piece would be many; each is a place of a disk to be found.
constexpr int most_steps = 64;

}  // namespace

void ImageZip::add(const catalog::SourceImage& image) {
  entries_.push_back(
      {.name = names_.add(image), .blob = image.blob, .bytes = image.bytes, .created = image.created});
}

Result<void> ImageZip::next(std::string& piece) {
  for (int steps = 0; !finished_ && zip_.written() < piece_bytes; ++steps) {
    if (steps >= most_steps && zip_.written() > 0) break;
    if (auto done = step(); !done) return done;
  }
  zip_.take(piece);
  return {};
}

Result<void> ImageZip::step() {
  if (open_) return read_on();
  if (begun_ < entries_.size()) return open(entries_[begun_++]);
  finished_ = true;
  return zip_.finish();
}

Result<void> ImageZip::open(const Entry& entry) {
  auto blob = catalog::open_original(blobs_, {.sha256 = entry.blob, .bytes = entry.bytes});
  if (!blob) return std::unexpected(std::move(blob.error()));
  missing_ = blob->bytes;
  open_ = *std::move(blob);
  return zip_.add_file(entry.name, missing_, entry.created);
}

Result<void> ImageZip::read_on() {
  buffer_.resize(piece_bytes);
  const auto got = catalog::read_some(*open_, buffer_);
  if (!got) return std::unexpected(got.error());
  if (*got == 0 && missing_ > 0) {
    return fail(ErrorCode::internal, "An original is shorter than it was.",
                "the blob " + entries_[begun_ - 1].blob + " lacks " + std::to_string(missing_) + " bytes");
  }
  if (*got == 0) {
    open_.reset();
    return {};
  }
  missing_ -= static_cast<std::int64_t>(*got);
  return zip_.write({buffer_.data(), *got});  // which takes no byte too many
}

}  // namespace rucola::api
