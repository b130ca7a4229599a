#include "render/protocol/messages.h"

#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/protocol/socket.h"

namespace rucola::render::protocol {
namespace {

TEST(WorkerProtocol, AJobIsReadAsItWasWritten) {
  Job job{.kind = JobKind::render,
          .limits = {.source_pixels = 1,
                     .source_frames = 2,
                     .output_pixels = 3,
                     .output_side = 4,
                     .cpu_seconds = 5},
          .file_bytes = {6, 7},
          .plan = R"({"a":"b"})",
          .measurement = {.kind = Measurement::Kind::trim, .fuzzy = 12.5, .background = Color{1, 2, 255}},
          .repacking = Repacking::jpg,
          .threads = 3,
          .unless_heavy = true};
  const auto read = read_job(write_job(job));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->kind, JobKind::render);
  EXPECT_EQ(read->limits.source_pixels, 1);
  EXPECT_EQ(read->limits.source_frames, 2);
  EXPECT_EQ(read->limits.output_pixels, 3);
  EXPECT_EQ(read->limits.output_side, 4);
  EXPECT_EQ(read->limits.cpu_seconds, 5);
  EXPECT_THAT(read->file_bytes, testing::ElementsAre(6, 7));
  EXPECT_EQ(read->plan, R"({"a":"b"})");
  EXPECT_EQ(read->measurement.kind, Measurement::Kind::trim);
  EXPECT_DOUBLE_EQ(read->measurement.fuzzy, 12.5);
  EXPECT_EQ(read->measurement.background, (Color{1, 2, 255}));
  EXPECT_EQ(read->repacking, Repacking::jpg);
  EXPECT_EQ(read->threads, 3);
  EXPECT_TRUE(read->unless_heavy);
}

TEST(WorkerProtocol, AnInspectionIsReadAsItWasWritten) {
  Reply reply;
  reply.inspection = {.format = Format::heif,
                      .size = {7, 8},
                      .frames = 9,
                      .opaque = false,
                      .static_metadata_json = R"({"exif":{}})"};
  const auto read = read_reply(write_reply(reply));
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->error);
  EXPECT_EQ(read->inspection.format, Format::heif);
  EXPECT_EQ(read->inspection.size, (Size{7, 8}));
  EXPECT_EQ(read->inspection.frames, 9);
  EXPECT_FALSE(read->inspection.opaque);
  EXPECT_EQ(read->inspection.static_metadata_json, R"({"exif":{}})");
  EXPECT_FALSE(read->is_heavy);
  reply.is_heavy = true;
  EXPECT_TRUE(read_reply(write_reply(reply))->is_heavy);
}

TEST(WorkerProtocol, AnErrorIsReadAsItWasWritten) {
  Reply reply;
  reply.error = Error{ErrorCode::payload_too_large, {"too large"}, {"detail"}};
  const auto read = read_reply(write_reply(reply));
  ASSERT_TRUE(read && read->error);
  EXPECT_EQ(read->error->code, ErrorCode::payload_too_large);
  EXPECT_EQ(read->error->message.text, "too large");
  EXPECT_EQ(read->error->detail.text, "detail");
}

TEST(WorkerProtocol, AWorkerCanNotClaimEveryErrorCode) {
  Reply reply;
  reply.error = Error{ErrorCode::unauthenticated, {"x"}};
  EXPECT_EQ(read_reply(write_reply(reply))->error->code, ErrorCode::internal);
  EXPECT_FALSE(read_reply(R"({"error":"unauthenticated","message":"x","detail":""})"));
}

TEST(WorkerProtocol, NonsenseIsRefused) {
  const std::string good = write_reply(Reply{});
  ASSERT_TRUE(read_reply(good));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = good;
    changed.replace(changed.find(from), from.size(), to);
    return read_reply(changed);
  };
  EXPECT_FALSE(with(R"("result_bytes":0)", R"("result_bytes":-1)"));
  EXPECT_FALSE(with(R"("result_bytes":0)", R"("result_bytes":99999999999)"));
  EXPECT_FALSE(with(R"("result_bytes":0)", R"("result_bytes":"0")"));
  EXPECT_FALSE(with(R"("frames":1)", R"("frames":0)"));
  EXPECT_FALSE(with(R"("width":0)", R"("width":1e300)"));
  EXPECT_FALSE(with(R"("format":"jpg")", R"("format":"exe")"));
  EXPECT_FALSE(with(R"("static_metadata":"{}")", R"("static_metadata":"{")"));
  EXPECT_FALSE(with(R"("static_metadata":"{}")", R"("static_metadata":"[]")"));
  EXPECT_FALSE(read_reply(""));
  EXPECT_FALSE(read_reply("[]"));
  EXPECT_FALSE(read_reply(std::string(1000, '[')));
  EXPECT_FALSE(read_greeting("{}"));
  EXPECT_FALSE(read_job("{}"));
}

TEST(WorkerProtocol, StaticMetadataIsBounded) {
  const auto with = [](std::size_t bytes) {
    constexpr std::size_t frame = 8;
    Reply reply;
    reply.inspection.static_metadata_json = R"({"a":")" + std::string(bytes - frame, 'x') + R"("})";
    return read_reply(write_reply(reply)).has_value();
  };
  EXPECT_TRUE(with(static_metadata_limit_bytes));
  EXPECT_FALSE(with(static_metadata_limit_bytes + 1));
}

/// It was taken for one of the entropy.
TEST(WorkerProtocol, ANumberBeyondAllBoundsIsRefused) {
  Reply measured;
  measured.measured = {1.5, -3e91};
  std::string reply = write_reply(measured);
  EXPECT_TRUE(read_reply(reply)) << reply;
  reply.replace(reply.find("1.5"), 3, "1e999");
  EXPECT_FALSE(read_reply(reply)) << "it would be infinity, which can't be written";
}

/// They would not be sent at all.
TEST(WorkerProtocol, AsManyPartsOfAFilmAsThereMayBeFitIntoAMessage) {
  constexpr double six_years = 189'000'000;
  Reply reply;
  reply.measured = Measured(most_film_parts + 3, std::round(1000 * six_years / most_film_parts + 456) / 1000);
  const std::string text = write_reply(reply);
  EXPECT_LE(text.size(), message_limit_bytes);
  EXPECT_TRUE(read_reply(text));
}

TEST(WorkerProtocol, EveryKindOfMeasurementIsReadAsItWasWritten) {
  for (const auto kind : measurement_kinds) {
    const auto read = read_job(write_job(
        {.kind = JobKind::measure,
         .limits =
             {.source_pixels = 1, .source_frames = 1, .output_pixels = 1, .output_side = 1, .cpu_seconds = 1},
         .file_bytes = {1},
         .plan = "{}",
         .measurement = {.kind = kind}}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->measurement.kind, kind);
  }
}

TEST(WorkerProtocol, AMeasurementThatNobodyKnowsIsRefused) {
  std::string job = write_job(
      {.kind = JobKind::measure,
       .limits =
           {.source_pixels = 1, .source_frames = 1, .output_pixels = 1, .output_side = 1, .cpu_seconds = 1},
       .file_bytes = {1},
       .plan = "{}",
       .measurement = {.kind = Measurement::Kind::trim}});
  ASSERT_TRUE(read_job(job));
  job.replace(job.find(R"("trim")"), 6, R"("mood")");
  EXPECT_FALSE(read_job(job));
}

TEST(WorkerProtocol, AColourThatIsNoneIsRefused) {
  const std::string job = write_job(
      {.kind = JobKind::measure,
       .limits =
           {.source_pixels = 1, .source_frames = 1, .output_pixels = 1, .output_side = 1, .cpu_seconds = 1},
       .file_bytes = {1},
       .plan = "{}",
       .measurement = {.kind = Measurement::Kind::trim, .background = Color{1, 2, 3}}});
  ASSERT_TRUE(read_job(job));
  for (const std::string_view none : {"[1,2]", "[1,2,256]", "[1,2,-1]", "[1,2,3,4]", "null"}) {
    std::string other = job;
    other.replace(other.find("[1,2,3]"), 7, none);
    EXPECT_FALSE(read_job(other)) << none;
  }
}

}  // namespace
}  // namespace rucola::render::protocol
