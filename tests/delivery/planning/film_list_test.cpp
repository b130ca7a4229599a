#include "delivery/planning/film_list.h"

#include <string>

#include <gtest/gtest.h>

namespace rucola::delivery {
namespace {

using render::FilmList;

const FilmList::Rendition whole{.name = "6167-1280x720", .size = {1280, 720}, .bits_per_second = 6'314'953};
const FilmList::Rendition small{.name = "2180-640x360", .size = {640, 360}, .bits_per_second = 2'232'673.04};
const FilmList::Rendition linked{
    .name = "1-320x180", .size = {320, 180}, .bits_per_second = 0.1, .video = "def"};

std::string listed(const FilmList& list) {
  return film_list(list, [](std::string_view name, std::string_view other) {
    return "/dynamic/" + std::string(other.empty() ? "abc" : other) + "/" + std::string(name) + "?v=1";
  });
}

TEST(FilmListText, PartsHaveTheirSeconds) {
  EXPECT_EQ(listed({.of = FilmList::Of::parts, .renditions = {whole}, .seconds = {6, 6.04, 2.5}}),
            "#EXTM3U\n"
            "#EXT-X-VERSION:3\n"
            "#EXT-X-TARGETDURATION:7\n"
            "#EXT-X-MEDIA-SEQUENCE:0\n"
            "#EXT-X-PLAYLIST-TYPE:VOD\n"
            "#EXTINF:6.000000,\n"
            "/dynamic/abc/6167-1280x720_0.ts?v=1\n"
            "#EXTINF:6.040000,\n"
            "/dynamic/abc/6167-1280x720_1.ts?v=1\n"
            "#EXTINF:2.500000,\n"
            "/dynamic/abc/6167-1280x720_2.ts?v=1\n"
            "#EXT-X-ENDLIST\n");
}

TEST(FilmListText, RenditionsHaveTheirRate) {
  EXPECT_EQ(listed({.of = FilmList::Of::renditions, .renditions = {whole, small, linked}}),
            "#EXTM3U\n"
            "#EXT-X-VERSION:3\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=6314953,RESOLUTION=1280x720\n"
            "/dynamic/abc/6167-1280x720.m3u8?v=1\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=2232673,RESOLUTION=640x360\n"
            "/dynamic/abc/2180-640x360.m3u8?v=1\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=320x180\n"
            "/dynamic/def/1-320x180.m3u8?v=1\n");
}

TEST(FilmListText, NothingLastsNoTime) {
  const std::string text = listed({.of = FilmList::Of::parts, .renditions = {whole}, .seconds = {0}});
  EXPECT_NE(text.find("#EXT-X-TARGETDURATION:1\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace rucola::delivery
