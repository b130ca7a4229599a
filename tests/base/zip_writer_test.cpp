#include "base/zip_writer.h"

#include <memory>
#include <string>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola {
namespace {

using test::FailsWith;
using test::Succeeds;

const Time afternoon{std::chrono::seconds{1'700'000'000}};

struct Unpacked {
  std::string name;
  std::string content;
  std::int64_t modified = 0;
};

/// As its directory has it: read by seeking, not from front to back.
std::vector<Unpacked> unpacked(const std::string& zip) {
  const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
  archive_read_support_format_zip_seekable(reader.get());
  EXPECT_EQ(archive_read_open_memory(reader.get(), zip.data(), zip.size()), ARCHIVE_OK);
  std::vector<Unpacked> files;
  archive_entry* entry = nullptr;
  while (archive_read_next_header(reader.get(), &entry) == ARCHIVE_OK) {
    Unpacked file{
        .name = archive_entry_pathname(entry), .content = {}, .modified = archive_entry_mtime(entry)};
    file.content.resize(static_cast<std::size_t>(archive_entry_size(entry)));
    EXPECT_EQ(archive_read_data(reader.get(), file.content.data(), file.content.size()),
              static_cast<la_ssize_t>(file.content.size()));
    files.push_back(std::move(file));
  }
  return files;
}

TEST(ZipWriter, WritesWhatCanBeUnpacked) {
  ZipWriter zip;
  std::string all;
  std::string piece;
  for (const auto& [name, content] :
       {std::pair("a.jpg", "content of a"), std::pair("empty", ""), std::pair("b", "B")}) {
    ASSERT_THAT(zip.add_file(name, static_cast<std::int64_t>(std::string(content).size()), afternoon),
                Succeeds());
    ASSERT_THAT(zip.write(content), Succeeds());
    zip.take(piece);
    EXPECT_EQ(zip.written(), 0U);
    all += piece;
  }
  ASSERT_THAT(zip.finish(), Succeeds());
  EXPECT_GT(zip.written(), 0U);
  zip.take(piece);
  all += piece;
  EXPECT_NE(all.find("content of a"), std::string::npos) << "stored as it is";

  const auto files = unpacked(all);
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(files[0].name, "a.jpg");
  EXPECT_EQ(files[0].content, "content of a");
  EXPECT_EQ(files[0].modified, 1'700'000'000);
  EXPECT_EQ(files[1].content, "");
  EXPECT_EQ(files[2].content, "B");
}

TEST(ZipWriter, WritesNamesInUtf8AndSaysSo) {
  ZipWriter zip;
  ASSERT_THAT(zip.add_file("Zürich 写真.jpg", 0, afternoon), Succeeds());
  ASSERT_THAT(zip.finish(), Succeeds());
  std::string all;
  zip.take(all);
  ASSERT_GT(all.size(), 8U);
  EXPECT_NE(all.find("Zürich 写真.jpg"), std::string::npos);
  EXPECT_TRUE(static_cast<unsigned char>(all[7]) & 0x08U) << "bit 11 of the flags: the name is UTF-8";
}

TEST(ZipWriter, AFileHasNoMoreBytesThanItWasToHave) {
  ZipWriter zip;
  ASSERT_THAT(zip.add_file("a", 3, afternoon), Succeeds());
  ASSERT_THAT(zip.write("123"), Succeeds());
  EXPECT_THAT(zip.write("4"), FailsWith(ErrorCode::internal));
}

TEST(ZipWriter, AnArchiveOfNothingIsOne) {
  ZipWriter zip;
  ASSERT_THAT(zip.finish(), Succeeds());
  std::string all;
  zip.take(all);
  EXPECT_THAT(all, testing::StartsWith("PK\x05\x06"));
  EXPECT_EQ(all.size(), 22U);
}

TEST(ZipWriter, LeavesNoEndWhereItIsGivenUp) {
  std::string all;
  {
    ZipWriter zip;
    ASSERT_THAT(zip.add_file("a", 3, afternoon), Succeeds());
    ASSERT_THAT(zip.write("12"), Succeeds());
    zip.take(all);
  }
  EXPECT_EQ(all.find("PK\x05\x06"), std::string::npos);
}

}  // namespace
}  // namespace rucola
