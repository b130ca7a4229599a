#include "delivery/planning/film_list.h"

#include <string>

#include <gtest/gtest.h>

namespace rucola::delivery {
namespace {

using render::FilmList;

render::Film film() {
  return render::film_of({1, 6'314'953, 6, 6.04, 2.5}, {1280, 720}).value();
}

std::string listed(const FilmList& list) {
  return film_list(list, [](std::string_view name) { return "/dynamic/abc/" + std::string(name) + "?v=1"; });
}

TEST(FilmListText, PartsHaveTheirSeconds) {
  EXPECT_EQ(listed({.of = FilmList::Of::parts, .film = film(), .renditions = {{1280, 720}}}),
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
  EXPECT_EQ(listed({.of = FilmList::Of::renditions, .film = film(), .renditions = {{1280, 720}, {640, 360}}}),
            "#EXTM3U\n"
            "#EXT-X-VERSION:3\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=6314953,RESOLUTION=1280x720\n"
            "/dynamic/abc/6167-1280x720.m3u8?v=1\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=2232673,RESOLUTION=640x360\n"
            "/dynamic/abc/2180-640x360.m3u8?v=1\n");
}

TEST(FilmListText, NothingLastsNoTime) {
  const render::Film moment = render::film_of({1, 0, 0}, {1280, 720}).value();
  const std::string text = listed({.of = FilmList::Of::parts, .film = moment, .renditions = {{1280, 720}}});
  EXPECT_NE(text.find("#EXT-X-TARGETDURATION:1\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace rucola::delivery
