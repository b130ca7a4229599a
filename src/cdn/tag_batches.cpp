#include "cdn/tag_batches.h"

namespace rucola::cdn {

std::vector<std::span<const std::string>> batches_of(const std::vector<std::string>& tags,
                                                     BatchLimits limits) {
  std::vector<std::span<const std::string>> batches;
  std::size_t first = 0;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const std::size_t longer = bytes + (i == first ? 0 : 1) + tags[i].size();
    if (i > first && (i - first == limits.tags || longer > limits.bytes)) {
      batches.emplace_back(&tags[first], i - first);
      first = i;
      bytes = tags[i].size();
    } else {
      bytes = longer;
    }
  }
  if (first < tags.size()) batches.emplace_back(&tags[first], tags.size() - first);
  return batches;
}

std::string joined(std::span<const std::string> tags, char separator) {
  std::string text;
  for (const std::string& tag : tags) {
    if (!text.empty()) text += separator;
    text += tag;
  }
  return text;
}

}  // namespace rucola::cdn
