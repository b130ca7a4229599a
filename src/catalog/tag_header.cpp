#include "catalog/tag_header.h"

namespace rucola::catalog {

std::vector<std::string> lines_of(const TagHeader& header, const std::vector<std::string>& tags) {
  std::vector<std::string> lines;
  for (const std::string& tag : tags) {
    if (lines.empty() || lines.back().size() + header.separator.size() + tag.size() > header.line_bytes) {
      lines.push_back(tag);
    } else {
      lines.back().append(header.separator).append(tag);
    }
  }
  return lines;
}

}  // namespace rucola::catalog
