// What fuzz targets share: properties that must hold, and pieces to feed a parser with.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace rucola::fuzz {

/// Ends the program where it does not hold: that is how a fuzzer is told of a find.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "property broken: %s\n", what);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Takes the first byte off: targets that cut their input into pieces get the length of a piece from it, 1
/// to 64.
inline std::size_t take_piece_length(std::string_view& input) {
  if (input.empty()) return 1;
  const std::size_t length = static_cast<unsigned char>(input.front()) % 64 + 1;
  input.remove_prefix(1);
  return length;
}

/// Calls `feed` with one piece after the other, until it answers false.
template <class Feed>
void in_pieces(std::string_view input, std::size_t piece_length, Feed feed) {
  while (!input.empty()) {
    const std::string_view piece = input.substr(0, piece_length);
    input.remove_prefix(piece.size());
    if (!feed(piece)) return;
  }
}

}  // namespace rucola::fuzz
