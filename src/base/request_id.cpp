#include "base/request_id.h"

#include <algorithm>
#include <array>
#include <random>

namespace rucola {
namespace {

thread_local std::string_view current;

bool is_allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

/// SplitMix64's mixing: one to one, and neighbours look nothing alike, so that the first characters tell two
/// ids apart.
std::uint64_t scrambled(std::uint64_t number) {
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9U;
  number = (number ^ (number >> 27)) * 0x94d049bb133111ebU;
  return number ^ (number >> 31);
}

}  // namespace

bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= longest_request_id && std::ranges::all_of(text, is_allowed);
}

RequestIds::RequestIds() {
  std::random_device source;
  counter_ = (std::uint64_t{source()} << 32) | source();
}

std::string RequestIds::next() {
  static constexpr std::string_view digits = "0123456789abcdefghjkmnpqrstvwxyz";  // none looks like another
  static constexpr int bits = 5;
  std::array<char, 13> text{};
  std::uint64_t rest = scrambled(counter_++);
  for (char& place : text) {
    place = digits[rest & ((1U << bits) - 1)];
    rest >>= bits;
  }
  return {text.data(), text.size()};
}

std::string_view current_request() {
  return current;
}

RequestScope::RequestScope(std::string_view id) : outer_(std::exchange(current, id)) {}

RequestScope::~RequestScope() {
  current = outer_;
}

}  // namespace rucola
