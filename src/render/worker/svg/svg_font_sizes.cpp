#include "render/worker/svg/svg_font_sizes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <system_error>
#include <utility>

namespace rucola::render::worker {
namespace {

constexpr double usual = 16;
constexpr double step_of_larger = 1.2;
constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%";
constexpr std::string_view beginnings_of_numbers = "0123456789.+-";

/// A unit that nobody knows is taken for the largest.
FontSize with_unit(double number, std::string_view unit) {
  constexpr double inch = 96;
  constexpr std::array<std::pair<std::string_view, double>, 5> pixels{
      {{"", 1}, {"px", 1}, {"pt", inch / 72}, {"mm", inch / 25.4}, {"cm", inch / 2.54}}};
  constexpr std::array<std::pair<std::string_view, double>, 5> times{
      {{"em", 1}, {"rem", 1}, {"ex", 1}, {"ch", 1}, {"%", 0.01}}};
  using Unit = std::pair<std::string_view, double>;
  if (const auto* found = std::ranges::find(times, unit, &Unit::first); found != times.end())
    return {.amount = number * found->second, .is_relative = true};
  const auto* found = std::ranges::find(pixels, unit, &Unit::first);
  return {.amount = number * (found == pixels.end() ? inch : found->second)};
}

std::string without_comments(std::string_view style) {
  std::string result;
  while (!style.empty()) {
    const std::size_t begin = style.find("/*");
    result += style.substr(0, begin);
    if (begin == std::string_view::npos) break;
    const std::size_t end = style.find("*/", begin + 2);
    if (end == std::string_view::npos) break;
    style.remove_prefix(end + 2);
  }
  return result;
}

/// Takes a number and its unit off the front.
FontSize take_size(std::string_view& rest) {
  if (rest.front() == '+') rest.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (error == std::errc::result_out_of_range) number = std::numeric_limits<double>::infinity();
  rest.remove_prefix(
      std::max<std::size_t>(rest.empty() ? 0 : 1, static_cast<std::size_t>(end - rest.data())));
  const std::size_t unit_length = std::min(rest.find_first_not_of(letters), rest.size());
  const FontSize size = with_unit(std::abs(number), rest.substr(0, unit_length));
  rest.remove_prefix(unit_length);
  return size;
}

}  // namespace

std::vector<FontSize> font_sizes_of(std::string_view value) {
  std::vector<FontSize> sizes;
  while (!value.empty()) {
    if (value.front() == '"' || value.front() == '\'') {  // the name of a font
      value.remove_prefix(std::min(value.find(value.front(), 1), value.size() - 1) + 1);
      continue;
    }
    if (value.starts_with("larger")) sizes.push_back({.amount = step_of_larger, .is_relative = true});
    if (beginnings_of_numbers.contains(value.front())) {
      sizes.push_back(take_size(value));
      continue;
    }
    // A name goes as a whole: the figures in that of a font are no sizes.
    const std::size_t name_length = std::min(value.find_first_not_of(letters), value.size());
    value.remove_prefix(std::max<std::size_t>(1, name_length));
  }
  return sizes;
}

std::vector<FontSize> declared_font_sizes(std::string_view style) {
  const std::string plain = without_comments(style);
  std::vector<FontSize> sizes;
  for (std::size_t at = plain.find("font"); at != std::string::npos; at = plain.find("font", at + 1)) {
    std::string_view rest = std::string_view(plain).substr(at + 4);
    if (rest.starts_with("-size")) rest.remove_prefix(5);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n\f"), rest.size()));
    if (!rest.starts_with(':')) continue;
    const std::vector<FontSize> declared = font_sizes_of(rest.substr(1, rest.find_first_of(";}") - 1));
    sizes.insert(sizes.end(), declared.begin(), declared.end());
  }
  return sizes;
}

void FontSizes::begin(const std::vector<FontSize>& declared) {
  const double around = open_.empty() ? usual : open_.back();
  double own = declared.empty() ? around : 0;
  for (const FontSize& size : declared)
    own = std::max(own, size.amount * (size.is_relative ? around : 1));
  open_.push_back(own);
  if (largest_by_depth_.size() < open_.size()) largest_by_depth_.push_back(usual);
  double& largest = largest_by_depth_[open_.size() - 1];
  largest = std::max(largest, own);
}

void FontSizes::end() {
  if (!open_.empty()) open_.pop_back();
}

bool FontSizes::are_bounded(const std::vector<FontSize>& of_style_sheets) const {
  double times = 1;
  double pixels = 0;
  for (const FontSize& size : of_style_sheets) {
    double& largest = size.is_relative ? times : pixels;
    largest = std::max(largest, size.amount);
  }
  double all_times = 1;
  for (const double own : largest_by_depth_) {
    all_times *= times;
    if (std::max(own, pixels) * all_times > largest_font_size) return false;
  }
  return pixels <= largest_font_size;
}

}  // namespace rucola::render::worker
