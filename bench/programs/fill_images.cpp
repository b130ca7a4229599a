// Fills a catalog with source images through the store itself, as uploads would, but without their files: as
// varied as a shop's, always the same ones.
//
//   fill_images DATA ORGANIZATION FIRST COUNT     makes the images FIRST up to, not including, COUNT
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "base/hashing.h"
#include "catalog/types.h"
#include "storage/catalog/sqlite_store.h"

namespace {

using rucola::catalog::SourceImage;

constexpr std::array subjects = {"sunset", "lake",     "mountain", "chair",
                                 "table",  "portrait", "forest",   "river"};

/// Different, and yet the same each time, for each number and purpose.
std::uint64_t mixed(std::int64_t number, std::uint64_t purpose) {
  std::uint64_t bits =
      static_cast<std::uint64_t>(number) * 0x9E3779B97F4A7C15ULL + purpose * 0xBF58476D1CE4E5B9ULL;
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9ULL;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBULL;
  return bits ^ (bits >> 31);
}

SourceImage image(const std::string& organization, std::int64_t number) {
  const auto below = [&](std::uint64_t purpose, std::uint64_t limit) {
    return static_cast<std::int64_t>(mixed(number, purpose) % limit);
  };
  const bool png = below(1, 5) == 0;
  const std::string subject = subjects[static_cast<std::size_t>(below(2, subjects.size()))];
  SourceImage image;
  image.organization = organization;
  image.blob = rucola::sha256_hex("image " + std::to_string(number));
  image.binary_hash = image.blob.substr(0, 40);
  image.hash = rucola::catalog::image_hash(image.blob, "{}", false);
  image.name = subject + "_IMG_" + std::to_string(number) + (png ? ".png" : ".jpg");
  image.format = png ? "png" : "jpg";
  image.mimetype = png ? "image/png" : "image/jpeg";
  image.bytes = 10'000 + below(3, 10'000'000);
  image.width = static_cast<std::int32_t>(200 + below(4, 5800));
  image.height = static_cast<std::int32_t>(200 + below(5, 4800));
  image.opaque = !png;
  image.created = rucola::Time{std::chrono::seconds{1'600'000'000 + number * 60}};
  image.user_metadata_json =
      "{\"external_id\":\"p-" + std::to_string(number) + "\",\"city\":\"city " +
      std::to_string(below(6, 1000)) + "\",\"int:position\":" + std::to_string(below(7, 10'000)) +
      ",\"array:labels\":[\"" + subject + "\",\"label " + std::to_string(below(8, 200)) + "\"]}";
  return image;
}

int fill(rucola::catalog::Store& store, const std::string& organization, std::int64_t first,
         std::int64_t count) {
  constexpr std::int64_t batch = 2000;
  for (std::int64_t from = first; from < count; from += batch) {
    std::vector<SourceImage> images;
    for (std::int64_t number = from; number < std::min(from + batch, count); ++number)
      images.push_back(image(organization, number));
    if (const auto added = store.images().add_all(images, rucola::catalog::MayChange::yes); !added) {
      std::cerr << "fill_images: " << added.error().message.text << " " << added.error().detail.text << "\n";
      return EXIT_FAILURE;
    }
  }
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: fill_images DATA ORGANIZATION FIRST COUNT\n";
    return EXIT_FAILURE;
  }
  const auto store = rucola::storage::open_sqlite_store(std::filesystem::path(argv[1]) / "catalog.sqlite");
  if (!store) {
    std::cerr << "fill_images: " << store.error().message.text << "\n";
    return EXIT_FAILURE;
  }
  return fill(**store, argv[2], std::stoll(argv[3]), std::stoll(argv[4]));
}
