// How the tags of an answer (purge.h) are written for a cache in front. Each kind of cache says its own;
// delivery writes them. Pure and thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace rucola::catalog {

struct TagHeader {
  std::string name;
  std::string separator;   ///< between two tags
  std::size_t line_bytes;  ///< what the cache takes as one value; the tags go on in another line of that name
};

/// The values of the header's lines. A tag that is longer than a line goes alone.
std::vector<std::string> lines_of(const TagHeader& header, const std::vector<std::string>& tags);

}  // namespace rucola::catalog
