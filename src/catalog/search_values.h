// The values by which an image is found, besides its columns: the words of its name, and its metadata.
//
// Pure; thread-safe. What can't be read any more, or has no value of its type, has no values.
#pragma once

#include <string>
#include <vector>

#include "catalog/image_search.h"
#include "catalog/types.h"

namespace rucola::catalog {

/// Longer texts can't be searched for.
inline constexpr std::size_t longest_search_text = 1024;
/// Of an image: of all fields with one value, and again of all words and items of lists.
inline constexpr std::size_t most_search_values = 4096;

struct NamedValue {
  std::string key;  ///< of a SearchField
  SearchValue value;
};

/// Each value once; of the words and items, the first most_search_values.
std::vector<NamedValue> search_values(const SourceImage& image);

}  // namespace rucola::catalog
