#include "render/worker/structure/tiff_directory.h"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "render/worker/raw_bytes.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

constexpr int byte_value = 1;
constexpr int rational_value = 5;

TiffBytes little_endian(std::string_view bytes) {
  return {bytes, ByteOrder::little};
}

TEST(TiffDirectory, TellsTheByteOrder) {
  EXPECT_EQ(byte_order_of("II*\0"s), ByteOrder::little);
  EXPECT_EQ(byte_order_of("MM\0*"s), ByteOrder::big);
  EXPECT_EQ(byte_order_of("IM"), std::nullopt);
  EXPECT_EQ(byte_order_of(""), std::nullopt);
}

TEST(TiffDirectory, ReadsNumbersInEitherOrderAndNoneBehindTheEnd) {
  const std::string bytes = "\1\2\3\4"s;
  EXPECT_EQ(little_endian(bytes).number16(1), 0x0302);
  EXPECT_EQ(little_endian(bytes).number32(0), 0x04030201U);
  const TiffBytes big(bytes, ByteOrder::big);
  EXPECT_EQ(big.number16(1), 0x0203);
  EXPECT_EQ(big.number32(0), 0x01020304U);
  EXPECT_EQ(TiffBytes("\1\2\3\4\5\6\7\x08", ByteOrder::big).number64(0), 0x0102030405060708U);
  EXPECT_EQ(little_endian("\1\2\3\4\5\6\7\x08").number64(0), 0x0807060504030201U);
  for (const std::size_t at : {std::size_t{3}, std::size_t{4}, std::size_t{5}, SIZE_MAX, SIZE_MAX - 1}) {
    EXPECT_EQ(big.number64(at), std::nullopt) << at;
    EXPECT_EQ(big.number16(at), std::nullopt) << at;
    EXPECT_EQ(big.number32(at), std::nullopt) << at;
  }
}

TEST(TiffDirectory, ValuesLieInTheEntryWhereTheyFit) {
  const std::string bytes = directory({{1, short_value, 1, 7},
                                       {2, short_value, 2, 0x0009'0008},
                                       {3, short_value, 3, 66},
                                       {4, byte_value, 4, 0x0403'0201},
                                       {5, rational_value, 1, 66}}) +
                            "abcdefgh";
  const TiffBytes file = little_endian(bytes);
  const auto read = file.directory(0);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->next, 0U);
  EXPECT_EQ(file.number(*read, 1), 7U);
  EXPECT_EQ(file.number(*read->find(1), 1), std::nullopt) << "there is one value";
  EXPECT_EQ(file.number(*read->find(2), 1), 9U);
  EXPECT_EQ(file.number(*read->find(3), 2), 0x6665U);
  EXPECT_EQ(file.number(*read->find(4), 3), 4U);
  EXPECT_EQ(file.values(*read->find(3)), "abcdef");
  EXPECT_EQ(file.values(*read->find(5)), "abcdefgh");
  EXPECT_EQ(file.number(*read, 5), std::nullopt) << "a fraction is no number";
  EXPECT_EQ(file.number(*read, 6), std::nullopt);
  EXPECT_EQ(read->find(6), nullptr);
}

TEST(TiffDirectory, ABigTiffCountsWith64Bits) {
  const auto entry = [](std::uint64_t tag, std::uint64_t type, std::uint64_t count, std::uint64_t value) {
    return little(tag, 2) + little(type, 2) + little(count, 8) + little(value, 8);
  };
  const std::string bytes = little(3, 8) + entry(1, short_value, 4, 0x0004'0003'0002'0001) +
                            entry(2, byte_value, 9, 76) + entry(3, 16, 1, 5) + little(0x1'0000'0001, 8) +
                            "ninebytes";
  const TiffBytes file(bytes, ByteOrder::little, TiffKind::bigtiff);
  const auto read = file.directory(0);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->next, 0x1'0000'0001U);
  EXPECT_EQ(file.next_of(0), read->next);
  EXPECT_EQ(file.number(*read->find(1), 3), 4U);
  EXPECT_EQ(file.values(*read->find(2)), "ninebytes");
  EXPECT_EQ(file.number(*read, 3), std::nullopt) << "it may have more than 32 bits";
  EXPECT_EQ(file.values(*read->find(3)), "\5\0\0\0\0\0\0\0"s);
  const std::string huge =
      little(1, 8) + entry(1, rational_value, 0x2000'0000'0000'0001, 0xffff'ffff'ffff'fff8) + little(0, 8);
  const TiffBytes outside(huge, ByteOrder::little, TiffKind::bigtiff);
  EXPECT_EQ(outside.values(outside.directory(0)->entries.front()), std::nullopt);
  EXPECT_FALSE(TiffBytes(little(~0ULL, 8), ByteOrder::little, TiffKind::bigtiff).directory(0));
}

TEST(TiffDirectory, WhatFollowsIsKnownWithoutTheEntries) {
  const std::string bytes = directory({{1, short_value, 1, 7}}, 99);
  EXPECT_EQ(little_endian(bytes).next_of(0), 99U);
  EXPECT_EQ(little_endian(bytes.substr(0, bytes.size() - 4)).next_of(0), 0U);
  EXPECT_EQ(little_endian(bytes.substr(0, bytes.size() - 5)).next_of(0), std::nullopt);
}

TEST(TiffDirectory, WhatLiesBehindTheEndIsNothing) {
  const std::string bytes =
      directory({{1, long_value, 2, 0xffff'fff0}, {2, undefined_value, 0xffff'ffff, 4}, {3, 99, 1, 4}});
  const TiffBytes file = little_endian(bytes);
  const auto read = file.directory(0);
  ASSERT_TRUE(read);
  EXPECT_EQ(file.number(*read->find(1), 1), std::nullopt);
  EXPECT_EQ(file.values(*read->find(1)), std::nullopt);
  EXPECT_EQ(file.values(*read->find(2)), std::nullopt);
  EXPECT_EQ(file.values(*read->find(3)), std::nullopt) << "an unknown type";
  EXPECT_EQ(file.number(*read, 3), std::nullopt);
}

TEST(TiffDirectory, OfDamagedOnesThereIsNone) {
  const std::string bytes = directory({{1, short_value, 1, 7}, {2, short_value, 1, 7}});
  for (std::size_t size = 0; size < bytes.size() - 4; ++size)
    EXPECT_FALSE(little_endian(bytes.substr(0, size)).directory(0)) << size;
  EXPECT_TRUE(little_endian(bytes.substr(0, bytes.size() - 4)).directory(0)) << "nothing follows";
  EXPECT_FALSE(little_endian(directory({})).directory(0));
  EXPECT_FALSE(little_endian(bytes).directory(bytes.size()));
  const std::vector<RawEntry> many(4097, RawEntry{1, short_value, 1, 7});
  EXPECT_FALSE(little_endian(directory(many)).directory(0));
}

}  // namespace
}  // namespace rucola::render::worker
