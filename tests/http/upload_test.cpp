#include "http/upload.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "http/running_server.h"

namespace rucola::http {
namespace {

std::string part(const std::string& disposition, const std::string& type, const std::string& data) {
  return "--B\r\nContent-Disposition: form-data; " + disposition + "\r\n" +
         (type.empty() ? "" : "Content-Type: " + type + "\r\n") + "\r\n" + data + "\r\n";
}

class UploadTest : public testing::Test {
 protected:
  Result<std::vector<message::Part>> receive(const std::string& parts, std::int64_t limit = 1'000'000) {
    Upload upload("B", spool_, limit);
    if (auto fed = upload.feed(parts + "--B--\r\n"); !fed) return std::unexpected(fed.error());
    return upload.finish();
  }

  TemporaryDirectory folder_;
  Spool spool_ = Spool::open(folder_.path()).value();
};

TEST_F(UploadTest, TellsFilesFromTexts) {
  const auto parts =
      receive(part("name=filedata; filename=a.jpg", "", "1") + part("name=meta", "application/json", "2") +
              part("name=image", "image/png", "3") + part("name=raw", "application/octet-stream", "4") +
              part("name=note", "text/plain", "5"));
  ASSERT_TRUE(parts);
  std::string kinds;
  for (const message::Part& part : *parts)
    kinds += part.file ? 'f' : 't';
  EXPECT_EQ(kinds, "ftfft");
  EXPECT_EQ((*parts)[0].file->bytes(), 1);
  EXPECT_EQ((*parts)[0].filename, "a.jpg");
  EXPECT_EQ((*parts)[1].text, "2");
}

TEST_F(UploadTest, LeavesNothingWhereItFails) {
  const auto over = receive(part("name=a; filename=a", "", "12345"), 4);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, ErrorCode::payload_too_large);
  EXPECT_EQ(folder_.files(), 0U);
  {
    Upload upload("B", spool_, 100);
    ASSERT_TRUE(upload.feed(part("name=a; filename=a", "", "whole") +
                            "--B\r\nContent-Disposition: form-data; "
                            "name=b; filename=b\r\n\r\nhalf"));
    EXPECT_EQ(folder_.files(), 2U);
    EXPECT_FALSE(upload.finish());
  }
  EXPECT_EQ(folder_.files(), 0U);
}

TEST_F(UploadTest, LimitsTextsOneByOneAndTogether) {
  const std::string one(Upload::text_limit, 'x');
  EXPECT_TRUE(receive(part("name=a", "", one)));
  EXPECT_EQ(receive(part("name=a", "", one + "x")).error().code, ErrorCode::payload_too_large);
  std::string many;
  for (std::size_t i = 0; i < Upload::all_texts_limit / Upload::text_limit; ++i)
    many += part("name=a", "", one);
  EXPECT_TRUE(receive(many));
  EXPECT_EQ(receive(many + part("name=a", "", "x")).error().code, ErrorCode::payload_too_large);
}

}  // namespace
}  // namespace rucola::http
