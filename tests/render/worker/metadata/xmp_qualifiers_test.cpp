#include "render/worker/metadata/xmp_qualifiers.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;
using testing::Eq;
using testing::HasSubstr;
using testing::Not;
using testing::Optional;

std::string packet(const std::string& properties) {
  return "<?xpacket begin='' id='x'?><x xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
         "xmlns:q='http://q.example/'>" +
         properties + "</x><?xpacket end='w'?>";
}

TEST(XmpQualifiers, TheValueAndItsLanguageStay) {
  const auto written = without_qualifiers(
      packet("<q:a xml:lang='en' q:role='SECRET' rdf:parseType='Resource'><q:b>SECRET</q:b>"
             "<rdf:value>mine &amp; yours</rdf:value><q:c><q:d>SECRET</q:d></q:c></q:a>"));
  EXPECT_THAT(written, Optional(HasSubstr("<q:a xml:lang=\"en\" rdf:parseType=\"Resource\"><rdf:value>mine "
                                          "&amp; yours</rdf:value></q:a>")));
  EXPECT_THAT(written, Optional(Not(HasSubstr("SECRET"))));
}

TEST(XmpQualifiers, WhatHasNoneStaysAsItIs) {
  for (const std::string& property :
       {"<q:a rdf:parseType=\"Resource\"><q:b>1</q:b><q:value>2</q:value></q:a>"s,
        "<q:a value=\"1\" q:b=\"2\"/>"s, "<rdf:Seq><rdf:li>1</rdf:li><rdf:li>2</rdf:li></rdf:Seq>"s})
    EXPECT_THAT(without_qualifiers(packet(property)), Optional(HasSubstr(property)));
}

TEST(XmpQualifiers, NothingIsLoadedOrReplaced) {
  const std::string declared = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'><!ENTITY b 'bbbb'>]>" +
                               packet("<q:a>&a;&b;</q:a>");
  EXPECT_THAT(without_qualifiers(declared), Optional(HasSubstr("<q:a>&a;&b;</q:a>")));
}

TEST(XmpQualifiers, OfWhatIsNotWellFormedThereIsNothing) {
  for (const std::string& text : {""s, "<"s, "<a>"s, std::string(500, '<'), "\0"s})
    EXPECT_THAT(without_qualifiers(text), Eq(std::nullopt)) << text;
}

}  // namespace
}  // namespace rucola::render::worker
