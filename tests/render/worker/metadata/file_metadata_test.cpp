#include "render/worker/metadata/file_metadata.h"

#include <cstdint>
#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf8.h"
#include "render/sample_images.h"
#include "render/source/inspection.h"
#include "render/worker/raw_bytes.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;
using samples::VImage;
using testing::HasSubstr;

namespace json = boost::json;

VImage with_block(const char* name, const std::string& block) {
  VImage image = samples::photo(30, 20).copy();
  vips_image_set_blob_copy(image.get_image(), name, block.data(), block.size());
  return image;
}

json::value read(const VImage& image) {
  return read_file_metadata(image);
}

/// As libvips writes such a file and reads it.
json::value read_written(const VImage& image, const std::string& suffix = ".jpg") {
  const std::string bytes = samples::file(image, suffix);
  return read(VImage::new_from_buffer(bytes.data(), bytes.size(), ""));
}

// ---- EXIF ------------------------------------------------------------------------------------------------

struct Written {
  const char* tag;
  const char* value;
};

json::value exif_of(const std::vector<Written>& tags, const std::string& suffix = ".jpg") {
  VImage image = samples::photo(30, 20).copy();
  for (const auto& [tag, value] : tags)
    image.set((std::string("exif-") + tag).c_str(), value);
  const json::value metadata = read_written(image, suffix);
  const json::value* exif = metadata.as_object().if_contains("exif");
  return exif == nullptr ? json::value(json::object()) : *exif;
}

TEST(FileMetadata, ExifHasTypes) {
  const json::value exif = exif_of({{"ifd0-Make", "Rollei \"(x) (R, ASCII, 6 components, 6 bytes)"},
                                    {"ifd2-FNumber", "28/10 (f/2.8, Rational, 1 components, 8 bytes)"},
                                    {"ifd2-ExposureTime", "1/3 (1/3, Rational, 1 components, 8 bytes)"},
                                    {"ifd2-ISOSpeedRatings", "400 (400, Short, 1 components, 2 bytes)"}});
  EXPECT_EQ(exif.at("make"), "Rollei \"(x)");
  EXPECT_EQ(exif.at("f_number"), 2.8);
  EXPECT_EQ(exif.at("exposure_time"), 0.3333333);
  EXPECT_EQ(exif.at("iso_speed_ratings"), 400);
}

TEST(FileMetadata, ExifIsReadFromEveryFormatThatHasIt) {
  for (const char* suffix : {".jpg", ".webp", ".avif"}) {
    const json::value exif = exif_of({{"ifd0-Model", "T (T, ASCII, 2 components, 2 bytes)"}}, suffix);
    EXPECT_TRUE(exif.as_object().contains("model")) << suffix << json::serialize(exif);
  }
}

TEST(FileMetadata, DatesOfExifAreWrittenAsDates) {
  const json::value exif =
      exif_of({{"ifd2-DateTimeOriginal", "2017:01:29 12:34:56 (x, ASCII, 20 components, 20 bytes)"},
               {"ifd2-OffsetTimeOriginal", "+02:00 (x, ASCII, 7 components, 7 bytes)"},
               {"ifd0-DateTime", "0000:00:00 00:00:00 (x, ASCII, 20 components, 20 bytes)"}});
  const std::string date(exif.at("date_time_original").as_string());
  // libvips' libexif before 0.6.23 writes no offsets.
  EXPECT_THAT(date, testing::AnyOf("2017-01-29T12:34:56", "2017-01-29T12:34:56+02:00"));
  EXPECT_FALSE(exif.as_object().contains("date_time")) << "a camera without a clock writes that";
}

TEST(FileMetadata, PlacesAreDegrees) {
  const json::value exif =
      exif_of({{"ifd3-GPSLatitudeRef", "S (S, ASCII, 2 components, 2 bytes)"},
               {"ifd3-GPSLatitude", "33/1 51/1 3060/100 (x, Rational, 3 components, 24 bytes)"},
               {"ifd3-GPSLongitudeRef", "E (E, ASCII, 2 components, 2 bytes)"},
               {"ifd3-GPSLongitude", "151/1 12/1 36/1 (x, Rational, 3 components, 24 bytes)"},
               {"ifd3-GPSAltitude", "585/10 (x, Rational, 1 components, 8 bytes)"},
               {"ifd3-GPSTimeStamp", "14/1 5/1 9/1 (x, Rational, 3 components, 24 bytes)"},
               {"ifd3-GPSDateStamp", "2008:10:23 (x, ASCII, 11 components, 11 bytes)"}});
  EXPECT_EQ(exif.at("gps"), (json::value{{"latitude", -33.8585},
                                         {"longitude", 151.21},
                                         {"altitude", 58.5},
                                         {"date_time", "2008-10-23T14:05:09Z"}}))
      << json::serialize(exif);
}

TEST(FileMetadata, AnUnknownNumberIsLeftOutAndNamed) {
  VImage image = samples::photo(30, 20).copy();
  image.set("exif-ifd2-SubjectDistance", "1/0 (x, Rational, 1 components, 8 bytes)");
  const json::value metadata = read_written(image);
  EXPECT_EQ(metadata.at("left_out"), (json::array{"exif:subject_distance"})) << json::serialize(metadata);
}

// ---- IPTC ------------------------------------------------------------------------------------------------

std::string dataset(int number, const std::string& value, int record = 2) {
  return "\x1c"s + static_cast<char>(record) + static_cast<char>(number) +
         static_cast<char>(value.size() >> 8U) + static_cast<char>(value.size() & 0xffU) + value;
}

/// As Photoshop wraps it, and so JPEG has it.
std::string in_photoshop(const std::string& iptc) {
  const auto big = static_cast<std::uint32_t>(iptc.size());
  std::string block = "Photoshop 3.0\0"s + "8BIM\x04\x04\0\0"s;
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    block += static_cast<char>(big >> shift & 0xffU);
  return block + iptc + (iptc.size() % 2 == 1 ? "\0"s : ""s);
}

/// 1e30 was cast to an integer, of which C++ says nothing.
TEST(FileMetadata, AWholeNumberThatIsTooLargeIsLeftOut) {
  const std::string color_space_as_float =
      "Exif\0\0II*\0\x08\0\0\0"s
      "\x01\0\x69\x87\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0"s
      "\x01\0\x01\xa0\x0b\0\x01\0\0\0\xca\xf2\x49\x71\0\0\0\0"s;
  const json::value metadata = read(with_block("exif-data", color_space_as_float));
  EXPECT_THAT(json::serialize(metadata), testing::Not(HasSubstr("\"color_space\":")));
}

json::value of_exif_field(std::uint16_t tag, int type, const std::string& bytes) {
  const auto at = static_cast<std::uint32_t>(8 + directory_size(1));
  return read(with_block(VIPS_META_EXIF_NAME,
                         "Exif\0\0"s + tiff_head() +
                             directory({{tag, type, static_cast<std::uint32_t>(bytes.size()), at}}) + bytes));
}

/// An artist was "74 111 101 32 77".
TEST(FileMetadata, TextsOfExifMayBeWrittenAsBytes) {
  for (const int type : {1, 2, 7}) {
    EXPECT_EQ(of_exif_field(0x013b, type, "Zoë Muster").at("exif").at("artist"), "Zoë Muster") << type;
    EXPECT_EQ(of_exif_field(0x0132, type, "2017:01:29 12:34:56").at("exif").at("date_time"),
              "2017-01-29T12:34:56")
        << type;
  }
  EXPECT_EQ(json::serialize(of_exif_field(0x013b, 7, "\1\2\3\4\5\6")), R"({"left_out":["exif:artist"]})");
}

TEST(FileMetadata, IptcHasItsTextsAndLists) {
  const std::string iptc = dataset(90, "\x1b%G", 1) + dataset(25, "lake") + dataset(25, "sun") +
                           dataset(105, "Zürich") + dataset(55, "20170129") + dataset(60, "123456+0100");
  const json::value metadata = read_written(with_block(VIPS_META_IPTC_NAME, in_photoshop(iptc)));
  EXPECT_EQ(metadata.at("iptc"), (json::value{{"keywords", {"lake", "sun"}},
                                              {"headline", "Zürich"},
                                              {"date_created", "2017-01-29T12:34:56+01:00"}}))
      << json::serialize(metadata);
}

TEST(FileMetadata, IptcOfATiffLiesThereByItself) {
  const json::value metadata = read(with_block(VIPS_META_IPTC_NAME, dataset(90, "Zug")));
  EXPECT_EQ(metadata.at("iptc").at("city"), "Zug");
}

TEST(FileMetadata, TextsThatAreNoUtf8AreTakenForLatin1) {
  const json::value metadata =
      read(with_block(VIPS_META_IPTC_NAME, dataset(90, "Z\xfcrich\r\n\x07 \0rest"s)));
  EXPECT_EQ(metadata.at("iptc").at("city"), "Zürich");
}

TEST(FileMetadata, DamagedIptcIsLeftOut) {
  const json::value metadata = read(with_block(VIPS_META_IPTC_NAME, "\x1c\x02\x5a\x7f\xff"s + "Zug"));
  EXPECT_EQ(metadata.at("left_out"), json::array{"iptc"}) << json::serialize(metadata);
}

// ---- XMP -------------------------------------------------------------------------------------------------

std::string xmp_of(const std::string& properties) {
  return "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
         "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
         "<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/' "
         "xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' "
         "xmlns:Iptc4xmpCore='http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/' xmlns:foo='http://foo.example/'>" +
         properties + "</rdf:Description></rdf:RDF></x:xmpmeta>";
}

json::value read_xmp_of(const std::string& properties) {
  return read(with_block(VIPS_META_XMP_NAME, xmp_of(properties)));
}

TEST(FileMetadata, XmpHasAnObjectForEachNamespace) {
  const json::value metadata = read_xmp_of(
      "<dc:title><rdf:Alt><rdf:li xml:lang='de'>See</rdf:li><rdf:li xml:lang='x-default'>Lake, "
      "\"x\"</rdf:li></rdf:Alt></dc:title>"
      "<dc:subject><rdf:Bag><rdf:li>lake, big</rdf:li><rdf:li>sun</rdf:li></rdf:Bag></dc:subject>"
      "<xmp:Rating>4</xmp:Rating><photoshop:DateCreated>2017-01-29T12:34:56+01:00</photoshop:DateCreated>"
      "<photoshop:History>did this and that</photoshop:History><foo:Bar>5</foo:Bar>");
  EXPECT_EQ(metadata, (json::value{{"xmp",
                                    {{"dc", {{"title", "Lake, \"x\""}, {"subject", {"lake, big", "sun"}}}},
                                     {"xmp", {{"rating", 4}}},
                                     {"photoshop", {{"date_created", "2017-01-29T12:34:56+01:00"}}}}}}))
      << json::serialize(metadata);
}

/// Exiv2 gives up the whole packet for it.
TEST(FileMetadata, WhatATextOfXmpSaysOfItselfIsLeftOutAlone) {
  const json::value metadata = read_xmp_of(
      "<dc:title><rdf:Alt><rdf:li xml:lang='x-default' rdf:parseType='Resource'><rdf:value>Lake</rdf:value>"
      "<foo:by>me</foo:by></rdf:li><rdf:li xml:lang='de'>See</rdf:li></rdf:Alt></dc:title>"
      "<photoshop:City>Zug</photoshop:City>");
  EXPECT_EQ(metadata, (json::value{{"xmp", {{"dc", {{"title", "Lake"}}}, {"photoshop", {{"city", "Zug"}}}}}}))
      << json::serialize(metadata);
}

TEST(FileMetadata, XmpIsReadFromEveryFormatThatHasIt) {
  const VImage image = with_block(VIPS_META_XMP_NAME, xmp_of("<xmp:Rating>4</xmp:Rating>"));
  for (const char* suffix : {".jpg", ".png", ".webp", ".tif", ".avif"}) {
    const json::value metadata = read_written(image, suffix);
    EXPECT_TRUE(metadata.as_object().contains("xmp")) << suffix << json::serialize(metadata);
  }
}

TEST(FileMetadata, WhatIsNeitherTextNorListIsNamed) {
  const json::value metadata = read_xmp_of(
      "<Iptc4xmpCore:CreatorContactInfo rdf:parseType='Resource'><Iptc4xmpCore:CiEmailWork>a@b.ch"
      "</Iptc4xmpCore:CiEmailWork></Iptc4xmpCore:CreatorContactInfo>");
  EXPECT_EQ(metadata, (json::value{{"left_out", {"xmp:iptc4xmp_core:creator_contact_info"}}}))
      << json::serialize(metadata);
}

TEST(FileMetadata, XmpThatDeclaresEntitiesIsLeftOut) {
  for (const char* declared : {"<!ENTITY a 'aaaaaaaaaa'>", "<!ENTITY a SYSTEM 'file:///etc/passwd'>"}) {
    const std::string xmp = "<?xml version='1.0'?><!DOCTYPE x ["s + declared + "]>" +
                            xmp_of("<photoshop:City>&a;&a;</photoshop:City>");
    EXPECT_EQ(read(with_block(VIPS_META_XMP_NAME, xmp)), (json::value{{"left_out", {"xmp"}}})) << declared;
  }
}

TEST(FileMetadata, NonsenseIsLeftOut) {
  for (const std::string& block :
       {"x"s, "<"s, std::string(500, '<'), xmp_of("<dc:title>"), "Exif\0\0MM\0*"s}) {
    EXPECT_EQ(read(with_block(VIPS_META_XMP_NAME, block)), (json::value{{"left_out", {"xmp"}}})) << block;
    const std::string exif = json::serialize(read(with_block(VIPS_META_EXIF_NAME, block)));
    EXPECT_THAT(exif, testing::AnyOf("{}", R"({"left_out":["exif"]})")) << block;
  }
}

/// A deep one ended the process where a parser called itself.
TEST(FileMetadata, NestingIsHarmless) {
  std::string deep;
  for (int i = 0; i < 900; ++i)
    deep = "<photoshop:A rdf:parseType='Resource'>" + deep + "</photoshop:A>";
  const json::value metadata = read(with_block(VIPS_META_XMP_NAME, xmp_of(deep)));
  EXPECT_TRUE(metadata.as_object().contains("left_out")) << json::serialize(metadata);
}

// ---- How much --------------------------------------------------------------------------------------------

void expect_bounded(const json::value& metadata) {
  const std::string text = json::serialize(metadata);
  EXPECT_LT(text.size(), static_metadata_limit_bytes);
  EXPECT_TRUE(is_utf8(text));
  EXPECT_TRUE(metadata.as_object().contains("left_out"));
}

TEST(FileMetadata, ALongTextIsLeftOutWhole) {
  const std::string longest(8192, 'x');
  const auto title = [](const std::string& text) {
    return "<photoshop:Headline>" + text + "</photoshop:Headline>";
  };
  EXPECT_EQ(read_xmp_of(title(longest)).at("xmp").at("photoshop").at("headline").as_string(), longest);
  EXPECT_EQ(read_xmp_of(title(longest + "x")), (json::value{{"left_out", {"xmp:photoshop:headline"}}}));
}

TEST(FileMetadata, AListHasAHundredTexts) {
  const auto list = [](int items) {
    std::string iptc;
    for (int i = 0; i < items; ++i)
      iptc += dataset(25, std::to_string(i));
    return read(with_block(VIPS_META_IPTC_NAME, iptc));
  };
  EXPECT_EQ(list(100).at("iptc").at("keywords").as_array().size(), 100U);
  EXPECT_EQ(list(101), (json::value{{"left_out", {"iptc:keywords"}}}));
}

TEST(FileMetadata, ThousandsOfPropertiesAreBounded) {
  std::string many;
  for (int i = 0; i < 1500; ++i)
    many += "<photoshop:P" + std::to_string(i) + ">\"\"\\</photoshop:P" + std::to_string(i) + ">";
  const json::value metadata = read(with_block(VIPS_META_XMP_NAME, xmp_of(many)));
  expect_bounded(metadata);
  EXPECT_EQ(metadata.at("xmp").at("photoshop").as_object().size(), 250U);
}

TEST(FileMetadata, LongTextsTogetherAreBounded) {
  std::string much;
  for (int i = 0; i < 7; ++i)
    much += "<photoshop:P" + std::to_string(i) + ">" + std::string(8000, '"') + "</photoshop:P" +
            std::to_string(i) + ">";
  expect_bounded(read(with_block(VIPS_META_XMP_NAME, xmp_of(much))));
}

TEST(FileMetadata, MoreThanASegmentOfAJpegIsNotRead) {
  const std::string huge = xmp_of("<photoshop:City>Zug</photoshop:City>") + std::string(65'536, ' ');
  EXPECT_EQ(read(with_block(VIPS_META_XMP_NAME, huge)), (json::value{{"left_out", {"xmp"}}}));
}

}  // namespace
}  // namespace rucola::render::worker
