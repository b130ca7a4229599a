#include "render/worker/metadata/copyright_notice.h"

#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/worker/metadata/copyright_blocks.h"
#include "render/worker/raw_bytes.h"
#include "render/worker/structure/number_bytes.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr MetadataPlaces everywhere{.exif = true, .iptc = true};

std::string xmp_of(const std::string& properties) {
  return "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
         "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
         "<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/' "
         "xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' "
         "xmlns:xmpRights='http://ns.adobe.com/xap/1.0/rights/' "
         "xmlns:plus='http://ns.useplus.org/ldf/xmp/1.0/'>" +
         properties + "</rdf:Description></rdf:RDF></x:xmpmeta>";
}

CopyrightNotice of_xmp(const std::string& properties) {
  const std::string block = xmp_of(properties);
  return copyright_in({.exif = {}, .iptc = {}, .xmp = block});
}

/// What is kept of it, as it is written.
std::string kept_of_xmp(const std::string& properties) {
  return xmp_packet(of_xmp(properties), everywhere);
}

std::string list_of(int count, const std::string& text) {
  std::string items;
  for (int i = 0; i < count; ++i)
    items += "<rdf:li>" + text + "</rdf:li>";
  return "<dc:creator><rdf:Seq>" + items + "</rdf:Seq></dc:creator>";
}

TEST(CopyrightNotice, WhatIsWrittenIsReadAgain) {
  CopyrightNotice notice;
  notice.exif = {.artist = "Zoë", .copyright = "© Zoë (2024)"};
  notice.iptc = {.bylines = {"Zoë", "Max"}, .credit = "Agency", .copyright_notice = "© Agency"};
  const std::string exif = exif_block(notice.exif);
  const std::string iptc = iptc_block(notice.iptc);
  const CopyrightNotice read = copyright_in({.exif = exif, .iptc = iptc, .xmp = {}});
  EXPECT_EQ(read.exif.artist, "Zoë");
  EXPECT_EQ(read.exif.copyright, "© Zoë (2024)");
  EXPECT_THAT(read.iptc.bylines, ElementsAre("Zoë", "Max"));
  EXPECT_EQ(read.iptc.credit, "Agency");
  EXPECT_EQ(read.iptc.copyright_notice, "© Agency");
}

TEST(CopyrightNotice, XmpKeepsWhoAndWhoseAndNothingElse) {
  const std::string kept = kept_of_xmp(
      "<dc:creator><rdf:Seq><rdf:li>Zoë</rdf:li><rdf:li>Max</rdf:li></rdf:Seq></dc:creator>"
      "<dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>all &amp; &lt;mine&gt;</rdf:li>"
      "<rdf:li xml:lang='de'>alles</rdf:li></rdf:Alt></dc:rights>"
      "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Lake</rdf:li></rdf:Alt></dc:title>"
      "<photoshop:Credit>Agency</photoshop:Credit><photoshop:City>Zug</photoshop:City><xmp:Rating>4</"
      "xmp:Rating>"
      "<xmpRights:Marked>True</xmpRights:Marked>"
      "<xmpRights:WebStatement>https://r.example/?a=1&amp;b</xmpRights:WebStatement>"
      "<plus:Licensor><rdf:Seq><rdf:li rdf:parseType='Resource'><plus:LicensorName>N</plus:LicensorName>"
      "<plus:LicensorStreetAddress>home</plus:LicensorStreetAddress>"
      "<plus:LicensorURL>https://l.example</plus:LicensorURL></rdf:li></rdf:Seq></plus:Licensor>");
  EXPECT_THAT(kept, HasSubstr("<dc:creator><rdf:Seq><rdf:li>Zoë</rdf:li><rdf:li>Max</rdf:li></rdf:Seq>"));
  EXPECT_THAT(kept, HasSubstr("xml:lang=\"x-default\">all &amp; &lt;mine&gt;</rdf:li>"));
  EXPECT_THAT(kept, HasSubstr("xml:lang=\"de\">alles</rdf:li>"));
  EXPECT_THAT(kept, HasSubstr("<photoshop:Credit>Agency</photoshop:Credit>"));
  EXPECT_THAT(kept, HasSubstr("<xmpRights:Marked>True</xmpRights:Marked>"));
  EXPECT_THAT(kept,
              HasSubstr("<xmpRights:WebStatement>https://r.example/?a=1&amp;b</xmpRights:WebStatement>"));
  EXPECT_THAT(kept, HasSubstr("<plus:LicensorName>N</plus:LicensorName>"));
  EXPECT_THAT(kept, HasSubstr("<plus:LicensorURL>https://l.example</plus:LicensorURL>"));
  for (const char* other : {"Lake", "Zug", "Rating", "home"})
    EXPECT_THAT(kept, Not(HasSubstr(other)));
  const CopyrightNotice again = copyright_in({.exif = {}, .iptc = {}, .xmp = kept});
  EXPECT_EQ(xmp_packet(again, everywhere), kept) << "written and read, it is the same";
}

TEST(CopyrightNotice, WhatOneNameSaysOfItselfCostsNone) {
  const std::string qualified =
      "<rdf:li rdf:parseType='Resource'><rdf:value>Joe</rdf:value><dc:role>boss</dc:role></rdf:li>";
  EXPECT_THAT(
      kept_of_xmp("<dc:creator><rdf:Seq>" + qualified + "<rdf:li>Ann</rdf:li></rdf:Seq></dc:creator>"),
      HasSubstr("<dc:creator><rdf:Seq><rdf:li>Joe</rdf:li><rdf:li>Ann</rdf:li></rdf:Seq></dc:creator>"));
  const std::string owners = kept_of_xmp(
      "<xmpRights:Owner><rdf:Bag><rdf:li>Ann</rdf:li><rdf:li xml:lang='en'>Joe</rdf:li></rdf:Bag></"
      "xmpRights:Owner><photoshop:Credit xml:lang='en'>Agency</photoshop:Credit>");
  EXPECT_THAT(owners, HasSubstr("<rdf:Bag><rdf:li>Ann</rdf:li><rdf:li>Joe</rdf:li></rdf:Bag>"));
  EXPECT_THAT(owners, HasSubstr("<photoshop:Credit>Agency</photoshop:Credit>"));
  EXPECT_THAT(owners, Not(HasSubstr("en<")));
}

/// Exiv2 gives up the whole packet for them, and nothing of it was kept.
TEST(CopyrightNotice, WhatATextInSeveralLanguagesSaysOfItselfCostsNone) {
  const std::string qualifier = "<xmp:Label>role</xmp:Label>";
  const std::string plain = "<rdf:li xml:lang='de'>alles</rdf:li>";
  const auto rights = [&](const std::string& item) {
    return "<dc:rights><rdf:Alt>" + item + plain + "</rdf:Alt></dc:rights>";
  };
  for (const std::string& written :
       {rights("<rdf:li xml:lang='x-default' rdf:parseType='Resource'><rdf:value>all</rdf:value>" +
               qualifier + "</rdf:li>"),
        rights("<rdf:li xml:lang='x-default'><rdf:Description><rdf:value>all</rdf:value>" + qualifier +
               "</rdf:Description></rdf:li>"),
        rights("<rdf:li><rdf:Description xmp:Label='role'><rdf:value xml:lang='x-default'>all</rdf:value>"
               "</rdf:Description></rdf:li>"),
        rights("<rdf:li xml:lang='x-default' rdf:value='all' xmp:Label='role'/>"),
        "<dc:rights rdf:parseType='Resource'><rdf:value><rdf:Alt><rdf:li xml:lang='x-default'>all</rdf:li>" +
            plain + "</rdf:Alt></rdf:value>" + qualifier + "</dc:rights>"}) {
    const std::string kept = kept_of_xmp(written + "<photoshop:Credit>Agency</photoshop:Credit>");
    EXPECT_THAT(kept, HasSubstr("<rdf:li xml:lang=\"x-default\">all</rdf:li>")) << written;
    EXPECT_THAT(kept, HasSubstr("<rdf:li xml:lang=\"de\">alles</rdf:li>")) << written;
    EXPECT_THAT(kept, HasSubstr("<photoshop:Credit>Agency</photoshop:Credit>")) << written;
    EXPECT_THAT(kept, Not(HasSubstr("role"))) << written;
  }
}

TEST(CopyrightNotice, NorDoesOneOfSomethingElse) {
  const std::string kept = kept_of_xmp(
      "<dc:description><rdf:Alt><rdf:li xml:lang='x-default' "
      "rdf:parseType='Resource'><rdf:value>Lake</rdf:value>"
      "<xmp:Label>by whom</xmp:Label></rdf:li><rdf:li xml:lang='de'>See</rdf:li></rdf:Alt></dc:description>"
      "<dc:creator><rdf:Seq><rdf:li "
      "rdf:parseType='Resource'><rdf:value>Joe</rdf:value><xmp:Label>boss</xmp:Label>"
      "</rdf:li><rdf:li>Ann</rdf:li></rdf:Seq></dc:creator>"
      "<plus:Licensor><rdf:Seq><rdf:li "
      "rdf:parseType='Resource'><plus:LicensorName>N</plus:LicensorName></rdf:li>"
      "</rdf:Seq></plus:Licensor>");
  EXPECT_THAT(kept, HasSubstr("<dc:creator><rdf:Seq><rdf:li>Joe</rdf:li><rdf:li>Ann</rdf:li></rdf:Seq>"));
  EXPECT_THAT(kept, HasSubstr("<plus:LicensorName>N</plus:LicensorName>"));
  for (const char* other : {"Lake", "See", "whom", "boss"})
    EXPECT_THAT(kept, Not(HasSubstr(other)));
}

TEST(CopyrightNotice, ALicensorOutsideOfAListIsAListOfOne) {
  EXPECT_THAT(kept_of_xmp("<plus:Licensor rdf:parseType='Resource'><plus:LicensorName>N</plus:LicensorName>"
                          "<plus:LicensorCity>home</plus:LicensorCity></plus:Licensor>"),
              HasSubstr("<plus:Licensor><rdf:Seq><rdf:li rdf:parseType=\"Resource\">"
                        "<plus:LicensorName>N</plus:LicensorName></rdf:li></rdf:Seq></plus:Licensor>"));
}

TEST(CopyrightNotice, OfALicensorOnlyTextsOfPlusAreKept) {
  const std::string kept = kept_of_xmp(
      "<plus:Licensor><rdf:Seq><rdf:li rdf:parseType='Resource'><xmp:LicensorName>other</xmp:LicensorName>"
      "<plus:LicensorURL>https://l.example</plus:LicensorURL></rdf:li>"
      "<rdf:li rdf:parseType='Resource'><plus:LicensorName rdf:parseType='Resource'><dc:title>deep</dc:title>"
      "</plus:LicensorName></rdf:li></rdf:Seq></plus:Licensor>");
  EXPECT_THAT(kept, HasSubstr("<plus:LicensorURL>https://l.example</plus:LicensorURL>"));
  EXPECT_THAT(kept, Not(HasSubstr("LicensorName")));
}

TEST(CopyrightNotice, AFormatWithoutAPlaceForAFieldHasItInXmp) {
  CopyrightNotice notice;
  notice.exif = {.artist = "E", .copyright = "© E"};
  notice.iptc = {.bylines = {"I", "J"}, .credit = "C", .copyright_notice = {}};
  EXPECT_THAT(xmp_packet(notice, everywhere), IsEmpty());
  const std::string without_iptc = xmp_packet(notice, {.exif = true, .iptc = false});
  EXPECT_THAT(without_iptc, HasSubstr("<rdf:li>I</rdf:li><rdf:li>J</rdf:li>"));
  EXPECT_THAT(without_iptc, HasSubstr("<photoshop:Credit>C</photoshop:Credit>"));
  EXPECT_THAT(without_iptc, Not(HasSubstr("© E")));
  const std::string alone = xmp_packet(notice, {.exif = false, .iptc = false});
  EXPECT_THAT(alone, HasSubstr("<rdf:li>I</rdf:li><rdf:li>J</rdf:li>"));
  EXPECT_THAT(alone, HasSubstr("xml:lang=\"x-default\">© E</rdf:li>"));
}

TEST(CopyrightNotice, BothPartsOfExifsCopyrightAreKept) {
  const std::string exif = exif_block({.artist = {}, .copyright = "photographer\0editor"s});
  const CopyrightNotice notice = copyright_in({.exif = exif, .iptc = {}, .xmp = {}});
  EXPECT_EQ(notice.exif.copyright, "photographer; editor");
}

/// As EXIF is, and a TIFF.
std::string tiff_with(std::uint16_t tag, int type, const std::string& bytes, std::uint32_t value_size = 1) {
  const auto at = static_cast<std::uint32_t>(8 + directory_size(1));
  const auto count = static_cast<std::uint32_t>(bytes.size()) / value_size;
  return tiff_head() + directory({{tag, type, count, at}}) + bytes;
}

CopyrightNotice of_exif(std::uint16_t tag, int type, const std::string& bytes, std::uint32_t value_size = 1) {
  const std::string block = tiff_with(tag, type, bytes, value_size);
  return copyright_in({.exif = block, .iptc = {}, .xmp = {}});
}

TEST(CopyrightNotice, ExifsTextsMayBeWrittenAsBytes) {
  for (const int type : {1, 2, 7}) {
    EXPECT_EQ(of_exif(0x013b, type, "Zoë Muster").exif.artist, "Zoë Muster") << type;
    EXPECT_EQ(of_exif(0x8298, type, "© Zoë\0\0"s).exif.copyright, "© Zoë") << type;
    EXPECT_EQ(of_exif(0x8298, type, "photographer\0editor\0"s).exif.copyright, "photographer; editor")
        << type;
  }
}

TEST(CopyrightNotice, NumbersAreNoText) {
  for (const int type : {1, 7}) {
    EXPECT_TRUE(is_empty(of_exif(0x013b, type, "\1\2\3\4\5\6"))) << type;
    EXPECT_TRUE(is_empty(of_exif(0x013b, type, "J\0o\0e\0"s))) << type;
  }
  EXPECT_TRUE(is_empty(of_exif(0x013b, short_value, "(c) Joe, (c) Ann", 2)));
}

/// They were read there as bytes in EXIF only.
TEST(CopyrightNotice, SoMayATiffsTags) {
  for (const int type : {1, 2, 6, 7}) {
    EXPECT_EQ(copyright_in_tiff(tiff_with(0x013b, type, "Zoë Muster"), 1).artist, "Zoë Muster") << type;
    EXPECT_EQ(copyright_in_tiff(tiff_with(0x8298, type, "photographer\0editor\0"s), 1).copyright,
              "photographer; editor")
        << type;
  }
  EXPECT_EQ(copyright_in_tiff(tiff_with(0x013b, 1, "\1\2\3\4\5\6"), 1).artist, "");
  EXPECT_EQ(copyright_in_tiff(tiff_with(0x013b, short_value, "(c) Joe, (c) Ann", 2), 1).artist, "");
}

TEST(CopyrightNotice, ATextThatIsTooLongIsLeftOutWhole) {
  const auto credit = [](std::size_t bytes) {
    return of_xmp("<photoshop:Credit>" + std::string(bytes, 'x') + "</photoshop:Credit>").xmp;
  };
  EXPECT_THAT(credit(longest_copyright_field - 16), SizeIs(1));
  EXPECT_THAT(credit(longest_copyright_field), IsEmpty());
  const std::string exif =
      exif_block({.artist = "me", .copyright = std::string(longest_copyright_field, 'x')});
  const CopyrightNotice notice = copyright_in({.exif = exif, .iptc = {}, .xmp = {}});
  EXPECT_EQ(notice.exif.artist, "me");
  EXPECT_EQ(notice.exif.copyright, "");
}

TEST(CopyrightNotice, WhatIsWrittenFitsIntoASegmentOfAJpeg) {
  std::string worst;
  for (const char* name : {"photoshop:Credit", "xmpRights:WebStatement"})
    worst += "<"s + name + ">" + std::string(2'000, '"') + "</" + name + ">";
  EXPECT_LT(kept_of_xmp(list_of(1'500, "\"") + worst).size(), 65'000U);
  EXPECT_LT(kept_of_xmp(list_of(119, "\"") + worst).size(), 65'000U);
  EXPECT_THAT(of_xmp(list_of(1'500, "x")).xmp, IsEmpty()) << "as long as all of its names";
}

TEST(CopyrightNotice, MoreThanASegmentOfAJpegIsNotRead) {
  const std::string huge = xmp_of("<dc:rights>" + std::string(10'000'000, 'x') +
                                  "</dc:rights><photoshop:Credit>C</photoshop:Credit>");
  EXPECT_TRUE(is_empty(copyright_in({.exif = {}, .iptc = {}, .xmp = huge})));
}

TEST(CopyrightNotice, DamagedBlocksAreAsGoodAsNone) {
  for (const std::string& block :
       {"x"s, "<"s, std::string(500, '<'), xmp_of("<dc:title>"), "Exif\0\0MM\0*"s, "\x1c\x02\x5a\x7f\xff"s}) {
    EXPECT_TRUE(is_empty(copyright_in({.exif = block, .iptc = block, .xmp = block}))) << block;
  }
}

TEST(CopyrightNotice, ControlsAndWhatXmlCantSayDontComeOut) {
  const std::string exif =
      exif_block({.artist = "a\x01\x07 b\xef\xbf\xbf c\xef\xbf\xbe", .copyright = "\xef\xbf\xbf"});
  const CopyrightNotice notice = copyright_in({.exif = exif, .iptc = {}, .xmp = {}});
  EXPECT_THAT(notice.exif.artist, testing::MatchesRegex("a *b c"));
  EXPECT_EQ(notice.exif.copyright, "");
}

TEST(CopyrightNotice, ATiffHasExifsFieldsAmongItsTags) {
  const std::string file = exif_block({.artist = "Zoë", .copyright = "© Zoë"});
  EXPECT_EQ(copyright_in_tiff(file, 1).artist, "Zoë");
  EXPECT_EQ(copyright_in_tiff(file, 1).copyright, "© Zoë");
  EXPECT_EQ(copyright_in_tiff(file, 2).artist, "");
  for (std::size_t length = 0; length < file.size(); ++length)
    static_cast<void>(copyright_in_tiff(file.substr(0, length), 1));
}

}  // namespace
}  // namespace rucola::render::worker
