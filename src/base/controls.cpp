#include "base/controls.h"

#include <algorithm>

namespace rucola {

std::size_t control_length(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto is_between = [](unsigned value, unsigned first, unsigned last) {
    return first <= value && value <= last;
  };
  if (text.empty()) return 0;
  if (byte(0) < ' ' || byte(0) == 0x7F) return 1;
  if (byte(0) == 0xC2) return is_between(byte(1), 0x80, 0x9F) ? 2 : 0;
  if (byte(0) != 0xE2) return 0;
  const bool separates_or_turns = byte(1) == 0x80 && is_between(byte(2), 0xA8, 0xAE);
  const bool isolates = byte(1) == 0x81 && is_between(byte(2), 0xA6, 0xA9);
  return separates_or_turns || isolates ? 3 : 0;
}

bool has_controls(std::string_view text) {
  for (; !text.empty(); text.remove_prefix(1)) {
    if (control_length(text) > 0) return true;
  }
  return false;
}

std::string with_controls_as(std::string_view text,
                             const std::function<std::string_view(std::string_view)>& in_place_of) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const std::size_t control = control_length(text);
    shown += control > 0 ? in_place_of(text.substr(0, control)) : text.substr(0, 1);
    text.remove_prefix(std::max<std::size_t>(control, 1));
  }
  return shown;
}

}  // namespace rucola
