// The videos that another one's dynamic metadata link to it: the same film in other sizes, made by its owner.
//
//   {"linked": {"hashes": ["c0ba2aa4915006aa6ef3e260f45c0223873f637b", …]}}
//
// Pure; thread-safe. Metadata may hold anything: what is no such list links nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rucola::render {

/// As many as the catalog takes: each has to be measured before it can be listed. Further ones are left out.
inline constexpr std::size_t most_linked_videos = 7;

/// Their hashes, each once.
std::vector<std::string> linked_videos(std::string_view dynamic_metadata_json);

}  // namespace rucola::render
