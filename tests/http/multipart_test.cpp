#include "http/multipart.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::http {
namespace {

/// Writes down what it is told; adjoining data calls become one, since where data is cut does not matter.
class Recorder : public PartSink {
 public:
  std::string log;

  Result<void> begin_part(PartHead head) override {
    log += "[" + head.name + "|" + head.filename.value_or("-") + "|" + head.content_type + "]";
    return {};
  }
  Result<void> part_data(std::string_view bytes) override {
    if (bytes.empty()) log += "(empty call)";
    log += bytes;
    return {};
  }
  Result<void> end_part() override {
    log += "<end>";
    return {};
  }
};

struct Outcome {
  std::string log;
  std::string error;
};

Outcome parse(const std::vector<std::string_view>& slices) {
  Recorder recorder;
  MultipartParser parser("XyZ", recorder);
  for (const std::string_view slice : slices) {
    if (auto fed = parser.feed(slice); !fed) return {recorder.log, fed.error().message.text};
  }
  auto finished = parser.finish();
  return {recorder.log, finished ? "" : finished.error().message.text};
}

const std::string form =
    "--XyZ\r\n"
    "Content-Disposition: form-data; name=\"filedata\"; filename=\"a \\\"b\\\".jpg\"\r\n"
    "Content-Type: image/jpeg\r\n"
    "\r\n"
    "\r\n--XyXY\r\n--Xy\r\r\n\r\nJPEG\r\n"
    "\r\n--XyZ\r\n"
    "content-disposition: form-data; name=empty\r\n"
    "\r\n"
    "\r\n--XyZ\r\n"
    "Content-Disposition: form-data; name=\"meta_user[0]\"\r\n"
    "\r\n"
    "{\"a\":1}"
    "\r\n--XyZ--\r\n";

const std::string form_log =
    "[filedata|a "
    "\"b\".jpg|image/"
    "jpeg]\r\n--XyXY\r\n--Xy\r\r\n\r\nJPEG\r\n<end>[empty|-|]<end>[meta_user[0]|-|]{\"a\":1}<end>";

TEST(MultipartParser, SaysTheSameAtEverySplit) {
  for (std::size_t cut = 0; cut <= form.size(); ++cut) {
    const std::string_view bytes = form;
    const Outcome outcome = parse({bytes.substr(0, cut), bytes.substr(cut)});
    ASSERT_EQ(outcome.error, "") << cut;
    ASSERT_EQ(outcome.log, form_log) << cut;
  }
}

TEST(MultipartParser, SaysTheSameAtEveryPairOfSplits) {
  const std::string_view bytes = form;
  for (std::size_t first = 0; first <= form.size(); ++first) {
    for (std::size_t second = first; second <= form.size(); ++second) {
      const Outcome outcome =
          parse({bytes.substr(0, first), bytes.substr(first, second - first), bytes.substr(second)});
      ASSERT_EQ(outcome.log, form_log) << first << " " << second;
      ASSERT_EQ(outcome.error, "");
    }
  }
}

TEST(MultipartParser, SaysTheSameByteByByte) {
  std::vector<std::string_view> slices;
  for (std::size_t i = 0; i < form.size(); ++i)
    slices.push_back(std::string_view(form).substr(i, 1));
  EXPECT_EQ(parse(slices).log, form_log);
}

TEST(MultipartParser, IsNotFinishedBeforeTheLastDelimiter) {
  const std::size_t whole = form.size() - 2;  // the line end behind it is optional
  for (std::size_t length = 0; length < whole; ++length) {
    EXPECT_NE(parse({std::string_view(form).substr(0, length)}).error, "") << length;
  }
  EXPECT_EQ(parse({std::string_view(form).substr(0, whole)}).error, "");
}

TEST(MultipartParser, IgnoresWhatStandsAroundTheParts) {
  std::string padded = form;
  for (std::size_t at = padded.find("--XyZ\r\n"); at != std::string::npos;
       at = padded.find("--XyZ\r\n", at + 1))
    padded.insert(at + 5, " \t ");
  for (const std::string& body :
       {"\r\n" + form, "This is a form.\r\n\r\n--Xy\r\n-\r\r\n" + form, "--Xy\r\n" + form, form + "epilogue",
        form + "\r\n--XyZ\r\n\r\nno part", form.substr(0, form.size() - 2) + "  \r\n", padded}) {
    for (std::size_t cut = 0; cut <= body.size(); ++cut) {
      const Outcome outcome =
          parse({std::string_view(body).substr(0, cut), std::string_view(body).substr(cut)});
      ASSERT_EQ(outcome.error, "") << body << cut;
      ASSERT_EQ(outcome.log, form_log) << body << cut;
    }
  }
}

std::string with_part_head(const std::string& head) {
  return "--XyZ\r\n" + head + "\r\n\r\ndata\r\n--XyZ--\r\n";
}

TEST(MultipartParser, RefusesWhatIsMalformedAtEverySplit) {
  const std::string good = "Content-Disposition: form-data; name=\"a\"";
  const std::vector<std::string> bad = {
      "preamble" + form,
      "--Other\r\n",
      "--XyZ \r\n",
      "--XyZ x\r\n",
      "--XyZ --\r\n",
      "--XyZ\n",
      "--XyZ-\r\n",
      with_part_head("Content-Type: text/plain"),
      with_part_head(good + "\r\n" + good),
      with_part_head("Content-Disposition: inline; name=\"a\""),
      with_part_head("Content-Disposition: form-data"),
      with_part_head("Content-Disposition: form-data; name=\"a"),
      with_part_head("Content-Disposition: form-data; name=\"a\"; name=\"b\""),
      with_part_head("Content-Disposition: form-data; name=\"a\"; junk"),
      with_part_head("Content-Disposition: form-data; name=\"a\" junk"),
      with_part_head("Content-Disposition : form-data; name=\"a\""),
      with_part_head(" folded\r\n" + good),
      with_part_head(good + "\r\nContent-Transfer-Encoding: base64"),
      with_part_head("Content-Disposition: form-data; name=\"a\nb\""),
      with_part_head(good + "\r\nX: " + std::string(MultipartParser::part_head_limit, 'x')),
  };
  for (const std::string& body : bad) {
    const std::size_t step = body.size() > 2000 ? 997 : 1;
    for (std::size_t cut = 0; cut <= body.size(); cut += step) {
      EXPECT_NE(parse({std::string_view(body).substr(0, cut), std::string_view(body).substr(cut)}).error, "")
          << cut << " " << body.substr(0, 200);
    }
  }
}

TEST(MultipartParser, ReadsTheNamesThatClientsSend) {
  const auto log_of = [](const std::string& disposition) {
    return parse({with_part_head("Content-Disposition: form-data; " + disposition)}).log;
  };
  EXPECT_THAT(log_of("name=\"a\"; filename=\"C:\\dir\\x.jpg\""), testing::StartsWith("[a|C:\\dir\\x.jpg|"));
  EXPECT_THAT(log_of("filename=x.jpg; name=a"), testing::StartsWith("[a|x.jpg|"));
  EXPECT_THAT(log_of("name=\"a\"; filename=\"\""), testing::StartsWith("[a||"));
  EXPECT_THAT(log_of("name=\"a\"; filename=\"n.jpg\"; filename*=UTF-8''na%C3%AFve.jpg"),
              testing::StartsWith("[a|na\xc3\xafve.jpg|"));
  EXPECT_THAT(log_of("name=\"a\"; filename=\"x;y=z.jpg\""), testing::StartsWith("[a|x;y=z.jpg|"));
}

TEST(MultipartParser, PassesOnWhatTheSinkSays) {
  class Full : public Recorder {
    Result<void> part_data(std::string_view) override { return fail(ErrorCode::storage_full, "full"); }
  } sink;
  MultipartParser parser("XyZ", sink);
  const auto fed = parser.feed(form);
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, ErrorCode::storage_full);
}

TEST(MultipartBoundary, IsReadFromTheContentType) {
  EXPECT_EQ(*multipart_boundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(*multipart_boundary("Multipart/Form-Data; charset=utf-8; Boundary=\"a b'()+_,-./:=?\""),
            "a b'()+_,-./:=?");
  EXPECT_EQ(*multipart_boundary("application/json; boundary=----7deb"), "----7deb");
}

TEST(MultipartBoundary, TellsAnotherTypeFromABadBoundary) {
  for (const char* type : {"", "application/json", "application/json; charset=utf-8",
                           "multipart/mixed; boundary=a", "multipart/form-datax; boundary=a"}) {
    EXPECT_EQ(multipart_boundary(type).error().code, ErrorCode::unsupported_media_type) << type;
  }
  for (const std::string& type :
       {std::string("multipart/form-data"), std::string("multipart/form-data; boundary="),
        std::string("multipart/form-data; boundary=\"a "),
        std::string("multipart/form-data; boundary=\"a \""), std::string("multipart/form-data; boundary=a{}"),
        "multipart/form-data; boundary=" + std::string(71, 'a')}) {
    EXPECT_EQ(multipart_boundary(type).error().code, ErrorCode::bad_request) << type;
  }
}

}  // namespace
}  // namespace rucola::http
