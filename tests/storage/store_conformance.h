// What every adapter of catalog::Store must do. The tests are in store_*_test.cpp; each runs once for every
// adapter in store_backends().
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/author.h"
#include "base/hashing.h"
#include "catalog/store.h"
#include "result_matchers.h"
#include "scratch_folder.h"
#include "sha1_hex.h"
#include "storage/catalog/sqlite_store.h"

namespace rucola::test {

struct StoreBackend {
  std::string name;
  /// Opening the same folder again gives a second store over the same data.
  Result<std::unique_ptr<catalog::Store>> (*open)(const std::filesystem::path& folder);
};

inline std::vector<StoreBackend> store_backends() {
  return {{"sqlite", [](const std::filesystem::path& folder) {
             return storage::open_sqlite_store(folder / "catalog.sqlite");
           }}};
}

inline std::string backend_name(const testing::TestParamInfo<StoreBackend>& info) {
  return info.param.name;
}

/// Who changes things in these tests.
inline const Author somebody{.user_id = "8c8d3f3e",
                             .email = "a@acme.example",
                             .key_id = "k1",
                             .via = Via::api,
                             .address = "192.0.2.7"};

/// A picture of that organization: equal numbers are the same file.
inline catalog::SourceImage picture(int number, const std::string& organization = "acme") {
  const std::string content = "picture " + std::to_string(number);
  catalog::SourceImage image;
  image.organization = organization;
  image.binary_hash = sha1_hex(content);
  image.blob = sha256_hex(content);
  image.hash = catalog::image_hash(image.blob, "{}", false);
  image.name = "picture.jpg";
  image.format = "jpg";
  image.mimetype = "image/jpeg";
  image.bytes = static_cast<std::int64_t>(content.size());
  image.width = 640;
  image.height = 480;
  image.created = Time{std::chrono::seconds{1'700'000'000 + number}};
  return image;
}

/// A picture whose hash begins as given; the rest are zeros.
inline catalog::SourceImage picture_with_hash(int number, std::string hash) {
  catalog::SourceImage image = picture(number);
  hash.resize(40, '0');
  image.hash = std::move(hash);
  return image;
}

class StoreConformance : public testing::TestWithParam<StoreBackend> {
 protected:
  void SetUp() override {
    store = reopen();
    ASSERT_THAT(store->organizations().create("acme", "Acme", "bills@acme.example"), Succeeds());
  }

  /// Another store over the same data, as another process would have it.
  [[nodiscard]] std::unique_ptr<catalog::Store> reopen() const {
    auto opened = GetParam().open(folder.path());
    EXPECT_THAT(opened, Succeeds());
    return std::move(opened.value());
  }

  /// The full hash of a new picture in "acme".
  std::string add(int number) {
    const auto added = store->images().add(picture(number));
    EXPECT_THAT(added, Succeeds());
    return added->image.hash;
  }

  Result<catalog::PutAlias> move_alias(std::string_view name, std::string_view hash,
                                       const catalog::Precondition& precondition = {}) {
    return store->aliases().put("acme", name, hash, catalog::Overwrite::yes, precondition);
  }

  const AuthorScope by{somebody};
  ScratchFolder folder;
  std::unique_ptr<catalog::Store> store;
};

}  // namespace rucola::test
