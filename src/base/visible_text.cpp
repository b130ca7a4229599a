#include "base/visible_text.h"

#include <utf8proc.h>

#include "base/utf8.h"

namespace rucola {
namespace {

bool is_visible(utf8proc_int32_t character) {
  if (character == ' ') return true;
  switch (utf8proc_category(character)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
      return false;
    default:
      return true;
  }
}

}  // namespace

bool is_visible_text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0) return false;
    utf8proc_int32_t character = 0;
    // It decodes the bytes in place, whatever their type is called.
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    if (utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(length), &character) <= 0) return false;
    if (!is_visible(character)) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace rucola
