#include "api/image_zip.h"

#include <map>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::api {
namespace {

using test::FailsWith;
using test::Succeeds;
using testing::HasSubstr;

/// Hands out a few bytes at a time.
class TextStream final : public catalog::BlobStream {
 public:
  explicit TextStream(std::string_view text) : text_(text) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = text_.copy(into.data(), std::min<std::size_t>(into.size(), 1000));
    text_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view text_;
};

struct Stored {
  std::string content;
  std::int64_t claimed = -1;  ///< bytes that it says it has, where it lies
};

class TextBlobs final : public catalog::BlobStore {
 public:
  std::map<std::string, Stored, std::less<>> blobs{};
  int opened = 0;

  Result<catalog::HeldBlob> store(SpooledFile /*file*/) override { return none(); }
  Result<catalog::OpenBlob> open(std::string_view sha256) override {
    ++opened;
    const auto found = blobs.find(sha256);
    if (found == blobs.end()) return fail(ErrorCode::not_found, "no such blob");
    const auto& [content, claimed] = found->second;
    return catalog::OpenBlob{.content = std::make_unique<TextStream>(content),
                             .bytes = claimed < 0 ? static_cast<std::int64_t>(content.size()) : claimed};
  }
  Result<catalog::BlobRemoval> set_aside(std::string_view /*sha256*/,
                                         const std::function<Result<bool>()>& /*is_wanted*/) override {
    return none();
  }
  Result<catalog::BlobRemoval> remove(std::string_view /*sha256*/,
                                      const std::function<Result<bool>()>& /*is_wanted*/) override {
    return none();
  }
  Result<void> each(const std::function<void(std::string_view, Time)>& /*visit*/) override { return none(); }

 private:
  static std::unexpected<Error> none() { return fail(ErrorCode::internal, "these are only read"); }
};

catalog::SourceImage image(const std::string& name, std::int64_t bytes) {
  catalog::SourceImage made;
  made.name = name + ".jpg";
  made.hash = std::string(40, 'a');
  made.format = "jpg";
  made.blob = name;
  made.bytes = bytes;
  return made;
}

class ImageZipTest : public testing::Test {
 protected:
  void add(const std::string& name, Stored stored) {
    zip.add(image(name, static_cast<std::int64_t>(stored.content.size())));
    blobs.blobs[name] = std::move(stored);
  }
  /// All pieces.
  std::string read() {
    std::string all;
    std::string piece;
    do {
      EXPECT_THAT(zip.next(piece), Succeeds());
      all += piece;
      most = std::max(most, piece.size());
    } while (!piece.empty());
    return all;
  }

  TextBlobs blobs;
  ImageZip zip{blobs};
  std::size_t most = 0;  ///< bytes of the largest piece
};

TEST_F(ImageZipTest, HasTheBytesOfAllOriginals) {
  std::string large;
  while (large.size() < 2'000'000)
    large += std::to_string(large.size());
  add("large", {large});
  add("empty", {""});
  add("small", {"small content"});
  const std::string all = read();
  EXPECT_THAT(all, testing::StartsWith("PK\x03\x04"));
  for (const char* part : {"large.jpg", "empty.jpg", "small.jpg", "small content", "PK\x05\x06"})
    EXPECT_THAT(all, HasSubstr(part));
  EXPECT_NE(all.find(large), std::string::npos);
  EXPECT_LT(most, 600'000U) << "a piece has what is read at one time";
  std::string piece = "x";
  EXPECT_THAT(zip.next(piece), Succeeds());
  EXPECT_EQ(piece, "") << "the end stays the end";
}

TEST_F(ImageZipTest, OpensOnlyWhatIsSoonSent) {
  for (int i = 0; i < 500; ++i)
    add("picture" + std::to_string(i), {"content"});
  std::string piece;
  EXPECT_THAT(zip.next(piece), Succeeds());
  EXPECT_FALSE(piece.empty());
  EXPECT_LT(blobs.opened, 100);
  EXPECT_THAT(read(), HasSubstr("picture499.jpg"));
}

TEST_F(ImageZipTest, OfNothingIsEmpty) {
  EXPECT_EQ(read().size(), 22U);
}

TEST_F(ImageZipTest, IsBrokenOffWhereAnOriginalIsLostOrDamaged) {
  for (const auto& [lost, claimed] : {std::pair(true, -1), std::pair(false, 3), std::pair(false, 20)}) {
    ImageZip broken(blobs);
    broken.add(image("good", 4));
    broken.add(image("bad", lost || claimed == 3 ? 7 : claimed));
    blobs.blobs = {{"good", {"good"}}, {"bad", {"content", claimed}}};
    if (lost) blobs.blobs.erase("bad");
    std::string piece;
    EXPECT_THAT(broken.next(piece), FailsWith(ErrorCode::internal)) << claimed;
  }
}

}  // namespace
}  // namespace rucola::api
