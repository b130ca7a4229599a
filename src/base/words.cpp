#include "base/words.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include <utf8proc.h>

#include "base/utf8.h"

namespace rucola {
namespace {

constexpr auto folding = static_cast<utf8proc_option_t>(
    UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);

/// One character may become several: ß is ss. 18 is the most that any does (U+FDFA).
using Folded = std::array<utf8proc_int32_t, 32>;

bool is_of_words(utf8proc_int32_t character) {
  switch (utf8proc_category(character)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return true;
    default:
      return false;
  }
}

class Splitter {
 public:
  void add(utf8proc_int32_t character) {
    if (!is_of_words(character)) return end_word();
    const std::string bytes = utf8_of(static_cast<char32_t>(character));
    if (word_.size() + bytes.size() <= longest_word_bytes && !cut_) {
      word_ += bytes;
    } else {
      cut_ = true;
    }
  }

  void end_word() {
    if (!word_.empty() && seen_.insert(word_).second) words_.push_back(word_);
    word_.clear();
    cut_ = false;
  }

  std::vector<std::string> take() {
    end_word();
    return std::move(words_);
  }

 private:
  std::string word_;
  bool cut_ = false;
  std::unordered_set<std::string> seen_;
  std::vector<std::string> words_;
};

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  Splitter splitter;
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0) {
      splitter.end_word();
      text.remove_prefix(1);
      continue;
    }
    utf8proc_int32_t character = 0;
    utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                     static_cast<utf8proc_ssize_t>(length), &character);
    text.remove_prefix(length);
    Folded folded{};
    int last_boundary = 0;
    const auto count =
        utf8proc_decompose_char(character, folded.data(), folded.size(), folding, &last_boundary);
    const auto there = std::clamp<utf8proc_ssize_t>(count, 0, folded.size());
    for (utf8proc_ssize_t i = 0; i < there; ++i)
      splitter.add(folded.at(static_cast<std::size_t>(i)));
  }
  return splitter.take();
}

}  // namespace rucola
