#include "render/source/video_length.h"

#include <algorithm>
#include <charconv>
#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace rucola::render {
namespace {

namespace json = boost::json;

constexpr std::int32_t most_hours = 100;
/// Milliseconds that the metadata may leave out.
constexpr std::int32_t cut_off = 9;

/// Digits, and nothing else.
std::optional<std::int32_t> number(std::string_view digits, std::int32_t below) {
  std::int32_t value = 0;
  const char* end = digits.data() + digits.size();
  if (digits.empty() || digits.front() < '0' || digits.front() > '9') return std::nullopt;
  const auto [at, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc{} || at != end || value >= below) return std::nullopt;
  return value;
}

/// What stands behind the last colon is taken away; empty where there is none.
std::string_view take_last(std::string_view& text) {
  const std::size_t colon = text.rfind(':');
  const std::string_view last = colon == std::string_view::npos ? text : text.substr(colon + 1);
  text = colon == std::string_view::npos ? std::string_view() : text.substr(0, colon);
  return last;
}

/// "5" is five tenths.
std::optional<std::int32_t> milliseconds_of(std::string_view fraction) {
  constexpr std::size_t digits = 3;
  if (fraction.size() > digits) return std::nullopt;
  std::string filled(fraction);
  filled.resize(digits, '0');
  return number(fraction, 1000) ? number(filled, 1000) : std::nullopt;
}

}  // namespace

std::optional<std::int32_t> parse_timestamp(std::string_view text) {
  constexpr std::int32_t any_seconds = most_hours * 3600;
  std::int32_t milliseconds = 0;
  if (const std::size_t point = text.find('.'); point != std::string_view::npos) {
    const auto fraction = milliseconds_of(text.substr(point + 1));
    if (!fraction) return std::nullopt;
    milliseconds = *fraction;
    text = text.substr(0, point);
  }
  const bool is_seconds_alone = !text.contains(':');
  const auto seconds = number(take_last(text), is_seconds_alone ? any_seconds : 60);
  if (!seconds) return std::nullopt;
  if (is_seconds_alone) return *seconds * 1000 + milliseconds;
  const bool has_hours = text.contains(':');
  const auto minutes = number(take_last(text), 60);
  const auto hours = has_hours ? number(text, most_hours) : std::optional<std::int32_t>(0);
  if (!minutes || !hours) return std::nullopt;
  return ((*hours * 60 + *minutes) * 60 + *seconds) * 1000 + milliseconds;
}

std::optional<VideoLength> VideoLength::parse(std::string_view static_metadata_json) {
  json::error_code error;
  const json::value metadata = json::parse(static_metadata_json, error);
  if (error) return std::nullopt;
  const json::value* text = metadata.find_pointer("/video/data/duration", error);
  if (text == nullptr || !text->is_string()) return std::nullopt;
  const auto milliseconds = parse_timestamp(text->get_string());
  return milliseconds ? std::optional(VideoLength(*milliseconds + cut_off)) : std::nullopt;
}

Result<void> VideoLength::check_within(std::int32_t timestamp, std::string_view what) const {
  if (timestamp <= milliseconds_) return {};
  const std::int32_t seconds = milliseconds_ / 1000;
  const auto two_digits = [](std::int32_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return fail(ErrorCode::bad_request, std::string(what) + " lies after the end of the video, which lasts " +
                                          two_digits(seconds / 3600) + ':' + two_digits(seconds / 60 % 60) +
                                          ':' + two_digits(seconds % 60) + '.' +
                                          two_digits(milliseconds_ / 10 % 100) + '.');
}

std::int32_t VideoLength::rest_after(std::int32_t timestamp) const {
  return std::max(0, milliseconds_ - cut_off - timestamp);
}

}  // namespace rucola::render
