#include "render/worker/arguments.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace rucola::render::worker {
namespace {

template <class Integer>
bool read_number(std::string_view text, Integer& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number >= 0;
}

std::optional<std::string_view> value_of(std::string_view argument, std::string_view name) {
  if (!argument.starts_with(name)) return {};
  return argument.substr(name.size());
}

}  // namespace

std::expected<Arguments, std::string> parse_arguments(std::span<char* const> arguments) {
  Arguments result;
  for (const std::string_view argument : arguments) {
    bool good = false;
    if (auto text = value_of(argument, "--socket=")) good = read_number(*text, result.socket);
    if (auto text = value_of(argument, "--memory-bytes=")) good = read_number(*text, result.memory_bytes);
    if (auto text = value_of(argument, "--parent=")) good = read_number(*text, result.parent);
    if (auto text = value_of(argument, "--nice=")) good = read_number(*text, result.niceness);
    if (auto text = value_of(argument, "--probe=")) {
      result.probe = *text;
      good = !result.probe.empty();
    }
    if (!good) {
      return std::unexpected(
          "rucola-worker: \"" + std::string(argument) +
          "\" is not understood. This program is started by `rucola serve`, with a socket.");
    }
  }
  return result;
}

}  // namespace rucola::render::worker
