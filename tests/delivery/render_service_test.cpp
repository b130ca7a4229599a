#include "delivery/render_service.h"

#include <future>

#include <gtest/gtest.h>

#include "catalog/fake_feed.h"
#include "catalog/fake_usage.h"
#include "delivery/look_up/fake_lookup.h"
#include "delivery/make/render_fakes.h"

namespace rucola::delivery {
namespace {

using catalog::ChangeKind;
using message::Request;
using message::Response;

const std::string red(40, 'a');
const std::string blue(40, 'b');

class NoImages final : public catalog::Images {
 public:
  Result<catalog::AddedImage> add(const catalog::SourceImage& /*image*/) override { return none(); }
  Result<std::vector<catalog::AddedImage>> add_all(const std::vector<catalog::SourceImage>& /*images*/,
                                                   catalog::MayChange /*may_change*/) override {
    return none();
  }
  Result<catalog::DerivedImage> derive(std::string_view /*organization*/, std::string_view /*hash*/,
                                       const catalog::Derivation& /*how*/) override {
    return none();
  }
  Result<catalog::CopiedImage> copy(const catalog::Copying& /*how*/, std::string_view /*hash*/) override {
    return none();
  }
  Result<std::vector<catalog::CopyOutcome>> copy_all(const catalog::Copying& /*how*/,
                                                     const std::vector<std::string>& /*hashes*/) override {
    return none();
  }
  Result<catalog::SourceImage> set_user_metadata(std::string_view /*organization*/, std::string_view /*hash*/,
                                                 const catalog::ChangeUserMetadata& /*change*/) override {
    return none();
  }
  Result<catalog::SourceImage> set_name(std::string_view /*organization*/, std::string_view /*hash*/,
                                        std::string_view /*name*/) override {
    return none();
  }
  Result<catalog::SourceImage> find(std::string_view /*organization*/, std::string_view /*hash*/) override {
    return none();
  }
  Result<catalog::SourceImage> find_even_deleted(std::string_view /*organization*/,
                                                 std::string_view /*hash*/) override {
    return none();
  }
  Result<catalog::FoundImages> search(std::string_view /*organization*/,
                                      const catalog::ImageSearch& /*asked*/) override {
    return none();
  }
  Result<void> remove(std::string_view /*organization*/, std::string_view /*hash*/) override {
    return none();
  }
  Result<void> remove_file(std::string_view /*organization*/, std::string_view /*binary_hash*/) override {
    return none();
  }
  Result<catalog::SourceImage> restore(std::string_view /*organization*/,
                                       std::string_view /*hash*/) override {
    return none();
  }
  Result<catalog::SourceImage> set_locked(std::string_view /*organization*/, std::string_view /*hash*/,
                                          bool /*locked*/) override {
    return none();
  }
  Result<std::string> add_fetched(const catalog::SourceImage& /*image*/, std::string_view /*url*/) override {
    return none();
  }
  Result<std::string> add_fetched_still(const catalog::SourceImage& /*still*/, std::string_view /*url*/,
                                        const catalog::FetchedVideo& /*video*/) override {
    return none();
  }
  Result<void> each_blob(const std::function<void(std::string_view, std::int64_t)>& /*visit*/) override {
    return none();
  }

 private:
  static std::unexpected<Error> none() { return fail(ErrorCode::internal, "nothing is stored here"); }
};

class Tags final : public RenderTags {
 public:
  std::optional<RenderTag> find(std::string_view key) override {
    const std::lock_guard lock(mutex_);
    const auto found = tags_.find(std::string(key));
    return found == tags_.end() ? std::nullopt : std::optional(found->second);
  }
  void remember(std::string_view key, const RenderTag& tag) override {
    const std::lock_guard lock(mutex_);
    tags_[std::string(key)] = tag;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, RenderTag> tags_;  // guarded by mutex_
};

class RenderServiceTest : public testing::Test {
 protected:
  RenderServiceTest() {
    lookup.add_organization("acme");
    lookup.add_image("acme", red);
    lookup.add_image("acme", blue);
    lookup.images[{"acme", blue}].blob = std::string(64, 'd');
    lookup.add_alias("acme", "logo", red);
    lookup.newest_change = feed.newest();
    EXPECT_TRUE(catalog::catch_up(changes));
  }
  ~RenderServiceTest() override {
    fetches.shut_down();
    blocking.shut_down();
  }

  static Request request(const std::string& path, message::Headers headers = {}) {
    Request asked;
    asked.host = "acme.localhost";
    asked.target = asked.path = path;
    asked.headers = std::move(headers);
    return asked;
  }

  Response answer(Request asked) {
    std::promise<Response> promise;
    service->answer(std::move(asked),
                    [&promise](Response response) { promise.set_value(std::move(response)); });
    return promise.get_future().get();
  }
  Response answer(const std::string& path) { return answer(request(path)); }

  std::shared_ptr<const Response> heat(const std::string& path) {
    EXPECT_EQ(answer(path).status, 200);
    return service->current(request(path));
  }

  void move_logo(const std::string& hash) {
    lookup.add_alias("acme", "logo", hash);
    lookup.newest_change = feed.commit(ChangeKind::alias, "acme", "logo");
  }

  FakeLookup lookup;
  catalog::FakeFeed feed;
  NoImages images;
  test::ScratchFolder folder;
  Spool spool = Spool::open(folder.path()).value();
  Blobs blobs;
  Cache memory;
  Cache disk;
  Tags tags;
  BaseFiles bases{std::int64_t{1} << 20};
  Workers workers;
  BlockingExecutor blocking{"test", {.threads = 1, .waiting = 64}};
  BlockingExecutor fetches{"fetches", {.threads = 1, .waiting = 64}};
  catalog::ChangeFollower changes{feed};  // its thread hands over to the executors
  catalog::FakeUsage usage;
  TrafficBook traffic{usage};
  security::RemoteFetcher fetcher = std::move(security::RemoteFetcher::make({}).value());
  LiveSettings settings{Settings()};
  std::shared_ptr<message::RenderHandler> service = make_render_service(
      settings, {.optimize = false},
      {lookup, changes, images, blobs, spool, memory, disk, tags, bases, workers, blocking, blocking,
       blocking, blocking, fetcher, fetches,
       [](const std::string& /*organization*/, std::vector<std::string> /*tags*/) {}, traffic});
};

constexpr const char* logo = "/dynamic/resize-width-100/-_logo_-.jpg";

TEST_F(RenderServiceTest, OwnsRenderHostsAndRenderPaths) {
  EXPECT_TRUE(service->owns(request(logo)));
  Request api = request("/sourceimages/acme");
  api.host = "api.localhost";
  EXPECT_FALSE(service->owns(api));
  api.path = "/render/acme/thumb/x.jpg";
  EXPECT_TRUE(service->owns(api));
}

TEST_F(RenderServiceTest, OnlyReads) {
  Request post = request(logo);
  post.method = message::Method::post;
  const Response refused = answer(std::move(post));
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.headers.get("Allow"), "GET, HEAD, OPTIONS");
}

TEST_F(RenderServiceTest, WhatIsDeliveredIsOnTheAccountOfItsOrganization) {
  const std::string path = "/dynamic/resize-width-100/" + red + ".jpg";  // dated at once, and so hot for good
  const Response first = answer(path);
  const auto hot = heat(path);
  ASSERT_TRUE(hot);
  EXPECT_EQ(first.account.meter, traffic.meter_of("acme"));
  EXPECT_EQ(hot->account.meter, traffic.meter_of("acme"));
  EXPECT_EQ(hot->account.original_bytes, (lookup.images[{"acme", red}].bytes));
  EXPECT_NE(hot->account.meter, traffic.meter_of("other"));
}

TEST_F(RenderServiceTest, AListOfAVideoIsKeptAsARenderIs) {
  lookup.images[{"acme", red}].format = "mp4";
  workers.measured = render::Measured{1, 1'000'000, 46'080'000, 6, 2.5};
  const Response by_alias = answer("/dynamic/-_logo_-.m3u8");
  EXPECT_EQ(by_alias.status, 200);
  EXPECT_EQ(workers.measured_kind, render::Measurement::Kind::film);
  EXPECT_FALSE(by_alias.etag.empty());
  EXPECT_FALSE(by_alias.headers.joined("Cache-Control").contains("immutable"));
  workers.measured.reset();  // it was kept
  const Response by_hash = answer("/dynamic/" + red + ".m3u8");
  EXPECT_EQ(by_hash.etag, by_alias.etag);
  EXPECT_TRUE(by_hash.headers.joined("Cache-Control").contains("immutable"));
  EXPECT_NE(std::get<std::string>(by_hash.body).find(red + "/977-"), std::string::npos);
}

TEST_F(RenderServiceTest, WhatIsRefusedIsOnNobodysAccount) {
  EXPECT_FALSE(answer("/dynamic/resize-width-100/-_nothing_-.jpg").account.meter);
  EXPECT_FALSE(answer("/dynamic/no-such-operation/-_logo_-.jpg").account.meter);
}

TEST_F(RenderServiceTest, ADamagedStackIsAnErrorThatNobodyKeeps) {
  lookup.add_stack("acme", "broken", "{");
  for (const char* path : {"/broken/-_logo_-.jpg", "/uses/-_logo_-.jpg"}) {
    lookup.add_stack("acme", "uses", R"({"operations":[],"options":{"basestack":"broken"}})");
    const Response refused = answer(path);
    EXPECT_EQ(refused.status, 500) << path;
    EXPECT_EQ(refused.headers.get("Cache-Control"), "no-store") << path;
  }
  EXPECT_EQ(answer(logo).status, 200);
}

/// It was said to have 0 pages, and the request that it asked for another.
TEST_F(RenderServiceTest, ADocumentWhosePagesAreLostIsNoFaultOfTheRequest) {
  lookup.images[{"acme", red}].format = "pdf";
  for (const char* damaged : {"{}", "no JSON", R"({"pdf":{"sizes":[[1,2]]}})"}) {
    lookup.images[{"acme", red}].static_metadata_json = damaged;
    EXPECT_EQ(answer("/dynamic/resize-width-100/" + red + ".jpg").status, 500) << damaged;
  }
}

/// It was sent to the workers as a JPEG, and its layers and deep zoom with it.
TEST_F(RenderServiceTest, AnImageOfAFormatThatNobodyKnowsIsNoFaultOfTheRequest) {
  const std::string path =
      "/dynamic/composition-secondary_image-" + red + "-mode-foreground/" + blue + ".jpg";
  lookup.images[{"acme", red}].format = "jpgg";
  for (const std::string& refused : {"/dynamic/resize-width-100/" + red + ".jpg", path}) {
    EXPECT_EQ(answer(refused).status, 500) << refused;
    EXPECT_EQ(answer(refused).headers.get("Cache-Control"), "no-store") << refused;
  }
  EXPECT_EQ(workers.pictures, 0);
  EXPECT_EQ(answer("/dynamic/resize-width-100/" + blue + ".jpg").status, 200);
}

TEST_F(RenderServiceTest, AHotAnswerIsTheAnswer) {
  const Response first = answer(logo);
  const auto hot = heat(logo);
  EXPECT_EQ(hot->etag, first.etag);
  EXPECT_EQ(hot->body_bytes(), first.body_bytes());
  EXPECT_EQ(workers.pictures, 1);
}

TEST_F(RenderServiceTest, AMoveIsSeenByTheNextRequest) {
  heat(logo);
  move_logo(blue);
  EXPECT_EQ(service->current(request(logo)), nullptr) << "the bell has rung";
  EXPECT_EQ(answer(logo).status, 200);
  EXPECT_EQ(workers.pictures, 2);
  heat(logo);
  EXPECT_EQ(workers.pictures, 2);
}

TEST_F(RenderServiceTest, AChangeOfOthersCostsNoLookUp) {
  heat(logo);
  lookup.organizations.clear();  // a look-up would answer 404
  feed.commit(ChangeKind::alias, "other", "logo");
  EXPECT_EQ(answer(logo).status, 200);
  EXPECT_NE(service->current(request(logo)), nullptr);
}

TEST_F(RenderServiceTest, WhereTheFeedCannotBeReadTheCatalogIsAsked) {
  heat(logo);
  feed.fail_from_now_on(true);
  move_logo(blue);
  EXPECT_EQ(answer(logo).status, 200);
  EXPECT_EQ(workers.pictures, 2);
}

TEST_F(RenderServiceTest, WhatIsNotThereIsNeverHot) {
  EXPECT_EQ(answer("/dynamic/resize-width-100/-_banner_-.jpg").status, 404);
  EXPECT_EQ(service->current(request("/dynamic/resize-width-100/-_banner_-.jpg")), nullptr);
}

TEST_F(RenderServiceTest, WhoHasTheBytesGetsNone) {
  const Response first = answer(logo);
  const Response again = answer(request(logo, {{"If-None-Match", first.etag}}));
  EXPECT_EQ(again.etag, first.etag);
  EXPECT_EQ(again.body_bytes(), 0);
  EXPECT_EQ(answer(request(logo, {{"If-None-Match", "\"other\""}})).body_bytes(), first.body_bytes());
}

/// A URL that was only ever revalidated was looked up and planned each time.
TEST_F(RenderServiceTest, AskedForByThoseWhoHaveItAnAnswerIsHotWithoutItsBody) {
  const std::string etag = answer("/dynamic/resize-width-100/" + red + ".jpg").etag;
  const auto has_it = [&etag] { return request(logo, {{"If-None-Match", etag}}); };
  const Response first = answer(has_it());
  const auto hot = service->current(has_it());
  ASSERT_TRUE(hot);
  EXPECT_EQ(hot->etag, etag);
  EXPECT_EQ(hot->headers.get("Cache-Control"), first.headers.get("Cache-Control"));
  EXPECT_EQ(hot->headers.get("Cache-Status"), "rucola; hit; detail=hot");
  EXPECT_EQ(service->current(request(logo)), nullptr) << "there is no body for who has it not";
  EXPECT_EQ(service->current(request(logo, {{"If-None-Match", "\"other\""}})), nullptr);

  EXPECT_GT(answer(logo).body_bytes(), 0);
  const auto whole = service->current(has_it());
  ASSERT_TRUE(whole);
  EXPECT_GT(whole->body_bytes(), 0) << "which has taken its place";
}

TEST_F(RenderServiceTest, AMoveIsSeenByTheNextWhoHasTheOldPicture) {
  const std::string etag = answer("/dynamic/resize-width-100/" + red + ".jpg").etag;
  const auto has_red = [&etag] { return request(logo, {{"If-None-Match", etag}}); };
  answer(has_red());
  ASSERT_TRUE(service->current(has_red()));
  feed.commit(ChangeKind::alias, "other", "logo");
  EXPECT_EQ(answer(has_red()).body_bytes(), 0);
  ASSERT_TRUE(service->current(has_red())) << "it was another's move";
  move_logo(blue);
  EXPECT_EQ(service->current(has_red()), nullptr) << "the bell has rung";
  EXPECT_GT(answer(has_red()).body_bytes(), 0);
}

TEST_F(RenderServiceTest, WhatNobodyMayKeepIsNotKeptWithoutItsBodyEither) {
  lookup.add_stack("acme", "_preview_of_it", R"({"operations":[{"name":"resize","options":{"width":100}}]})");
  const std::string path = "/_preview_of_it/" + red + ".jpg";
  const std::string etag = answer(path).etag;
  EXPECT_EQ(answer(request(path, {{"If-None-Match", etag}})).body_bytes(), 0);
  EXPECT_EQ(service->current(request(path, {{"If-None-Match", etag}})), nullptr);
}

TEST_F(RenderServiceTest, WhateverIsThrownThereIsAnAnswer) {
  blobs.throws = true;
  EXPECT_EQ(answer("/dynamic/resize-width-90/-_logo_-.jpg").status, 500);
}

TEST_F(RenderServiceTest, AMalformedUrlIsRefusedWithoutALookUp) {
  lookup.organizations.clear();
  EXPECT_EQ(answer("/dynamic/resize-width-x/-_logo_-.jpg").status, 400);
}

// The fallback image: `blue`, for what is missing or broken

class FallbackTest : public RenderServiceTest {
 protected:
  FallbackTest() {
    use_fallback();
    lookup.images[{"acme", red}].width = 999;
    workers.fails_only_at = {999, 480};
  }

  void use_fallback(const std::string& more = {}) {
    lookup.add_organization("acme", R"({"fallback_image":")" + blue + '"' + more + '}');
  }
};

constexpr const char* missing = "/dynamic/resize-width-100/-_banner_-.jpg";

TEST_F(FallbackTest, ShowsWithTheStatusOfTheErrorAndSaysSo) {
  const Response shown = answer(missing);
  EXPECT_EQ(shown.status, 404);
  EXPECT_EQ(shown.headers.get("X-Rucola-Fallback"), "404");
  EXPECT_EQ(shown.headers.get("Content-Type"), "image/jpeg");
  EXPECT_EQ(shown.headers.get("Cache-Control"), "public, max-age=10, must-revalidate");
  EXPECT_FALSE(shown.headers.has("Last-Modified"));
  EXPECT_GT(shown.body_bytes(), 0);
  EXPECT_FALSE(answer(logo).headers.has("X-Rucola-Fallback"));
}

TEST_F(FallbackTest, ShowsAs200WhereThatIsWanted) {
  use_fallback(R"(,"fallback_image_status":"ok")");
  EXPECT_EQ(answer(missing).status, 200);
  EXPECT_EQ(answer(missing).headers.get("X-Rucola-Fallback"), "404");
  EXPECT_EQ(answer("/dynamic/resize-width-100--o-fallback_image_status-error/-_banner_-.jpg").status, 404);
}

TEST_F(FallbackTest, WhoHasItGetsNoBytesOnlyWhereItIsNoError) {
  const std::string etag = answer(missing).etag;
  EXPECT_GT(answer(request(missing, {{"If-None-Match", etag}})).body_bytes(), 0);
  use_fallback(R"(,"fallback_image_status":"ok")");
  const Response again = answer(request(missing, {{"If-None-Match", etag}}));
  EXPECT_EQ(again.body_bytes(), 0);
  EXPECT_EQ(again.headers.get("X-Rucola-Fallback"), "404");
}

TEST_F(FallbackTest, IsHotUntilTheMissingComes) {
  EXPECT_EQ(answer(missing).status, 404);
  ASSERT_TRUE(service->current(request(missing)));
  lookup.add_alias("acme", "banner", red);
  lookup.newest_change = feed.commit(ChangeKind::alias, "acme", "banner");
  EXPECT_EQ(answer(missing).status, 200);
}

TEST_F(FallbackTest, StandsInForWhatIsBroken) {
  workers.fails = Error{ErrorCode::unprocessable, {"The image is damaged."}};
  const Response shown = answer(logo);
  EXPECT_EQ(shown.status, 422);
  EXPECT_EQ(shown.headers.get("X-Rucola-Fallback"), "422");
  EXPECT_EQ(shown.headers.get("Content-Type"), "image/jpeg");
  EXPECT_FALSE(service->current(request(logo))) << "the next program may be able to read it";
}

TEST_F(FallbackTest, WhatIsNoFaultOfTheImageIsNotHidden) {
  for (const ErrorCode code : {ErrorCode::timed_out, ErrorCode::overloaded, ErrorCode::payload_too_large}) {
    workers.fails = Error{code, {"not now"}};
    const Response refused =
        answer("/dynamic/resize-width-" + std::to_string(100 + static_cast<int>(code)) + "/-_logo_-.jpg");
    EXPECT_FALSE(refused.headers.has("X-Rucola-Fallback"));
    EXPECT_EQ(refused.headers.get("Content-Type"), "application/json");
  }
}

TEST_F(FallbackTest, ThatIsBrokenItselfIsNoAnswerAndNoLoop) {
  workers.fails_only_at.reset();
  workers.fails = Error{ErrorCode::unprocessable, {"The image is damaged."}};
  EXPECT_EQ(answer(missing).status, 404);
  EXPECT_EQ(workers.pictures, 1);
  const Response refused = answer(logo);
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.headers.get("Content-Type"), "application/json");
  use_fallback();
  EXPECT_EQ(answer("/dynamic/resize-width-90/" + blue + ".jpg").status, 422) << "it is its own fallback";
}

}  // namespace
}  // namespace rucola::delivery
