// Cuts a list of tags into what one request to a cache may carry. Pure and thread-safe.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace rucola::cdn {

struct BatchLimits {
  std::size_t tags;
  std::size_t bytes;  ///< of the tags joined by one separator character
};

/// Views into `tags`, in order, none of them empty. A tag that is longer than the limit goes alone.
std::vector<std::span<const std::string>> batches_of(const std::vector<std::string>& tags,
                                                     BatchLimits limits);

std::string joined(std::span<const std::string> tags, char separator);

}  // namespace rucola::cdn
