#include "render/worker/file_kind.h"

#include <string>

#include <gtest/gtest.h>

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

TEST(FileKind, IsToldByTheContent) {
  EXPECT_EQ(kind_of_file("Dear Sir or Madam\n"), Format::txt);
  EXPECT_EQ(kind_of_file("Z\xfcrich ist sch\xf6n\n"), Format::txt) << "Latin-1";
  EXPECT_EQ(kind_of_file("a,b,c\n1,2,3\n4,5,6\n"), Format::csv);
  EXPECT_EQ(kind_of_file(R"({"a": [1, 2]})"), Format::json);
  EXPECT_EQ(kind_of_file(R"({\rtf1 hello})"), Format::rtf);
  EXPECT_EQ(kind_of_file("PK\x05\x06"s + std::string(18, '\0')), Format::zip);
}

TEST(FileKind, OfWhatIsExecutedIsNone) {
  for (const std::string& file :
       {"<html><script>alert(1)</script></html>"s, "<?xml version='1.0'?><a/>"s, "<?php echo 1; ?>"s,
        "#!/bin/sh\necho 1\n"s, "<svg xmlns='http://www.w3.org/2000/svg'><rect"s,
        "function a(){var b=1;} module.exports=1; const x = require('y');"s, "\0asm\1\0\0\0"s,
        "%!PS-Adobe-3.0\nshowpage\n"s}) {
    EXPECT_FALSE(kind_of_file(file)) << file;
  }
}

TEST(FileKind, OfNothingAndOfNoiseIsNone) {
  EXPECT_FALSE(kind_of_file(""));
  EXPECT_FALSE(kind_of_file(std::string(10'000, '\0')));
  EXPECT_FALSE(kind_of_file("\x01\x02\x80\x90\x00\x01\xff\xfe"s));
}

}  // namespace
}  // namespace rucola::render::worker
