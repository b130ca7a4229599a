#include "render/worker/metadata/metadata_fields.h"

#include <algorithm>
#include <utility>

#include <boost/json/serialize.hpp>

#include "base/ascii.h"
#include "base/controls.h"
#include "base/latin_1.h"
#include "base/text.h"

namespace rucola::render::worker {
namespace {

namespace json = boost::json;

constexpr std::string_view white_space = " \t\r\n";

/// Tabs and line ends are told from what nobody can read.
std::string_view readable(std::string_view control) {
  if (control == "\u2028" || control == "\u2029") return "\n";
  return control == "\t" || control == "\n" ? control : std::string_view();
}

bool is_of_a_name(char c) {
  const char letter = lower(c);
  return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

bool MetadataRoom::take(std::size_t bytes) {
  if (bytes > bytes_ || fields_ == 0) return false;
  bytes_ -= bytes;
  --fields_;
  return true;
}

void MetadataRoom::leave_out(const std::string& path) {
  if (left_out_.size() == most_left_out || std::ranges::find(left_out_, json::value(path)) != left_out_.end())
    return;
  left_out_.emplace_back(path);
}

void MetadataFields::add(std::string_view name, json::value value) {
  constexpr std::size_t punctuation = 4;
  if (fields_.contains(name)) return;
  if (!room_.take(json::serialize(value).size() + name.size() + punctuation)) return leave_out(name);
  fields_.emplace(name, std::move(value));
}

void MetadataFields::add_text(std::string_view name, std::string raw) {
  if (raw.size() > longest_text) return leave_out(name);
  const std::string text = readable_text(std::move(raw));
  if (!text.empty()) add(name, json::string(text));
}

void MetadataFields::add_texts(std::string_view name, const std::vector<std::string>& raw) {
  if (raw.size() > most_texts ||
      std::ranges::any_of(raw, [](const std::string& text) { return text.size() > longest_text; })) {
    return leave_out(name);
  }
  json::array texts;
  for (const std::string& one : raw) {
    if (const std::string text = readable_text(one); !text.empty()) texts.emplace_back(text);
  }
  if (!texts.empty()) add(name, std::move(texts));
}

void MetadataFields::add_within(std::string_view name, MetadataFields inner) {
  if (json::object fields = inner.take(); !fields.empty()) fields_.emplace(name, std::move(fields));
}

std::string readable_text(std::string raw) {
  raw.resize(std::min(raw.find('\0'), raw.size()));
  return std::string(trimmed(with_controls_as(as_utf8(std::move(raw)), readable), white_space));
}

std::string snake_case(std::string_view name) {
  constexpr std::size_t longest = 54;
  const auto is_upper = [&](std::size_t i) { return i < name.size() && name[i] >= 'A' && name[i] <= 'Z'; };
  std::string snake;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool begins_word =
        is_upper(i) && i > 0 && (!is_upper(i - 1) || (i + 1 < name.size() && !is_upper(i + 1)));
    if (begins_word && snake.back() != '_') snake += '_';
    if (!is_of_a_name(c)) return {};
    snake += c == '-' ? '_' : lower(c);
  }
  return snake.size() > longest ? std::string() : snake;
}

}  // namespace rucola::render::worker
