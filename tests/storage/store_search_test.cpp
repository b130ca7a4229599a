// Searches of the catalog, held against a reading of all images one by one.

#include <algorithm>
#include <random>
#include <ranges>
#include <unordered_map>

#include "catalog/search_position.h"
#include "catalog/search_values.h"
#include "store_conformance.h"

namespace rucola::test {
namespace {

using namespace catalog;  // NOLINT(google-build-using-namespace): the words of the port
using testing::ElementsAre;
using testing::IsEmpty;

struct Filter {
  std::string name;
  std::string value;
};

ImageSearch search_for(const std::vector<Filter>& filters, const std::string& sort = {}) {
  ImageSearch search;
  for (const auto& [name, value] : filters)
    search.conditions.push_back(parse_condition(name, value).value());
  if (!sort.empty()) search.order = parse_order(sort).value();
  return search;
}

std::vector<std::string> hashes(const std::vector<SourceImage>& images) {
  std::vector<std::string> all;
  for (const SourceImage& image : images)
    all.push_back(image.hash);
  return all;
}

// ---- The reading one by one ------------------------------------------------------------------------------

std::vector<SearchValue> column_values(const SourceImage& image, ImageColumn column) {
  switch (column) {
    case ImageColumn::hash:
      return {image.hash};
    case ImageColumn::binary_hash:
      return {image.binary_hash};
    case ImageColumn::name:
      return {image.name};
    case ImageColumn::format:
      return {image.format};
    case ImageColumn::mimetype:
      return {image.mimetype};
    case ImageColumn::bytes:
      return {image.bytes};
    case ImageColumn::width:
      return {std::int64_t{image.width}};
    case ImageColumn::height:
      return {std::int64_t{image.height}};
    case ImageColumn::created:
      return {std::int64_t{image.created.time_since_epoch().count()}};
    case ImageColumn::deleted:
      if (!image.deleted) return {};
      return {std::int64_t{image.deleted->time_since_epoch().count()}};
    case ImageColumn::opaque:
      return {std::int64_t{image.opaque}};
    case ImageColumn::animated:
      return {std::int64_t{image.frames > 1}};
    case ImageColumn::is_protected:
      return {std::int64_t{image.is_protected}};
    case ImageColumn::locked:
      return {std::int64_t{image.locked}};
  }
  return {};
}

/// Read once an image: these tests ask for them a million times.
const std::vector<NamedValue>& known_values(const SourceImage& image) {
  static std::unordered_map<std::string, std::vector<NamedValue>> known;
  const auto [entry, is_new] = known.try_emplace(image.hash);
  if (is_new) entry->second = search_values(image);
  return entry->second;
}

std::vector<SearchValue> values_of(const SourceImage& image, const SearchField& field) {
  if (field.column) return column_values(image, *field.column);
  std::vector<SearchValue> found;
  for (const auto& [key, value] : known_values(image)) {
    if (key == field.key) found.push_back(value);
  }
  return found;
}

bool lies_in(const SearchValue& value, const Span& span) {
  if (span.prefix) return std::get<std::string>(value).starts_with(std::get<std::string>(span.from->value));
  if (span.from && (value < span.from->value || (value == span.from->value && !span.from->included)))
    return false;
  return !span.to || value < span.to->value || (value == span.to->value && span.to->included);
}

bool fits(const SourceImage& image, const SearchCondition& condition) {
  const auto values = values_of(image, condition.field);
  return std::ranges::all_of(condition.spans, [&](const Span& span) {
    return std::ranges::any_of(values, [&](const SearchValue& value) { return lies_in(value, span); });
  });
}

bool fits(const SourceImage& image, const ImageSearch& search) {
  const auto one = [&](const SearchCondition& condition) { return fits(image, condition); };
  if (search.conditions.empty()) return true;
  return search.any ? std::ranges::any_of(search.conditions, one)
                    : std::ranges::all_of(search.conditions, one);
}

struct Sorted {
  std::string hash{};
  std::vector<std::vector<SearchValue>> keys{};
};

/// `images` in the order in which they were added.
std::vector<std::string> read_one_by_one(const std::vector<SourceImage>& images, const ImageSearch& search) {
  std::vector<const SourceImage*> found;
  for (const SourceImage& image : images) {
    if (fits(image, search)) found.push_back(&image);
  }
  const auto& order = order_of(search);
  if (order.back().descending) std::ranges::reverse(found);
  std::vector<Sorted> sorted;
  for (const SourceImage* image : found) {
    sorted.push_back({.hash = image->hash});
    for (const SearchOrder& by : order)
      sorted.back().keys.push_back(values_of(*image, by.field));
  }
  std::ranges::stable_sort(sorted, [&](const Sorted& one, const Sorted& other) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto& a = one.keys[i];
      const auto& b = other.keys[i];
      if (a.empty() != b.empty()) return b.empty();
      if (!a.empty() && a.front() != b.front())
        return order[i].descending ? a.front() > b.front() : a.front() < b.front();
    }
    return false;
  });
  std::vector<std::string> all;
  for (Sorted& one : sorted)
    all.push_back(std::move(one.hash));
  return all;
}

// ---- A catalog of many -----------------------------------------------------------------------------------

SourceImage random_picture(int number, std::mt19937& random) {
  const auto below = [&](unsigned limit) { return static_cast<int>(random() % limit); };
  SourceImage image = picture(number);
  image.name = std::vector{"Sunset lake", "sunset_sea", "Plan", "plane", "Über"}[below(5)] +
               std::to_string(below(50)) + ".jpg";
  image.bytes = below(1000) * 1000;
  image.width = 100 + below(20);
  image.height = 100 + below(3000);
  image.format = below(5) == 0 ? "png" : "jpg";
  image.opaque = below(3) == 0;
  image.is_protected = below(50) == 0;
  image.locked = number % 40 == 0;
  image.frames = number % 30 == 0 ? 12 : 1;
  std::string user = "{\"city\":\"c" + std::to_string(below(300)) + "\"";
  if (below(2) == 0) user += ",\"int:stars\":" + std::to_string(below(40));
  if (below(4) == 0) user += ",\"double:price\":" + std::to_string(below(100)) + ".5";
  user += ",\"array:labels\":[\"l" + std::to_string(below(5)) + "\",\"l" + std::to_string(below(9)) + "\"]}";
  image.user_metadata_json = user;
  if (below(3) == 0)
    image.dynamic_metadata_json = R"({"subject_area":{"x":)" + std::to_string(below(30)) + "}}";
  image.hash = image_hash(image.blob, image.dynamic_metadata_json, image.is_protected);
  image.created = Time{std::chrono::seconds{1'700'000'000 + below(5000)}};
  return image;
}

class StoreSearch : public StoreConformance {
 protected:
  void fill(int count) {
    std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same each time
    for (int number = 1; number <= count; ++number)
      images.push_back(random_picture(number, random));
    ASSERT_THAT(store->images().add_all(images, MayChange::yes), Succeeds());
  }

  /// The first pages, each found by the cursor of the one before.
  void expect_as_read_one_by_one(ImageSearch search, std::size_t pages = 3) {
    const auto expected = read_one_by_one(images, search);
    std::vector<std::string> found;
    bool more = true;
    for (std::size_t page = 0; page < pages && more; ++page) {
      const auto result = store->images().search("acme", search);
      ASSERT_THAT(result, Succeeds());
      EXPECT_EQ(result->total, std::ssize(expected));
      std::ranges::copy(hashes(result->items), std::back_inserter(found));
      more = result->more;
      if (!result->last) break;
      const auto& order = order_of(search);
      search.after = parse_cursor(cursor_text(order, *result->last).value(), order).value();
    }
    EXPECT_EQ(more, found.size() < expected.size());
    EXPECT_TRUE(std::ranges::equal(found, expected | std::ranges::views::take(found.size())));
    if (!more) {
      EXPECT_EQ(found.size(), expected.size());
    }
  }

  std::vector<SourceImage> images;
};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreSearch, testing::ValuesIn(store_backends()), backend_name);

const std::vector<std::vector<Filter>>& some_filters() {
  static const std::vector<std::vector<Filter>> all{
      {},
      {{"height", "1200"}},
      {{"size", "[300000,400000}"}},
      {{"size", "{5000,}"}, {"format", "png"}},
      {{"name", "Sunset*"}},
      {{"name_text", "sun lak"}},
      {{"name_text", "uber"}, {"opaque", "true"}},
      {{"user:city", "c17"}},
      {{"user:city", "c1*"}, {"user:int:stars", "[10,20}"}},
      {{"user:int:stars", "*"}},
      {{"user:array:labels", "l4"}, {"user:array:labels", "l7"}},
      {{"dynamic:int:subject_area:x", "{10,}"}},
      {{"user:double:price", "[,20]"}},
      {{"created", "['2023-11-14T22:30:00Z',}"}},
      {{"protected", "true"}},
      {{"protected", "*"}, {"format", "png"}},
      {{"locked", "true"}},
      {{"locked", "true"}, {"animated", "true"}},
      {{"locked", "false"}, {"protected", "false"}},
      {{"animated", "false"}, {"user:city", "c1*"}},
      {{"width", "[102,109]"}, {"format", "png"}},
      {{"width", "[102,109]"}, {"height", "[300,1900}"}},
      {{"size", "[,700000}"}, {"width", "105"}, {"opaque", "false"}},
      {{"name", "Plan*"}, {"created", "['2023-11-14T22:30:00Z',}"}, {"width", "{110,}"}},
      {{"user:nobody_has_it", "1"}},
  };
  return all;
}

constexpr std::array sortings{"",
                              "created",
                              "size",
                              "size desc",
                              "width,created desc,name",
                              "user:int:stars",
                              "user:int:stars desc,size",
                              "user:str:city desc",
                              "format,user:double:price desc"};

TEST_P(StoreSearch, FindsWhatAReadingOneByOneFinds) {
  fill(400);
  for (const auto& filters : some_filters()) {
    for (const char* const sort : sortings) {
      for (const bool any : {false, true}) {
        ImageSearch search = search_for(filters, sort);
        search.any = any;
        search.limit = 37;
        SCOPED_TRACE((filters.empty() ? "" : filters[0].name + "=" + filters[0].value) + " sort " + sort +
                     (any ? " or" : " and"));
        expect_as_read_one_by_one(search, 20);
      }
    }
  }
}

/// Where the filters find too many to be sorted, it walks along what is sorted by.
TEST_P(StoreSearch, FindsTheSameAmongMany) {
  fill(21'000);
  for (const char* const sort : {"", "user:int:stars desc,size"}) {
    SCOPED_TRACE(sort);
    expect_as_read_one_by_one(search_for({{"size", "{5000,}"}}, sort));
    expect_as_read_one_by_one(search_for({{"name_text", "jpg"}, {"user:array:labels", "l*"}}, sort));
    ImageSearch one_of = search_for({{"size", "{5000,}"}, {"opaque", "false"}}, sort);
    one_of.any = true;
    expect_as_read_one_by_one(one_of);
  }
}

/// Both filters find fewer than are walked along, and more than are looked at one by one.
TEST_P(StoreSearch, FindsWhatTwoIndexesHaveInCommon) {
  fill(3'000);
  for (const bool deleted : {false, true}) {
    for (const auto& filters : std::vector<std::vector<Filter>>{
             {{"format", "png"}, {"width", "[100,104]"}},
             {{"height", "[200,900]"}, {"width", "[100,104]"}, {"protected", "true"}},
             {{"format", "png"}, {"height", "[1000,}"}, {"size", "[,500000]"}, {"user:int:stars", "{3,}"}},
             {{"locked", "true"}, {"format", "jpg"}},
             {{"locked", "true"}, {"animated", "false"}},
         }) {
      SCOPED_TRACE(filters[0].name + "=" + filters[0].value + (deleted ? " deleted" : ""));
      ImageSearch search = search_for(filters);
      search.deleted = deleted;
      expect_as_read_one_by_one(search, 50);
    }
    for (const SourceImage& image : images) {
      if (deleted || image.locked) continue;
      ASSERT_THAT(store->images().remove("acme", image.hash), Succeeds());
    }
    std::erase_if(images, [](const SourceImage& image) { return image.locked; });
  }
}

TEST_P(StoreSearch, CountsAllThatAreFoundBehindTheLastPageToo) {
  fill(50);
  ImageSearch search = search_for({{"format", "jpg"}});
  const std::int64_t all = std::ssize(read_one_by_one(images, search));
  search.offset = 1000;
  EXPECT_EQ(store->images().search("acme", search)->total, all);
  EXPECT_THAT(store->images().search("acme", search)->items, IsEmpty());
  search.limit = 0;
  EXPECT_EQ(store->images().search("acme", search)->total, all);
}

TEST_P(StoreSearch, FlagsAreFoundAsTheyChange) {
  const std::string hash = add(1);
  add(2);
  const auto locked = [&](const char* value) {
    return store->images().search("acme", search_for({{"locked", value}}))->total;
  };
  EXPECT_EQ(locked("true"), 0);
  ASSERT_THAT(store->images().set_locked("acme", hash, true), Succeeds());
  EXPECT_EQ(locked("true"), 1);
  EXPECT_EQ(locked("false"), 1);
  EXPECT_EQ(locked("*"), 2);
  ASSERT_THAT(store->images().set_locked("acme", hash, false), Succeeds());
  EXPECT_EQ(locked("true"), 0);
}

TEST_P(StoreSearch, LeavesOutAsManyAsItIsTold) {
  fill(300);
  for (const char* const sort : sortings) {
    for (const std::int64_t offset : {0, 7, 140, 160, 299, 300, 1000}) {
      ImageSearch search = search_for({}, sort);
      const auto expected = read_one_by_one(images, search);
      search.limit = 20;
      search.offset = offset;
      const auto found = store->images().search("acme", search);
      ASSERT_THAT(found, Succeeds());
      EXPECT_TRUE(std::ranges::equal(
          hashes(found->items), expected | std::ranges::views::drop(offset) | std::ranges::views::take(20)))
          << sort << " " << offset;
    }
  }
}

TEST_P(StoreSearch, PagesStayRightWhileImagesComeAndGo) {
  for (int number = 1; number <= 6; ++number)
    add(number);
  ImageSearch search;
  search.limit = 2;
  const auto first = store->images().search("acme", search);
  EXPECT_THAT(hashes(first->items), ElementsAre(picture(6).hash, picture(5).hash));
  add(7);
  ASSERT_THAT(store->images().remove("acme", picture(5).hash), Succeeds());
  search.after = first->last;
  EXPECT_THAT(hashes(store->images().search("acme", search)->items),
              ElementsAre(picture(4).hash, picture(3).hash));
}

TEST_P(StoreSearch, FollowsWhatChanges) {
  SourceImage image = picture(1);
  image.user_metadata_json = R"({"city":"Zurich"})";
  ASSERT_THAT(store->images().add(image), Succeeds());
  const ImageSearch zurich = search_for({{"user:city", "Zurich"}});
  ImageSearch deleted = zurich;
  deleted.deleted = true;
  EXPECT_EQ(store->images().search("acme", zurich)->total, 1);
  ASSERT_THAT(store->images().remove("acme", image.hash), Succeeds());
  EXPECT_EQ(store->images().search("acme", zurich)->total, 0);
  EXPECT_EQ(store->images().search("acme", deleted)->total, 1);
  ASSERT_THAT(store->images().restore("acme", image.hash), Succeeds());
  EXPECT_EQ(store->images().search("acme", deleted)->total, 0);
  image.user_metadata_json = R"({"city":"Berne"})";
  ASSERT_THAT(store->images().add(image), Succeeds());
  EXPECT_EQ(store->images().search("acme", zurich)->total, 0);
  EXPECT_EQ(store->images().search("acme", search_for({{"user:city", "Berne"}}))->total, 1);
}

TEST_P(StoreSearch, LivingImagesHaveNoDateOfDeletion) {
  add(1);
  ASSERT_THAT(store->images().remove("acme", add(2)), Succeeds());
  ImageSearch deleted = search_for({{"deletedDate", "*"}});
  EXPECT_EQ(store->images().search("acme", deleted)->total, 0) << "it found all that live";
  deleted.deleted = true;
  EXPECT_EQ(store->images().search("acme", deleted)->total, 1);
}

TEST_P(StoreSearch, APageEndsWhereMetadataIsLarge) {
  for (int number = 1; number <= 4; ++number) {
    SourceImage image = picture(number);
    image.user_metadata_json = R"({"old":")" + std::string(std::size_t{5} << 20, 'a') + R"("})";
    ASSERT_THAT(store->images().add(image), Succeeds());
  }
  ImageSearch search;
  const auto first = store->images().search("acme", search);
  EXPECT_THAT(hashes(first->items), ElementsAre(picture(4).hash, picture(3).hash));
  EXPECT_TRUE(first->more);
  search.after = first->last;
  EXPECT_THAT(hashes(store->images().search("acme", search)->items),
              ElementsAre(picture(2).hash, picture(1).hash));
}

TEST_P(StoreSearch, CountsFacets) {
  for (int number = 1; number <= 4; ++number) {
    SourceImage image = picture(number);
    image.user_metadata_json = std::vector<std::string>{
        R"({"array:labels":["lake","sun"]})", R"({"array:labels":["lake","lake"]})",
        R"({"array:labels":["lake"],"city":"Berne"})", R"({"array:labels":["sun"]})"}[number - 1];
    ASSERT_THAT(store->images().add(image), Succeeds());
  }
  ASSERT_THAT(store->images().remove("acme", picture(4).hash), Succeeds());
  const auto counts = [&](ImageSearch search) {
    search.facets = parse_facets("user:array:labels").value();
    const FoundImages found = store->images().search("acme", search).value();
    std::vector<std::string> texts;
    for (const auto& [value, count] : found.facets.at(0))
      texts.push_back(value + " " + std::to_string(count));
    return texts;
  };
  EXPECT_THAT(counts({}), ElementsAre("lake 3", "sun 1"));
  EXPECT_THAT(counts(search_for({{"user:city", "Berne"}})), ElementsAre("lake 1"));
  EXPECT_THAT(counts({.deleted = true}), ElementsAre("sun 1"));
  ASSERT_THAT(store->images().restore("acme", picture(4).hash), Succeeds());
  EXPECT_THAT(counts({}), ElementsAre("lake 3", "sun 2"));
  for (const int number : {1, 2, 3, 4})
    ASSERT_THAT(store->images().remove("acme", picture(number).hash), Succeeds());
  EXPECT_THAT(counts({}), IsEmpty());
}

TEST_P(StoreSearch, AnAmbiguousShortHashFindsNone) {
  ASSERT_THAT(store->images().add(picture_with_hash(1, "abcdef1")), Succeeds());
  EXPECT_EQ(store->images().search("acme", search_for({{"short_hash", "abcdef"}}))->total, 1);
  ASSERT_THAT(store->images().add(picture_with_hash(2, "abcdef2")), Succeeds());
  EXPECT_EQ(store->images().search("acme", search_for({{"short_hash", "abcdef"}}))->total, 0)
      << "who deletes what is found would delete another's image";
  EXPECT_EQ(store->images().search("acme", search_for({{"hash", "abcdef*"}}))->total, 2);
}

TEST_P(StoreSearch, KeepsOrganizationsApart) {
  ASSERT_THAT(store->organizations().create("other", "Other", ""), Succeeds());
  SourceImage image = picture(1, "other");
  image.user_metadata_json = R"({"city":"Zurich"})";
  ASSERT_THAT(store->images().add(image), Succeeds());
  EXPECT_EQ(store->images().search("acme", search_for({{"user:city", "Zurich"}}))->total, 0);
  EXPECT_EQ(store->images().search("acme", search_for({{"name", "*"}}))->total, 0);
  EXPECT_EQ(store->images().search("other", search_for({{"user:city", "Zurich"}}))->total, 1);
}

TEST_P(StoreSearch, AFieldGoesWithTheLastImageThatHasIt) {
  SourceImage image = picture(1);
  image.user_metadata_json = R"({"int:stars":3,"array:labels":["lake","sun"]})";
  ASSERT_THAT(store->images().add(image), Succeeds());
  SourceImage other = picture(2);
  other.user_metadata_json = R"({"int:stars":4})";
  ASSERT_THAT(store->images().add(other), Succeeds());
  ImageSearch counting;
  counting.facets = parse_facets("user:array:labels").value();
  const ImageSearch by_stars = search_for({}, "user:int:stars");
  ASSERT_THAT(store->images().search("acme", counting), Succeeds());

  const auto in_berne = [](const boost::json::object&) -> Result<boost::json::object> {
    return boost::json::object{{"city", "Berne"}};
  };
  ASSERT_THAT(store->images().set_user_metadata("acme", image.hash, in_berne), Succeeds());
  EXPECT_THAT(store->images().search("acme", counting), FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(hashes(store->images().search("acme", by_stars)->items), ElementsAre(other.hash, image.hash));

  ASSERT_THAT(store->images().remove("acme", other.hash), Succeeds());
  EXPECT_THAT(store->images().search("acme", by_stars), Succeeds()) << "it can be restored";
  ASSERT_THAT(store->expiry().remove_images(SeenTime{std::chrono::years{10}}, 100), Succeeds());
  EXPECT_THAT(store->images().search("acme", by_stars), FailsWith(ErrorCode::bad_request));

  other.user_metadata_json = R"({"int:stars":5})";
  ASSERT_THAT(store->images().add(other), Succeeds());
  EXPECT_THAT(hashes(store->images().search("acme", by_stars)->items), ElementsAre(other.hash, image.hash));
}

TEST_P(StoreSearch, AFieldThatNobodyHasSortsAndCountsNothing) {
  EXPECT_THAT(store->images().search("acme", search_for({}, "user:int:stars")), Succeeds())
      << "there is nothing yet";
  add(1);
  ImageSearch counting;
  counting.facets = parse_facets("user:array:lables").value();
  EXPECT_THAT(store->images().search("acme", counting), FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(store->images().search("acme", search_for({}, "user:int:strars")),
              FailsWith(ErrorCode::bad_request));
}

}  // namespace
}  // namespace rucola::test
