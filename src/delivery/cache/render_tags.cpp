#include "delivery/cache/render_tags.h"

namespace rucola::delivery {
namespace {

/// 128 bits: nobody finds two renders that share them.
constexpr std::size_t tag_length = 32;

}  // namespace

std::string etag_of(std::string_view digest, std::string_view more) {
  return '"' + std::string(digest.substr(0, tag_length)).append(more) + '"';
}

}  // namespace rucola::delivery
