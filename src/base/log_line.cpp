#include "base/log_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/controls.h"
#include "base/hex.h"
#include "base/printable.h"
#include "base/utf8.h"

namespace rucola::log {
namespace {

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "info";
}

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

bool is_plain_json(char c) {
  return c >= 0x20 && is_ascii(c) && c != '"' && c != '\\' && c != 0x7f;
}

bool is_plain_text(std::string_view text) {
  return std::ranges::all_of(
             text, [](char c) { return (is_plain_json(c) && c != ' ' && c != '=') || !is_ascii(c); }) &&
         is_utf8(text) && !has_controls(text);
}

void append_escaped(std::string& out, char16_t character) {
  out.append("\\u");
  append_hex(out, static_cast<unsigned char>(character >> 8U), lower_hex_digits);
  append_hex(out, static_cast<unsigned char>(character & 0xFFU), lower_hex_digits);
}

/// Of one control: all of them are below U+FFFF.
char16_t code_point(std::string_view control) {
  const auto bits = [control](std::size_t i, unsigned mask) {
    return static_cast<unsigned char>(control[i]) & mask;
  };
  if (control.size() == 1) return static_cast<char16_t>(bits(0, 0x7FU));
  if (control.size() == 2) return static_cast<char16_t>(bits(0, 0x1FU) << 6U | bits(1, 0x3FU));
  return static_cast<char16_t>(bits(0, 0x0FU) << 12U | bits(1, 0x3FU) << 6U | bits(2, 0x3FU));
}

/// The first character of a text that is not empty, which is no plain one. How many bytes it has.
std::size_t append_odd(std::string& out, std::string_view text) {
  if (const std::size_t control = control_length(text); control > 0) {
    append_escaped(out, code_point(text.substr(0, control)));
    return control;
  }
  if (is_ascii(text.front())) {
    out.append(1, '\\').append(1, text.front());
    return 1;
  }
  const std::size_t length = utf8_sequence_length(text);
  out.append(length == 0 ? replacement : text.substr(0, length));
  return std::max<std::size_t>(length, 1);
}

/// As nearly all texts are.
bool is_all_plain_json(std::string_view text) {
  return is_printable_ascii(text) && !text.contains('"') && !text.contains('\\');
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  if (is_all_plain_json(text)) {
    out.append(text).append(1, '"');
    return;
  }
  while (!text.empty()) {
    const auto odd = std::ranges::find_if_not(text, is_plain_json);
    const auto plain = static_cast<std::size_t>(odd - text.begin());
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(append_odd(out, text));
  }
  out += '"';
}

template <class... Argument>
void append_number(std::string& out, Argument... argument) {
  std::array<char, 400> digits{};  // the longest double has 309 digits before the point
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), argument...);
  if (error == std::errc{}) out.append(digits.data(), end);
}

struct AppendValue {
  std::string& out;
  Format format;

  void operator()(std::string_view text) const {
    const bool bare = format == Format::text && !text.empty() && is_plain_text(text);
    if (bare) {
      out.append(text);
    } else {
      append_quoted(out, text);
    }
  }
  void operator()(std::int64_t number) const { append_number(out, number); }
  void operator()(double number) const {
    if (std::isfinite(number))
      append_number(out, number, std::chars_format::fixed, 3);
    else
      out.append("null");
  }
  void operator()(bool flag) const { out.append(flag ? "true" : "false"); }
};

void append_json(std::string& out, std::string_view time, Level level, std::string_view event,
                 std::string_view request, std::initializer_list<Field> fields) {
  out.append(R"({"time":")")
      .append(time)
      .append(R"(","level":")")
      .append(name_of(level))
      .append(R"(","event":)");
  append_quoted(out, event);
  if (!request.empty()) {
    out.append(R"(,"request_id":)");
    append_quoted(out, request);
  }
  for (const Field& field : fields) {
    out += ',';
    append_quoted(out, field.name);
    out += ':';
    std::visit(AppendValue{out, Format::json}, field.value);
  }
  out += '}';
}

}  // namespace

void append_line(std::string& out, Format format, std::string_view time, Level level, std::string_view event,
                 std::string_view request, std::initializer_list<Field> fields) {
  if (format == Format::json) {
    append_json(out, time, level, event, request, fields);
    return;
  }
  out.append(
      time.substr(std::min<std::size_t>(11, time.size()), 8));  // the clock time is enough on a terminal
  out.append(" ").append(name_of(level)).append(" ").append(event);
  if (!request.empty()) {
    out.append(" request_id=");
    AppendValue{out, Format::text}(request);
  }
  for (const Field& field : fields) {
    out.append(" ").append(field.name).append("=");
    std::visit(AppendValue{out, Format::text}, field.value);
  }
}

}  // namespace rucola::log
