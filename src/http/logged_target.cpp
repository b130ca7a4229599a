#include "http/logged_target.h"

#include <algorithm>

#include "base/percent_encoding.h"

namespace rucola::http {
namespace {

constexpr std::string_view signature = "sig";

/// However its name is escaped.
bool is_signature(std::string_view pair) {
  const std::string_view name = pair.substr(0, pair.find('='));
  if (name == signature) return true;
  return name.contains('%') && form_decode(name) == signature;
}

}  // namespace

std::string_view logged_target(std::string_view target, std::string& storage) {
  storage.clear();
  std::size_t copied = 0;
  std::size_t begin = target.find('?');
  while (begin < target.size()) {
    ++begin;  // behind '?' or '&'
    const std::size_t end = std::min(target.find('&', begin), target.size());
    const std::string_view pair = target.substr(begin, end - begin);
    if (is_signature(pair)) {
      const std::size_t value = begin + std::min(pair.find('='), pair.size());
      storage.append(target.substr(copied, value - copied)).append("=\u2026");
      copied = end;
    }
    begin = end;
  }
  if (storage.empty()) return target;
  storage.append(target.substr(copied));
  return storage;
}

}  // namespace rucola::http
