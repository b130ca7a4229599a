#include "security/url_signature.h"

#include <array>
#include <random>
#include <vector>

#include <gmock/gmock.h>

#include "base/percent_encoding.h"
#include "result_matchers.h"

namespace rucola::security {
namespace {

using std::chrono::seconds;
using test::FailsWith;
using test::Succeeds;
using testing::HasSubstr;

// Key and the first signatures are those of the public client's own tests; the others were computed by
// Python's hashlib.
const std::string key = "OCOuisGe30QyocYkQN1SPErGGKunyuhZ";
constexpr Time until{seconds{2'527'916'700}};  // 2050-02-08 07:05:00 UTC

Result<std::optional<Time>> verify(std::string_view path, std::string_view query, Time at = {},
                                   std::vector<std::string> keys = {key}) {
  return verify_url(std::array{path}, query, keys, at);
}

std::string why(const Result<std::optional<Time>>& result) {
  return result ? "it was accepted" : result.error().message.text;
}

TEST(UrlSignature, IsTheOneOfTheClients) {
  EXPECT_EQ(url_signature("/dynamic/c1b110.jpg", key), "62e7a9ccd3dea053");
  EXPECT_EQ(sign_url("/dynamic/c1b110.jpg", "", {}, key), "/dynamic/c1b110.jpg?sig=62e7a9ccd3dea053");
  EXPECT_EQ(sign_url("/dynamic/c1b110.jpg", R"(v={"a":"b"})", {}, key),
            "/dynamic/c1b110.jpg?v=%7B%22a%22%3A%22b%22%7D&sig=9259f07089f76a05");
  EXPECT_EQ(sign_url("/dynamic/c1b110.jpg", "foo=bar&lala=hello&soso&sig=lala&sigopts=84989", {}, key),
            "/dynamic/c1b110.jpg?foo=bar&lala=hello&soso=&sig=4d6173249ba045f0");
  EXPECT_EQ(sign_url("/dynamic/c1b110.jpg", "", until, key),
            "/dynamic/c1b110.jpg?sigopts=%7B%22until%22%3A%222050-02-08T07%3A05%3A00%2B00%3A00%22%7D"
            "&sig=95fd77f64a0a72c2");
}

TEST(UrlSignature, OfTheClientsIsAccepted) {
  EXPECT_THAT(verify("/dynamic/c1b110.jpg", "sig=62e7a9ccd3dea053"), Succeeds());
  EXPECT_THAT(verify("/dynamic/c1b110.jpg", "v=%7B%22a%22%3A%22b%22%7D&sig=9259f07089f76a05"), Succeeds());
  EXPECT_THAT(verify("/dynamic/c1b110.jpg", "foo=bar&lala=hello&soso=&sig=4d6173249ba045f0"), Succeeds());
  const auto limited = verify("/dynamic/c1b110.jpg",
                              "sigopts=%7B%22until%22%3A%222050-02-08T07%3A05%3A00.000Z%22%7D"
                              "&sig=0f6370995020ce81");
  ASSERT_THAT(limited, Succeeds());
  EXPECT_EQ(*limited, until);
}

TEST(UrlSignature, MayStandAnywhereInTheQuery) {
  EXPECT_THAT(verify("/dynamic/c1b110.jpg", "sig=5065b3ad5cd8cb1b&a=1&b=2"), Succeeds());
  EXPECT_THAT(verify("/dynamic/c1b110.jpg", "a=1&sig=5065b3ad5cd8cb1b&b=2"), Succeeds());
  EXPECT_THAT(verify("/dynamic/c1b110.jpg", "b=2&a=1&sig=5065b3ad5cd8cb1b"), FailsWith(ErrorCode::forbidden));
}

TEST(UrlSignature, SurvivesOtherEscapes) {
  for (const char* query : {"v=%7B%22a%22%3A%22x+y%22%7D&b=%7E*%27", "v={%22a%22:%22x%20y%22}&b=~*'",
                            R"(v={"a":"x+y"}&b=~*')", "v=%7b%22a%22%3a%22x+y%22%7d&b=%7e%2a%27"}) {
    EXPECT_THAT(verify("/dynamic/c1b110.jpg", std::string(query) + "&sig=04bb460de92d1765"), Succeeds())
        << query;
  }
  for (const char* path :
       {"/dynamic/resize-width-%7Bx%7D-[2]/c1b110.jpg", "/dynamic/resize-width-{x}-[2]/c1b110.jpg",
        "/dynamic/resize-width-%7bx%7d-%5B2%5D/c1b110.jpg"}) {
    EXPECT_THAT(verify(path, "sig=9634f36374b76b58"), Succeeds()) << path;
  }
}

TEST(UrlSignature, OtherEscapesOfAnotherMeaningDoNotFit) {
  EXPECT_THAT(verify("/dynamic/a%2Fb/c1b110.jpg", "sig=b9c2c149f4d5c563"), Succeeds());
  EXPECT_THAT(verify("/dynamic/a/b/c1b110.jpg", "sig=b9c2c149f4d5c563"), FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(verify("/dynamic/a%252Fb/c1b110.jpg", "sig=aecb48d98121a109"), Succeeds());
  EXPECT_THAT(verify("/dynamic/a%2Fb/c1b110.jpg", "sig=aecb48d98121a109"), FailsWith(ErrorCode::forbidden));
}

TEST(UrlSignature, OfAnyKeyAndAnyPathCounts) {
  const std::vector<std::string> keys{key, "secondkeysecondkeysecondkeysecon"};
  EXPECT_THAT(verify("/dynamic/c1b110.jpg", "sig=10b00888631d779f", {}, keys), Succeeds());
  EXPECT_THAT(verify("/dynamic/c1b110.jpg", "sig=62e7a9ccd3dea053", {}, keys), Succeeds());
  EXPECT_THAT(verify("/dynamic/c1b110.jpg", "sig=10b00888631d779f"), FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(verify("/dynamic/c1b110.jpg", "sig=62e7a9ccd3dea053", {}, {}), FailsWith(ErrorCode::forbidden));
  const std::array<std::string_view, 2> paths{"/dynamic/c1b110/slug.jpg", "/dynamic/c1b110.jpg"};
  EXPECT_THAT(verify_url(paths, "sig=62e7a9ccd3dea053", std::array{key}, {}), Succeeds());
}

TEST(UrlSignature, MissingOrWrongIsRefusedWithTheReason) {
  const std::string path = "/dynamic/c1b110.jpg";
  EXPECT_THAT(why(verify(path, "")), HasSubstr("needs a signature"));
  EXPECT_THAT(why(verify(path, "v=1")), HasSubstr("needs a signature"));
  EXPECT_THAT(why(verify(path, "sig=")), HasSubstr("malformed"));
  EXPECT_THAT(why(verify(path, "sig=62e7a9ccd3dea05")), HasSubstr("malformed"));
  EXPECT_THAT(why(verify(path, "sig=62E7A9CCD3DEA053")), HasSubstr("malformed"));
  EXPECT_THAT(why(verify(path, "sig=62e7a9ccd3dea054")), HasSubstr("does not fit"));
  EXPECT_THAT(why(verify(path, "x=1&sig=62e7a9ccd3dea053")), HasSubstr("does not fit"));
  EXPECT_THAT(why(verify("/dynamic/c1b111.jpg", "sig=62e7a9ccd3dea053")), HasSubstr("does not fit"));
  EXPECT_THAT(why(verify(path, "sig=62e7a9ccd3dea053&sig=62e7a9ccd3dea053")), HasSubstr("more than once"));
  EXPECT_THAT(why(verify(path, "sig=62e7a9ccd3dea053&%73ig=62e7a9ccd3dea054")), HasSubstr("more than once"));
}

TEST(UrlSignature, IsOverWhenItsTimeIs) {
  const std::string path = "/dynamic/c1b110.jpg";
  const std::string query =
      "sigopts=%7B%22until%22%3A%222050-02-08T07%3A05%3A00.000Z%22%7D&sig=0f6370995020ce81";
  EXPECT_THAT(verify(path, query, until - std::chrono::milliseconds{1}), Succeeds());
  EXPECT_THAT(why(verify(path, query, until)), HasSubstr("was good until 2050-02-08T07:05:00+00:00"));
  EXPECT_THAT(verify(path, query, until + std::chrono::hours{1}), FailsWith(ErrorCode::forbidden));
}

TEST(UrlSignature, ItsEndCanNotBeHidden) {
  const std::string path = "/dynamic/c1b110.jpg";
  for (const char* query : {"%73igopts=%7B%22until%22%3A%222050-02-08T07%3A05%3A00.000Z%22%7D",
                            "&sigopts={%22until%22:%222050-02-08T07:05:00.000Z%22}"}) {
    const auto result = verify(path, std::string(query) + "&sig=0f6370995020ce81", until);
    EXPECT_THAT(why(result), HasSubstr("was good until")) << query;
  }
  EXPECT_THAT(verify(path, "sig=0f6370995020ce81"), FailsWith(ErrorCode::forbidden));
}

/// What a URL means: its segments and its parameters but `sig`, decoded.
std::vector<std::string> meaning_of(std::string_view path, std::string_view query) {
  std::vector<std::string> parts;
  const auto add = [&](std::string_view text, char separator, auto decode) {
    while (true) {
      const std::string_view part = text.substr(0, text.find(separator));
      const std::string decoded = decode(part).value_or("broken: " + std::string(part));
      if (separator == '/' || (!part.empty() && !decoded.starts_with("sig="))) parts.push_back(decoded);
      if (part.size() == text.size()) return;
      text.remove_prefix(part.size() + 1);
    }
  };
  const auto as_pair = [](std::string_view pair) {
    auto decoded = form_decode(pair);
    if (decoded && !pair.contains('=')) *decoded += '=';
    return decoded;
  };
  add(path, '/', percent_decode);
  parts.emplace_back("?");
  add(query, '&', as_pair);
  return parts;
}

TEST(UrlSignature, NoEditThatChangesTheMeaningGetsThrough) {
  const std::string path = "/dynamic/a{%2F}-[2]/c1b110.jpg";
  const std::string signed_url = sign_url(path, R"(v={"a":"x y+%2B%26"}&w)", until, key);
  std::mt19937 random(1);  // the same edits in each run
  const auto below = [&](std::size_t end) { return random() % end; };
  constexpr std::array<std::string_view, 16> pieces{"%", "2", "F",   "f", "/",   "&",   "=",        "+",
                                                    " ", "{", "%7B", "?", "%2B", "%20", "sigopts=", "%73ig"};
  const std::size_t question = signed_url.find('?');
  const auto meaning = meaning_of(signed_url.substr(0, question), signed_url.substr(question + 1));
  int accepted = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string url = signed_url;
    for (std::size_t edits = 1 + below(3); edits > 0; --edits)
      url.replace(below(url.size()), below(4), below(3) == 0 ? "" : pieces.at(below(pieces.size())));
    const std::size_t mark = std::min(url.find('?'), url.size());
    const std::string query = url.substr(std::min(mark + 1, url.size()));
    const std::string sent = url.substr(0, mark);
    if (!verify(sent, query)) continue;
    ++accepted;
    EXPECT_EQ(meaning_of(sent, query), meaning) << url;
  }
  EXPECT_GT(accepted, 10) << "some edits change nothing";
}

TEST(UrlSignature, OptionsThatAreNotUnderstoodAreRefused) {
  const std::string path = "/dynamic/c1b110.jpg";
  EXPECT_THAT(why(verify(path, "sigopts=%7B%22ip%22%3A%221.2.3.4%22%7D&sig=0e50d148764cf369")),
              HasSubstr("The option \"ip\" of \"sigopts\""));
  EXPECT_THAT(why(verify(path, "sigopts=x&sig=a3e5c7500655065b")),
              HasSubstr("must be a URL-encoded JSON object"));
  EXPECT_THAT(why(verify(path, "sigopts=%7B%22until%22%3A%22soon%22%7D&sig=b0ec1b7fb97e301e")),
              HasSubstr("must be a date"));
  EXPECT_THAT(why(verify(path, "sigopts=%7B%7D&sigopts=%7B%7D&sig=2d9827f6356665d8")),
              HasSubstr("more than once"));
  const auto unlimited = verify(path, "sigopts=%7B%7D&sig=cf8745278be2f436");
  ASSERT_THAT(unlimited, Succeeds());
  EXPECT_EQ(*unlimited, std::nullopt);
}

TEST(UrlSignature, APlusThatAFormMadeABlankIsAnOffsetStill) {
  const auto limited =
      verify("/dynamic/c1b110.jpg",
             "sigopts=%7B%22until%22:%222050-02-08T07:05:00+01:00%22%7D&sig=d91c26666dcee3ec");
  ASSERT_THAT(limited, Succeeds());
  EXPECT_EQ(*limited, until - std::chrono::hours{1});
}

}  // namespace
}  // namespace rucola::security
