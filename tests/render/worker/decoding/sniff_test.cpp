#include "render/worker/decoding/sniff.h"

#include <string>

#include <gtest/gtest.h>

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

TEST(Sniff, KnowsTheFormats) {
  EXPECT_EQ(sniff("\xff\xd8\xff\xe0"s), Format::jpg);
  EXPECT_EQ(sniff("\x89PNG\r\n\x1a\n"s), Format::png);
  EXPECT_EQ(sniff("GIF87a"), Format::gif);
  EXPECT_EQ(sniff("GIF89a"), Format::gif);
  EXPECT_EQ(sniff("RIFF\0\0\0\0WEBP"s), Format::webp);
  EXPECT_EQ(sniff("II*\0"s), Format::tiff);
  EXPECT_EQ(sniff("MM\0*"s), Format::tiff);
  EXPECT_EQ(sniff("II+\0"s), Format::tiff);
  EXPECT_EQ(sniff("<svg/>"), Format::svg);
  EXPECT_EQ(sniff("<!-- " + std::string(100'000, 'a') + " --><svg/>"), Format::svg);
  EXPECT_EQ(sniff("\xff\xfe<\0s\0v\0g\0/\0>\0"s), Format::svg);
}

TEST(Sniff, TellsHeifByItsBrands) {
  EXPECT_EQ(sniff("\0\0\0\x14"
                  "ftypavif\0\0\0\0mif1"s),
            Format::avif);
  EXPECT_EQ(sniff("\0\0\0\x14"
                  "ftypheic\0\0\0\0mif1"s),
            Format::heif);
  EXPECT_EQ(sniff("\0\0\0\x18"
                  "ftypmif1\0\0\0\0mif1avif"s),
            Format::avif);
  EXPECT_EQ(sniff("\0\0\0\x18"
                  "ftypmif1\0\0\0\0mif1heic"s),
            Format::heif);
  EXPECT_EQ(sniff("\0\0\0\x14"
                  "ftypmiaf\0\0\0\1miaf"s),
            std::nullopt);
}

TEST(Sniff, TellsMp4AndMovByTheirBrands) {
  EXPECT_EQ(sniff("\0\0\0\x14"
                  "ftypisom\0\0\0\0mp41"s),
            Format::mp4);
  EXPECT_EQ(sniff("\0\0\0\x18"
                  "ftypXXXX\0\0\0\0YYYYmp42"s),
            Format::mp4);
  EXPECT_EQ(sniff("\0\0\0\x14"
                  "ftypqt  \0\0\0\0qt  "s),
            Format::mov);
}

TEST(Sniff, KnowsMovFromBeforeThereWereBrandsAndNoTextThatLooksLikeIt) {
  EXPECT_EQ(sniff("\0\0\0\x08wide\0\0\0\x08mdat"s), Format::mov);
  EXPECT_EQ(sniff("\0\0\0\1mdat\0\0\0\0\0\0\0\x10"s), Format::mov);
  EXPECT_EQ(sniff("Tax-free goods"), std::nullopt);
  EXPECT_EQ(sniff("\0\0\0\x7fmoov"s), std::nullopt);
}

TEST(Sniff, KnowsWebmAndMatroska) {
  EXPECT_EQ(sniff("\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm"s), Format::webm);
  EXPECT_EQ(sniff("\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska"s), Format::webm);
  EXPECT_EQ(sniff("\x1a\x45\xdf\xa3\x9f\x42\x82\x84other"s), std::nullopt);
}

TEST(Sniff, ABrandBehindTheBoxDoesNotCount) {
  EXPECT_EQ(sniff("\0\0\0\x14"
                  "ftypmif1\0\0\0\0mif1avif"s),
            Format::heif);
}

TEST(Sniff, KnowsJpegXlAndJpeg2000InTheirBoxesAndWithout) {
  EXPECT_EQ(sniff("\xff\x0a\x00"s), Format::jxl);
  EXPECT_EQ(sniff("\x00\x00\x00\x0cJXL \r\n\x87\n"s), Format::jxl);
  EXPECT_EQ(sniff("\xff\x4f\xff\x51\x00"s), Format::jp2);
  EXPECT_EQ(sniff("\x00\x00\x00\x0cjP  \r\n\x87\n"s), Format::jp2);
}

TEST(Sniff, KnowsBitmapsIconsAndPhotoshopFiles) {
  for (const char header : {12, 16, 40, 52, 56, 64, 108, 124})
    EXPECT_EQ(sniff("BM"s + std::string(12, 'x') + header + "\0\0\0"s), Format::bmp);
  const std::string entry = "\x10\x10\0\0\1\0\x20\0"s + std::string(8, 'x');
  EXPECT_EQ(sniff("\0\0\1\0\1\0"s + entry), Format::ico);
  EXPECT_EQ(sniff("\0\0\2\0\1\0"s + entry), Format::ico);
  EXPECT_EQ(sniff("8BPS\0\1"s), Format::psd);
  EXPECT_EQ(sniff("8BPS\0\2"s), Format::psd);
}

TEST(Sniff, KnowsFilesWithAPictureInside) {
  EXPECT_EQ(sniff("\xc5\xd0\xd3\xc6"s), Format::eps);
  EXPECT_EQ(sniff("FUJIFILMCCD-RAW 0201"), Format::raf);
  EXPECT_EQ(sniff("\0\0\0\x18"
                  "ftypcrx \0\0\0\1crx isom"s),
            Format::cr3)
      << "its second brand is a film's";
  EXPECT_EQ(sniff("II*\0\x10\0\0\0CR\2\0"s), Format::cr2) << "it begins as a TIFF does";
}

TEST(Sniff, KnowsPdf) {
  EXPECT_EQ(sniff("%PDF-1.4\n"s), Format::pdf);
  EXPECT_EQ(sniff("\n%PDF-1.4\n"s), std::nullopt);
}

TEST(Sniff, WhatItDoesNotKnowIsNothing) {
  for (const std::string& bytes :
       {""s, "\0"s, "%PDF"s, "BM"s, "BM in Bern, said "s + std::string(20, 'x'),
        "\0\0\2\0"s + std::string(40, '\0'), "RIFF\0\0\0\0WAVE"s, "P6 1 1 255 abc"s, "\xff\xd8"s,
        "#!/bin/sh"s, "push graphic-context"s, "8BPS\0\3"s, "%!PS-Adobe-3.0"s, "\xff\x4f\xff"s}) {
    EXPECT_EQ(sniff(bytes), std::nullopt) << bytes;
  }
}

}  // namespace
}  // namespace rucola::render::worker
