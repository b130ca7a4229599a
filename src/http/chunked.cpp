#include "http/chunked.h"

#include <algorithm>

#include "base/hex.h"

namespace rucola::http {
namespace {

constexpr std::size_t longest_size = 15;  // hex digits: more than any disk holds, and no overflow

bool is_text(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

}  // namespace

std::optional<std::size_t> ChunkedDecoder::decode(std::string_view input, std::string& output) {
  std::size_t at = 0;
  while (at < input.size() && state_ != State::done) {
    if (state_ != State::data) {
      if (!take(input[at++])) return std::nullopt;
      continue;
    }
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size() - at));
    output.append(input.substr(at, length));
    at += length;
    remaining_ -= length;
    if (remaining_ == 0) state_ = State::data_return;
  }
  return at;
}

bool ChunkedDecoder::take_size(char byte) {
  const int digit = hex_value(byte);
  if (digit >= 0) {
    remaining_ = remaining_ * 16 + static_cast<std::uint64_t>(digit);
    return ++size_digits_ <= longest_size;
  }
  if (size_digits_ == 0) return false;
  if (byte == ';') {
    line_bytes_ = 0;
    state_ = State::extension;
    return true;
  }
  state_ = State::size_feed;
  return byte == '\r';
}

bool ChunkedDecoder::take(char byte) {
  switch (state_) {
    case State::size:
      return take_size(byte);
    case State::extension:
      if (byte == '\r') {
        state_ = State::size_feed;
        return true;
      }
      return is_text(byte) && ++line_bytes_ <= extension_limit;
    case State::size_feed:
      size_digits_ = 0;
      line_bytes_ = 0;
      state_ = remaining_ == 0 ? State::trailer_start : State::data;
      return byte == '\n';
    case State::data_return:
      state_ = State::data_feed;
      return byte == '\r';
    case State::data_feed:
      state_ = State::size;
      return byte == '\n';
    case State::trailer_start:
      state_ = byte == '\r' ? State::last_feed : State::trailer;
      return byte == '\r' || (is_text(byte) && byte != ' ' && byte != '\t' && ++line_bytes_ <= trailer_limit);
    case State::trailer:
      if (byte == '\r') {
        state_ = State::trailer_feed;
        return true;
      }
      return is_text(byte) && ++line_bytes_ <= trailer_limit;
    case State::trailer_feed:
      state_ = State::trailer_start;
      return byte == '\n';
    case State::last_feed:
      state_ = State::done;
      return byte == '\n';
    case State::data:
    case State::done:
      break;
  }
  return false;
}

}  // namespace rucola::http
