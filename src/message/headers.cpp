#include "message/headers.h"

#include <algorithm>
#include <iterator>
#include <ranges>

#include "base/text.h"

namespace rucola::message {

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const Field& field) { return equal_ignoring_case(field.first, name); });
  fields_.emplace_back(name, std::move(value));
}

std::string_view Headers::get(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return {};
}

std::string_view Headers::only(std::string_view name) const {
  const auto has_name = [&](const Field& field) { return equal_ignoring_case(field.first, name); };
  const auto found = std::ranges::find_if(fields_, has_name);
  if (found == fields_.end() || std::any_of(std::next(found), fields_.end(), has_name)) return {};
  return found->second;
}

bool Headers::has(std::string_view name) const {
  return std::ranges::any_of(fields_,
                             [&](const Field& field) { return equal_ignoring_case(field.first, name); });
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      fields_, [&](const Field& field) { return equal_ignoring_case(field.first, name); }));
}

std::string Headers::joined(std::string_view name) const {
  auto of_that_name = fields_ | std::views::filter([&](const Field& field) {
                        return equal_ignoring_case(field.first, name);
                      });
  return rucola::joined(of_that_name, ", ", &Field::second);
}

}  // namespace rucola::message
