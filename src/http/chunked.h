// Decodes a chunked body (RFC 9112, section 7.1), strictly and at any split of its bytes.
//
// Boost.Beast 1.81's own decoder asserts that chunk headers do not arrive byte by byte, and lets trailer
// fields in among the headers; this one reads trailers to find the end of the body, and drops them.
//
// Threads: belongs to one thread at a time. Ownership: owns a small state only, never body bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rucola::http {

class ChunkedDecoder {
 public:
  static constexpr std::size_t extension_limit = 256;  ///< bytes of a chunk's extensions
  static constexpr std::size_t trailer_limit = 8192;   ///< bytes of all trailer fields

  /// Appends what it decodes to `output` and returns how many bytes of `input` it took: all of them, but for
  /// what follows the end of the body. Nothing: the framing is malformed, and the connection is lost.
  [[nodiscard]] std::optional<std::size_t> decode(std::string_view input, std::string& output);

  [[nodiscard]] bool done() const { return state_ == State::done; }

 private:
  enum class State {
    size,
    extension,
    size_feed,
    data,
    data_return,
    data_feed,
    trailer_start,
    trailer,
    trailer_feed,
    last_feed,
    done
  };

  /// Takes one byte outside of the data; false: malformed.
  bool take(char byte);
  bool take_size(char byte);

  State state_ = State::size;
  std::uint64_t remaining_ = 0;  ///< of the chunk, while its size is read or its data comes
  std::size_t size_digits_ = 0;
  std::size_t line_bytes_ = 0;  ///< of extensions, then of trailers
};

}  // namespace rucola::http
