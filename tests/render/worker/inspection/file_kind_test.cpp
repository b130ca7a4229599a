#include "render/worker/inspection/file_kind.h"

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <stdio.h>

#include "base/c_handle.h"
#include "base/zip_writer.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

std::optional<Format> kind_of(std::string_view bytes) {
  return kind_of_file({bytes});
}

std::string archive(const std::vector<std::string>& names) {
  ZipWriter zip;
  for (const std::string& name : names) {
    EXPECT_TRUE(zip.add_file(name, 4, Time{}));
    EXPECT_TRUE(zip.write("<a/>"));
  }
  EXPECT_TRUE(zip.finish());
  std::string bytes;
  zip.take(bytes);
  return bytes;
}

/// As programs write them: what is in it is told by the names of its first files.
std::string document(const std::string& folder) {
  return archive({"[Content_Types].xml", "_rels/.rels", folder + "/a.xml", folder + "/b.xml"});
}

std::optional<Format> kind_of_stored(const std::string& bytes) {
  const CHandle<std::FILE, std::fclose> file(std::tmpfile());
  EXPECT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file.get()), bytes.size());
  std::rewind(file.get());
  return kind_of_file({bytes, ::fileno(file.get())});
}

TEST(FileKind, IsToldByTheContent) {
  EXPECT_EQ(kind_of("Dear Sir or Madam\n"), Format::txt);
  EXPECT_EQ(kind_of("Z\xfcrich ist sch\xf6n\n"), Format::txt) << "Latin-1";
  EXPECT_EQ(kind_of("a,b,c\n1,2,3\n4,5,6\n"), Format::csv);
  EXPECT_EQ(kind_of(R"({"a": [1, 2]})"), Format::json);
  EXPECT_EQ(kind_of(R"({\rtf1 hello})"), Format::rtf);
  EXPECT_EQ(kind_of("PK\x05\x06"s + std::string(18, '\0')), Format::zip);
}

/// libmagic 5.46 says of no archive in memory what it is.
TEST(FileKind, OfArchivesIsToldToo) {
  EXPECT_EQ(kind_of_stored(document("word")), Format::docx);
  EXPECT_EQ(kind_of_stored(document("xl")), Format::xlsx);
  EXPECT_EQ(kind_of_stored(document("ppt")), Format::pptx);
  EXPECT_EQ(kind_of_stored(archive({"a.xml", "b.xml"})), Format::zip);
}

TEST(FileKind, OfWhatIsExecutedIsNone) {
  for (const std::string& file :
       {"<html><script>alert(1)</script></html>"s, "<?xml version='1.0'?><a/>"s, "<?php echo 1; ?>"s,
        "#!/bin/sh\necho 1\n"s, "<svg xmlns='http://www.w3.org/2000/svg'><rect"s,
        "function a(){var b=1;} module.exports=1; const x = require('y');"s, "\0asm\1\0\0\0"s,
        "%!PS-Adobe-3.0\nshowpage\n"s}) {
    EXPECT_FALSE(kind_of(file)) << file;
  }
}

TEST(FileKind, OfNothingAndOfNoiseIsNone) {
  EXPECT_FALSE(kind_of(""));
  EXPECT_FALSE(kind_of(std::string(10'000, '\0')));
  EXPECT_FALSE(kind_of("\x01\x02\x80\x90\x00\x01\xff\xfe"s));
}

}  // namespace
}  // namespace rucola::render::worker
