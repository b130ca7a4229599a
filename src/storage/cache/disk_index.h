// Which renders are on disk, how much room they take and in which order they were used.
//
// Threads: one at a time; the disk cache holds its mutex. Memory: about 90 bytes a file, so that ten
// gigabytes of 22 KB renders cost about 45 MB.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rucola::storage {

class DiskIndex {
 public:
  /// A render's key in half the space of its hex form.
  using Key = std::array<std::uint8_t, 32>;

  /// Nothing unless it is 64 lower-case hex characters.
  static std::optional<Key> parse_key(std::string_view hex);
  static std::string format_key(const Key& key);

  DiskIndex() { end_.newer = end_.older = &end_; }
  DiskIndex(const DiskIndex&) = delete;
  DiskIndex& operator=(const DiskIndex&) = delete;
  ~DiskIndex() = default;

  /// The room that all files take.
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }

  /// Adds it, or corrects its size, as the last used.
  void add(const Key& key, std::int64_t bytes);
  /// Adds it as the one used before all others, unless it is there.
  void add_coldest(const Key& key, std::int64_t bytes);
  /// As it was added.
  [[nodiscard]] std::optional<std::int64_t> bytes_of(const Key& key) const;
  /// It was used just now. False where it is not known.
  bool touch(const Key& key);
  void remove(const Key& key);
  [[nodiscard]] std::optional<Key> coldest() const;

 private:
  struct Node {
    Node* newer = nullptr;
    Node* older = nullptr;
    const Key* key = nullptr;
    std::int64_t bytes = 0;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept;
  };

  static void unlink(Node& node);
  static void link_after(Node& newer, Node& node);

  std::int64_t bytes_ = 0;
  std::unordered_map<Key, Node, Hash> nodes_;  // its nodes never move
  Node end_;                                   // end_.older is the last used, end_.newer the coldest
};

}  // namespace rucola::storage
