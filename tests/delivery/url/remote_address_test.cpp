#include "delivery/url/remote_address.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::delivery {
namespace {

using testing::HasSubstr;

void expect_time(const std::string& text, const std::string& url, std::int32_t milliseconds) {
  const RemoteAddress address = read_address(text);
  EXPECT_EQ(address.url, url) << text;
  EXPECT_EQ(address.time, milliseconds) << text;
}

void expect_none(const std::string& text) {
  const RemoteAddress address = read_address(text);
  EXPECT_EQ(address.url, text);
  EXPECT_EQ(address.time, std::nullopt) << text;
}

TEST(RemoteAddress, ATimeMayStandBehindIt) {
  const std::string film = "https://a.example/films/b.mp4";
  expect_time(film + "@00:00:22", film, 22'000);
  expect_time(film + "@00:00:00", film, 0);
  expect_time(film + "@99:59:59.999", film, 359'999'999);
  expect_time("films/b.mp4@00:00:22.5", "films/b.mp4", 22'500);
}

TEST(RemoteAddress, ATimeIsSpelledAsTheStackOptionIs) {
  const std::string film = "https://a.example/b.mp4";
  expect_time(film + "@22", film, 22'000);
  expect_time(film + "@1:02", film, 62'000);
  expect_time(film + "@1:02:03.04", film, 3'723'040);
  for (const char* text : {"@", "@x", "@100:00:00", "@360000", "@00:60:00", "@00:00:60", "@1.", "@.5",
                           "@1.2345", "@-1", "@+1", "@ 22", "@22 ", "@2x", "@1:2:3:4", "@%32"})
    expect_none(film + text);
}

TEST(RemoteAddress, TheTimeIsTheVeryEnd) {
  expect_time("https://a.example/b.mp4?token=c@22", "https://a.example/b.mp4?token=c", 22'000);
  expect_time("https://a.example/b.mp4#c@22", "https://a.example/b.mp4#c", 22'000);
  expect_time("https://a.example?b.mp4@22", "https://a.example?b.mp4", 22'000);
  expect_time("https://a.example/@22", "https://a.example/", 22'000);
  for (const char* text : {"https://a.example/b.mp4@22?token=c", "https://a.example/b.mp4@22#c",
                           "https://a.example/@22/b.mp4", "https://a.example/b.mp4@22/"})
    expect_none(text);
}

TEST(RemoteAddress, OfSeveralTheLastOneCounts) {
  expect_time("https://a.example/@b/c@d.mp4@22", "https://a.example/@b/c@d.mp4", 22'000);
  expect_time("https://a.example/b.mp4@11@22", "https://a.example/b.mp4@11", 22'000);
  expect_none("https://a.example/b.mp4@22@c");
}

TEST(RemoteAddress, AnAtThatIsNoTimeIsAPartOfIt) {
  for (const char* text : {"https://a.example/icon@2x.png", "https://a.example/@somebody/b.jpg",
                           "https://a.example/three@0.16.0", "https://a.example/mail@b.example",
                           "https://a.example/photo%402", "https://a.example/b.jpg", ""})
    expect_none(text);
}

/// "https://12@34" would have led to the server 12.
TEST(RemoteAddress, AUserNameIsNoUrlBeforeATime) {
  for (const char* text :
       {"https://user@12", "https://user:secret@00:00:22", "HTTP://user@12", "https:/user@12",
        "https://a.example@22", "https://user@12/b.jpg", "https:////user@12"})
    expect_none(text);
  expect_time("https://user@a.example/b.mp4@22", "https://user@a.example/b.mp4", 22'000);
}

TEST(RemoteAddress, NothingIsNoUrlBeforeATime) {
  expect_none("@22");
  expect_none("@00:00:22");
}

TEST(RemoteAddress, EachTimeIsAnImageOfItsOwnHoweverItIsSpelled) {
  const std::string film = "https://a.example/b.mp4";
  EXPECT_EQ(read_address(film).name(), film);
  EXPECT_EQ(read_address(film + "@22").name(), read_address(film + "@00:00:22.000").name());
  EXPECT_NE(read_address(film + "@22").name(), read_address(film + "@23").name());
  EXPECT_NE(read_address(film + "@22").name(), read_address(film + "@22.001").name());
  EXPECT_NE(read_address(film + "@0").name(), film);
}

/// What ends so by itself is another address.
TEST(RemoteAddress, ANameIsNoUrl) {
  const RemoteAddress by_itself{.url = "https://a.example/@22"};
  EXPECT_NE(read_address("https://a.example/@22").name(), by_itself.name());
  EXPECT_THAT(read_address("https://a.example/@22").name(), HasSubstr(" "));
}

TEST(RemoteAddress, WhoMeantTheAtAsAPartOfItIsTold) {
  const Error missing{ErrorCode::unprocessable, {"404."}, {"for the log"}};
  const Error told = about_time_too(missing, 22'000);
  EXPECT_THAT(told.message.text, HasSubstr("404. What stands behind"));
  EXPECT_THAT(told.message.text, HasSubstr("%40"));
  EXPECT_EQ(told.detail.text, "for the log");
  EXPECT_EQ(about_time_too(missing, std::nullopt).message.text, "404.");
  EXPECT_EQ(about_time_too({ErrorCode::overloaded, {"Later."}}, 22'000).message.text, "Later.");
  EXPECT_THAT(no_video_behind("jpg").message.text, AllOf(HasSubstr("\"jpg\""), HasSubstr("%40")));
}

}  // namespace
}  // namespace rucola::delivery
