#include "delivery/planning/film_urls.h"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::delivery {
namespace {

using test::FailsWith;

const std::string hash(40, 'a');
constexpr std::string_view name = "583-1280x720_0.ts";

/// Of the render path behind `before`.
Result<FilmUrls> urls(const std::string& render_path, const std::string& before = "",
                      const std::string& query = "", const std::string& path_prefix = "") {
  message::Request request;
  request.path = before + render_path;
  request.path_prefix = path_prefix;
  request.query = query;
  const auto url = parse_render_path(render_path);
  if (!url) return std::unexpected(url.error());
  return FilmUrls::of(request, *url, hash);
}

std::string first(const std::string& render_path, const std::string& before = "",
                  const std::string& query = "", const std::string& path_prefix = "") {
  const auto found = urls(render_path, before, query, path_prefix);
  return found ? (*found)(name) : found.error().message.text;
}

TEST(FilmUrls, TheyBeginAsTheListAndNameTheHash) {
  const std::string end = hash + "/583-1280x720_0.ts";
  EXPECT_EQ(first("/dynamic/" + hash + ".m3u8"), "/dynamic/" + end);
  EXPECT_EQ(first("/dynamic/aaaaaa.m3u8"), "/dynamic/" + end);
  EXPECT_EQ(first("/dynamic/-_trailer_-.m3u8"), "/dynamic/" + end);
  EXPECT_EQ(first("/dynamic/-_trailer_-/6167-1920x1080.m3u8"), "/dynamic/" + end);
  EXPECT_EQ(first("/dynamic/%2D_trailer_%2D/slug.m3u8"), "/dynamic/" + end);
  EXPECT_EQ(first("/dynamic/aaaaaa/.m3u8"), "/dynamic/" + end);
  EXPECT_EQ(first("/thumb/o-mp4.quality-30--v-w-%5B1%2F2%5D/aaaaaa.m3u8"),
            "/thumb/o-mp4.quality-30--v-w-%5B1%2F2%5D/" + end);
}

TEST(FilmUrls, WhatStandsBeforeTheStackIsKept) {
  const std::string end = "/dynamic/" + hash + "/583-1280x720_0.ts";
  EXPECT_EQ(first("/dynamic/aaaaaa.m3u8", "/render/acme"), "/render/acme" + end);
  EXPECT_EQ(first("/dynamic/aaaaaa.m3u8", "/render/acme", "", "/img"), "/img/render/acme" + end);
  EXPECT_EQ(first("//dynamic/aaaaaa.m3u8"), end) << "it would be a host";
}

TEST(FilmUrls, ALinkedVideoHasItsOwnHash) {
  const auto found = urls("/dynamic/-_trailer_-.m3u");
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)("1-2x2.m3u8", "abcdef"), "/dynamic/abcdef/1-2x2.m3u8");
}

TEST(FilmUrls, OfTheQueryOnlyVariablesAreKept) {
  EXPECT_EQ(first("/dynamic/aaaaaa.m3u8", "", "a=1&v=%7B%22w%22%3A1%7D&sig=0123456789abcdef&v=2"),
            "/dynamic/" + hash + "/583-1280x720_0.ts?v=%7B%22w%22%3A1%7D");
  EXPECT_EQ(first("/dynamic/aaaaaa.m3u8", "", "sig=0123456789abcdef"),
            "/dynamic/" + hash + "/583-1280x720_0.ts");
}

TEST(FilmUrls, ASlugWithSlashesIsRefused) {
  EXPECT_THAT(urls("/dynamic/aaaaaa/[a/b].m3u8"), FailsWith(ErrorCode::bad_request));
}

TEST(FilmUrls, TheyAreSigned) {
  auto found = urls("/dynamic/aaaaaa.m3u8", "/render/acme", "v=2&sig=0123456789abcdef");
  ASSERT_TRUE(found);
  found->sign([](std::string_view path, std::string_view query) {
    return std::string(path).append("?").append(query).append("&signed");
  });
  EXPECT_EQ((*found)(name), "/render/acme/dynamic/" + hash + "/583-1280x720_0.ts?v=2&signed");
}

}  // namespace
}  // namespace rucola::delivery
