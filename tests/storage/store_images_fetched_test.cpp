// Images that came from a URL.
#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

class StoreImagesFetched : public StoreConformance {};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreImagesFetched, testing::ValuesIn(store_backends()), backend_name);

/// The full hash of the image, as a render finds it.
Result<std::string> fetched_from(catalog::Store& store, const std::string& organization,
                                 const std::string& url) {
  Result<std::string> found = fail(ErrorCode::internal, "nobody was asked");
  const auto read = store.render_lookup().read(
      [&](catalog::RenderSnapshot& snapshot) { found = snapshot.remote_image(organization, url); });
  if (!read) return std::unexpected(read.error());
  return found;
}

TEST_P(StoreImagesFetched, RememberWhatTheyWereFetchedFrom) {
  const std::string url = "https://example.org/a.jpg?b=c";
  EXPECT_THAT(fetched_from(*store, "acme", url), FailsWith(ErrorCode::not_found));
  EXPECT_EQ(store->images().add_fetched(picture(1), url).value(), picture(1).hash);
  EXPECT_THAT(store->images().find("acme", picture(1).hash), Succeeds());
  EXPECT_EQ(fetched_from(*store, "acme", url).value(), picture(1).hash);
  EXPECT_THAT(fetched_from(*store, "acme", url + "d"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(fetched_from(*store, "other", url), FailsWith(ErrorCode::not_found));
  EXPECT_EQ(store->images().add_fetched(picture(2), url).value(), picture(2).hash);
  EXPECT_EQ(fetched_from(*store, "acme", url).value(), picture(2).hash);
  EXPECT_THAT(store->images().add_fetched(picture(1, "nobody"), url), FailsWith(ErrorCode::not_found));
}

/// Anybody's render URL did, with the same bytes from anywhere.
TEST_P(StoreImagesFetched, AreNotFetchedBackToLife) {
  const std::string hash = add(1);
  ASSERT_THAT(store->images().remove("acme", hash), Succeeds());
  EXPECT_EQ(store->images().add_fetched(picture(1), "http://a.example/").value(), hash);
  EXPECT_THAT(store->images().find("acme", hash), FailsWith(ErrorCode::not_found));
  EXPECT_EQ(fetched_from(*store, "acme", "http://a.example/").value(), hash) << "it is not fetched again";
  // Who uploads it wants it, and may.
  ASSERT_THAT(store->images().add(picture(1)), Succeeds());
  EXPECT_THAT(store->images().find("acme", hash), Succeeds());
  EXPECT_EQ(store->images().add_fetched(picture(1), "http://b.example/").value(), hash);
}

TEST_P(StoreImagesFetched, OfAFileThatWasDeletedAreNotFetchedInAnotherVariant) {
  catalog::SourceImage shielded = picture(1);
  shielded.is_protected = true;
  shielded.hash = catalog::image_hash(shielded.blob, "{}", true);
  ASSERT_THAT(store->images().add(shielded), Succeeds());
  ASSERT_THAT(store->images().remove("acme", shielded.hash), Succeeds());
  EXPECT_EQ(store->images().add_fetched(picture(1), "http://a.example/").value(), shielded.hash);
  EXPECT_THAT(store->images().find_even_deleted("acme", picture(1).hash), FailsWith(ErrorCode::not_found));
  // It is another file, and another organization's images are its own business.
  EXPECT_EQ(store->images().add_fetched(picture(2), "http://b.example/").value(), picture(2).hash);
  ASSERT_THAT(store->organizations().create("other", "", ""), Succeeds());
  EXPECT_THAT(store->images().add_fetched(picture(1, "other"), "http://a.example/"), Succeeds());
  EXPECT_THAT(store->images().find("other", picture(1).hash), Succeeds());
}

constexpr const char* film = "http://a.example/film.mp4";

/// The video that would be the image of `picture(n)`.
catalog::FetchedVideo video(int n) {
  return {.url = film, .sha1 = picture(n).binary_hash, .sha256 = picture(n).blob};
}

TEST_P(StoreImagesFetched, OfAVideoThePictureIsAddedAlone) {
  const std::string url = film + std::string(" @1000ms");
  EXPECT_EQ(store->images().add_fetched_still(picture(2), url, video(1)).value(), picture(2).hash);
  EXPECT_EQ(fetched_from(*store, "acme", url).value(), picture(2).hash);
  EXPECT_THAT(fetched_from(*store, "acme", film), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->images().find_even_deleted("acme", picture(1).hash), FailsWith(ErrorCode::not_found));
  // A living one is no hindrance, and no more is another organization's.
  add(1);
  EXPECT_EQ(store->images().add_fetched_still(picture(3), url + "0", video(1)).value(), picture(3).hash);
  EXPECT_THAT(store->images().add_fetched_still(picture(2, "nobody"), url, video(1)),
              FailsWith(ErrorCode::not_found));
}

/// By a time behind its URL, or behind another one with the same file, its pictures came in as new images.
TEST_P(StoreImagesFetched, NoVideoThatWasDeletedComesBackPictureByPicture) {
  const std::string hash = add(1);
  ASSERT_THAT(store->images().remove("acme", hash), Succeeds());
  const std::string url = film + std::string(" @1000ms");
  EXPECT_EQ(store->images().add_fetched_still(picture(2), url, video(1)).value(), hash);
  EXPECT_THAT(store->images().find_even_deleted("acme", picture(2).hash), FailsWith(ErrorCode::not_found));
  EXPECT_EQ(fetched_from(*store, "acme", film).value(), hash) << "at no time is it fetched again";
  EXPECT_THAT(fetched_from(*store, "acme", url), FailsWith(ErrorCode::not_found))
      << "once the video is restored, it is one of its pictures that is meant, and not the video";
  ASSERT_THAT(store->images().restore("acme", hash), Succeeds());
  EXPECT_EQ(store->images().add_fetched_still(picture(2), url, video(1)).value(), picture(2).hash);
}

}  // namespace
}  // namespace rucola::test
