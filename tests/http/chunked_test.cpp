#include "http/chunked.h"

#include <gtest/gtest.h>

namespace rucola::http {
namespace {

/// Feeds `input` in two slices, cut at `cut`. Nothing where it is malformed or not whole.
std::optional<std::string> decoded(std::string_view input, std::size_t cut) {
  ChunkedDecoder decoder;
  std::string output;
  std::size_t taken = 0;
  for (const std::string_view slice : {input.substr(0, cut), input.substr(cut)}) {
    const auto got = decoder.decode(slice, output);
    if (!got) return std::nullopt;
    taken += *got;
  }
  if (!decoder.done()) return std::nullopt;
  return output + "|" + std::string(input.substr(taken));
}

TEST(ChunkedDecoder, DecodesWhereverTheInputIsCut) {
  const std::string body =
      "5\r\nhello\r\n0000A;name=\"v;x\";other\r\n, chunked \r\n1\r\n!\r\n0\r\nTrailer: dropped\r\nX: "
      "y\r\n\r\nGET /";
  for (std::size_t cut = 0; cut <= body.size(); ++cut) {
    EXPECT_EQ(decoded(body, cut), "hello, chunked !|GET /") << cut;
  }
}

TEST(ChunkedDecoder, DecodesByteByByte) {
  const std::string body = "3\r\nabc\r\n0\r\n\r\n";
  ChunkedDecoder decoder;
  std::string output;
  for (const char byte : body)
    ASSERT_EQ(decoder.decode(std::string_view(&byte, 1), output), 1U);
  EXPECT_TRUE(decoder.done());
  EXPECT_EQ(output, "abc");
}

TEST(ChunkedDecoder, RefusesWhatIsMalformedWhereverItIsCut) {
  for (const std::string bad : {
           "\r\nabc\r\n0\r\n\r\n",           // no size
           "g\r\n",                          // not hex
           "-1\r\n",                         // signed
           "0x3\r\nabc\r\n0\r\n\r\n",        // C's hex
           "3 \r\nabc\r\n0\r\n\r\n",         // a space behind the size
           "3\nabc\r\n0\r\n\r\n",            // bare LF
           "3\rabc\r\n0\r\n\r\n",            // bare CR
           "3\r\nabcd\r\n0\r\n\r\n",         // more data than announced
           "3\r\nabcx\n0\r\n\r\n",           // no CR behind the data
           "3\r\nabc0\r\n\r\n",              // no CRLF behind the data
           "3;\x01\r\nabc\r\n0\r\n\r\n",     // control character in an extension
           "ffffffffffffffffffff\r\n",       // more than 64 bits
           "0\r\n folded: trailer\r\n\r\n",  // obs-fold
           "0\r\nX: a\nY: b\r\n\r\n",        // bare LF in the trailers
       }) {
    for (std::size_t cut = 0; cut <= bad.size(); ++cut)
      EXPECT_EQ(decoded(bad, cut), std::nullopt) << bad << " " << cut;
  }
}

TEST(ChunkedDecoder, LimitsExtensionsAndTrailers) {
  std::string output;
  ChunkedDecoder extension;
  EXPECT_EQ(extension.decode("1;" + std::string(ChunkedDecoder::extension_limit + 1, 'x'), output),
            std::nullopt);
  ChunkedDecoder trailer;
  EXPECT_EQ(trailer.decode("0\r\n" + std::string(ChunkedDecoder::trailer_limit + 1, 'x'), output),
            std::nullopt);
}

TEST(ChunkedDecoder, IsNotDoneBeforeTheLastByte) {
  const std::string body = "1\r\na\r\n0\r\n\r\n";
  for (std::size_t length = 0; length < body.size(); ++length) {
    ChunkedDecoder decoder;
    std::string output;
    EXPECT_EQ(decoder.decode(std::string_view(body).substr(0, length), output), length);
    EXPECT_FALSE(decoder.done()) << length;
  }
}

}  // namespace
}  // namespace rucola::http
