#include "storage/cache/disk_index.h"

#include <cstring>

#include "base/hex.h"

namespace rucola::storage {

std::optional<DiskIndex::Key> DiskIndex::parse_key(std::string_view hex) {
  Key key{};
  if (hex.size() != key.size() * 2 || !is_lower_hex(hex)) return std::nullopt;
  for (std::size_t i = 0; i < key.size(); ++i) {
    key[i] = static_cast<std::uint8_t>(hex_value(hex[2 * i]) * 16 + hex_value(hex[2 * i + 1]));
  }
  return key;
}

std::string DiskIndex::format_key(const Key& key) {
  return lower_hex(key);
}

std::size_t DiskIndex::Hash::operator()(const Key& key) const noexcept {
  std::size_t hash = 0;  // the key is a digest: any part of it is as good as another
  std::memcpy(&hash, key.data(), sizeof hash);
  return hash;
}

void DiskIndex::unlink(Node& node) {
  node.newer->older = node.older;
  node.older->newer = node.newer;
}

void DiskIndex::link_after(Node& newer, Node& node) {
  node.newer = &newer;
  node.older = newer.older;
  newer.older->newer = &node;
  newer.older = &node;
}

std::optional<std::int64_t> DiskIndex::bytes_of(const Key& key) const {
  const auto found = nodes_.find(key);
  return found == nodes_.end() ? std::nullopt : std::optional(found->second.bytes);
}

void DiskIndex::add(const Key& key, std::int64_t bytes) {
  const auto [place, is_new] = nodes_.try_emplace(key);
  Node& node = place->second;
  if (is_new) {
    node.key = &place->first;
  } else {
    unlink(node);
  }
  bytes_ += bytes - node.bytes;
  node.bytes = bytes;
  link_after(end_, node);
}

void DiskIndex::add_coldest(const Key& key, std::int64_t bytes) {
  const auto [place, is_new] = nodes_.try_emplace(key);
  if (!is_new) return;
  Node& node = place->second;
  node.key = &place->first;
  node.bytes = bytes;
  bytes_ += bytes;
  link_after(*end_.newer, node);
}

bool DiskIndex::touch(const Key& key) {
  const auto found = nodes_.find(key);
  if (found == nodes_.end()) return false;
  unlink(found->second);
  link_after(end_, found->second);
  return true;
}

void DiskIndex::remove(const Key& key) {
  const auto found = nodes_.find(key);
  if (found == nodes_.end()) return;
  unlink(found->second);
  bytes_ -= found->second.bytes;
  nodes_.erase(found);
}

std::optional<DiskIndex::Key> DiskIndex::coldest() const {
  if (end_.newer == &end_) return std::nullopt;
  return *end_.newer->key;
}

}  // namespace rucola::storage
