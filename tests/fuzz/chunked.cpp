// Any bytes as a chunked body, whole and in pieces; and any bytes written as chunks, which must come out
// again.
#include "http/chunked.h"

#include <charconv>
#include <optional>
#include <string>

#include "fuzz/property.h"

namespace {

using rucola::fuzz::require;
using rucola::http::ChunkedDecoder;

struct Outcome {
  bool malformed = false;
  bool done = false;
  std::size_t taken = 0;
  std::string body;
};

Outcome decoded(std::string_view input, std::size_t piece_length) {
  ChunkedDecoder decoder;
  Outcome outcome;
  rucola::fuzz::in_pieces(input, piece_length, [&](std::string_view piece) {
    const std::optional<std::size_t> taken = decoder.decode(piece, outcome.body);
    outcome.malformed = !taken;
    if (!taken) return false;
    require(*taken <= piece.size(), "no more is taken than there is");
    require(*taken == piece.size() || decoder.done(), "all is taken but what follows the body");
    outcome.taken += *taken;
    return !decoder.done();
  });
  outcome.done = decoder.done();
  return outcome;
}

std::string encoded(std::string_view body, std::size_t chunk_length) {
  std::string text;
  rucola::fuzz::in_pieces(body, chunk_length, [&](std::string_view chunk) {
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, chunk.size(), 16).ptr;
    text.append(digits, end).append(";x=\"y\"\r\n").append(chunk).append("\r\n");
    return true;
  });
  return text + "0\r\nTrailer: dropped\r\n\r\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = rucola::fuzz::text_of(data, size);
  const std::size_t piece_length = rucola::fuzz::take_piece_length(input);

  const Outcome whole = decoded(input, std::max<std::size_t>(input.size(), 1));
  require(whole.body.size() <= input.size(), "a body is no longer than its chunks");
  const Outcome pieces = decoded(input, piece_length);
  require(pieces.malformed == whole.malformed && pieces.done == whole.done,
          "the verdict does not depend on the pieces");
  if (!whole.malformed) {
    require(pieces.body == whole.body && pieces.taken == whole.taken, "nor does the body, nor where it ends");
  }

  const std::string chunks = encoded(input, piece_length);
  const Outcome back = decoded(chunks + "GET /next", piece_length);
  require(back.done && back.body == input && back.taken == chunks.size(), "what was chunked comes out again");
  return 0;
}
