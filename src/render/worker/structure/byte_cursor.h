// Reads bytes forward and never past the end. A value that refers to bytes of somebody else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rucola::render::worker {

class ByteCursor {
 public:
  explicit ByteCursor(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool has(std::size_t count) const { return bytes_.size() - at_ >= count; }
  [[nodiscard]] std::size_t position() const { return at_; }
  /// False, and nothing happens, where there are not as many.
  bool skip(std::size_t count) {
    if (!has(count)) return false;
    at_ += count;
    return true;
  }
  // The following are to be asked only for what is there.
  std::uint8_t byte() { return static_cast<std::uint8_t>(bytes_[at_++]); }
  std::uint16_t little16() {
    const std::uint16_t low = byte();
    return static_cast<std::uint16_t>(low | (byte() << 8U));
  }
  std::uint32_t little32() {
    const std::uint32_t low = little16();
    return low | static_cast<std::uint32_t>(little16()) << 16U;
  }
  std::uint16_t big16() {
    const std::uint16_t high = byte();
    return static_cast<std::uint16_t>(high << 8U | byte());
  }
  std::uint32_t big32() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i)
      value = (value << 8U) | byte();
    return value;
  }
  std::string_view take(std::size_t count) {
    const std::string_view taken = bytes_.substr(at_, count);
    at_ += count;
    return taken;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace rucola::render::worker
